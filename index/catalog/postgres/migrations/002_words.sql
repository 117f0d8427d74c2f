-- The full-text index. A term is known by its number; `words` and `stories` of a term count the passages
-- and the articles that have it, for BM25.
CREATE TABLE terms (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, term text COLLATE "C" NOT NULL UNIQUE,
    words integer NOT NULL DEFAULT 0, stories integer NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

-- A row for each passage, and one for each article under the number of its first passage: its terms in
-- ascending order; how often each occurs, 65,536 times as much in the title; and all of them in order.
CREATE TABLE words (
    number integer PRIMARY KEY, length integer NOT NULL, terms integer[] NOT NULL,
    counts integer[] NOT NULL, sequence text COLLATE "C" NOT NULL
);
CREATE TABLE stories (
    number integer PRIMARY KEY, length integer NOT NULL, terms integer[] NOT NULL,
    counts integer[] NOT NULL, sequence text COLLATE "C" NOT NULL
);

-- Scoring looks into terms and counts many times, so they are not compressed, and stay in the row where
-- they fit.
ALTER TABLE words ALTER terms SET STORAGE EXTERNAL, ALTER counts SET STORAGE EXTERNAL;
ALTER TABLE stories ALTER terms SET STORAGE EXTERNAL, ALTER counts SET STORAGE EXTERNAL;
ALTER TABLE stories SET (toast_tuple_target = 4080);

-- without a list of pending entries, which every search would read
CREATE INDEX words_by_term ON words USING gin (terms) WITH (fastupdate = off);
CREATE INDEX stories_by_term ON stories USING gin (terms) WITH (fastupdate = off);

-- how many texts there are, and how many words in all of them
CREATE TABLE sizes (kind text PRIMARY KEY, texts bigint NOT NULL, tokens bigint NOT NULL);
INSERT INTO sizes VALUES ('words', 0, 0), ('stories', 0, 0);
