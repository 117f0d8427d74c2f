-- The catalog. Texts are compared byte by byte, as SQLite compares them.

-- SQLite's name for it
CREATE FUNCTION instr(text, text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT strpos($1, $2)';

CREATE TABLE meta (key text COLLATE "C" PRIMARY KEY, value text COLLATE "C" NOT NULL);

CREATE TABLE files (
    path text COLLATE "C" PRIMARY KEY, sha256 text COLLATE "C" NOT NULL,
    limits text COLLATE "C" NOT NULL, refused text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL, noticed text COLLATE "C" NOT NULL DEFAULT '[]'
);

CREATE TABLE articles (
    id text COLLATE "C" PRIMARY KEY, path text COLLATE "C" NOT NULL UNIQUE,
    file text COLLATE "C" NOT NULL, sha256 text COLLATE "C" NOT NULL, title text COLLATE "C" NOT NULL,
    published text COLLATE "C", publisher text COLLATE "C", text text COLLATE "C" NOT NULL,
    boilerplate text COLLATE "C" NOT NULL, pages text COLLATE "C" NOT NULL,
    characters integer NOT NULL, author text COLLATE "C", updated text COLLATE "C"
);
CREATE INDEX articles_by_file ON articles (file);
CREATE INDEX articles_by_content ON articles (sha256);
CREATE INDEX articles_by_day ON articles (published);

-- articles that were dropped: a link to one opens the same content under its new name
CREATE TABLE former (
    id text COLLATE "C" PRIMARY KEY, sha256 text COLLATE "C" NOT NULL, characters integer NOT NULL
);

CREATE TABLE passages (
    number integer PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE,
    article_id text COLLATE "C" NOT NULL, ordinal integer NOT NULL,
    sentences text COLLATE "C" NOT NULL, boilerplate integer NOT NULL, vector bytea NOT NULL
);
CREATE INDEX passages_by_article ON passages (article_id, ordinal);
