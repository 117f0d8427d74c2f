-- What several processes share: see `bot.page.web.shared_limit` and `bot.page.people.upload_table`.

-- Buckets of tokens; times are seconds since 1970.
CREATE TABLE limits (
    key text COLLATE "C" PRIMARY KEY, tokens double precision NOT NULL, at double precision NOT NULL,
    until double precision NOT NULL, wait double precision NOT NULL
);
CREATE INDEX limits_full ON limits (until);

-- "characters" are those of all its articles.
CREATE TABLE uploads (
    owner text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, sha256 text COLLATE "C" NOT NULL,
    bytes bigint NOT NULL, characters bigint NOT NULL, data bytea NOT NULL,
    PRIMARY KEY (owner, name)
);
ALTER TABLE uploads ALTER COLUMN data SET STORAGE EXTERNAL;
