-- What people leave behind: see SCHEMA in `bot.page.people.database`. SQLite gives every row a number by
-- itself, the order of storing.

-- SQLite's name for it
CREATE FUNCTION instr(text, text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT strpos($1, $2)';

CREATE TABLE conversations (
    id text COLLATE "C" PRIMARY KEY, owner text COLLATE "C" NOT NULL, title text COLLATE "C" NOT NULL,
    named integer NOT NULL DEFAULT 0, created text COLLATE "C" NOT NULL,
    updated text COLLATE "C" NOT NULL, rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX conversations_of ON conversations (owner, updated);

CREATE TABLE turns (
    conversation text COLLATE "C" NOT NULL, ordinal integer NOT NULL, record text COLLATE "C" NOT NULL,
    words text COLLATE "C" NOT NULL, within text COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (conversation, ordinal)
);

CREATE TABLE feedback (
    owner text COLLATE "C" NOT NULL, conversation text COLLATE "C" NOT NULL, turn integer NOT NULL,
    at text COLLATE "C" NOT NULL, up integer NOT NULL, reason text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL, before text COLLATE "C" NOT NULL, record text COLLATE "C" NOT NULL,
    settings text COLLATE "C" NOT NULL, rowid bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (owner, conversation, turn)
);

-- tokens are stored as hashes
CREATE TABLE sessions (
    token text COLLATE "C" PRIMARY KEY, name text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL, seen double precision NOT NULL
);
