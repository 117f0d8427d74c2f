"""The tables of the catalog, the version of its schema, and the upgrades from older ones."""

from index.catalog.listing import INDEX
from index.catalog.sqlite.full_text import FILL_STORIES, STORIES
from index.catalog.sqlite.full_text import SCHEMA as FULL_TEXT

FILE_NAME = "catalog.sqlite3"
VERSION = 7
# The index of version 4, which did not know authors.
_INDEX_4 = (
    "CREATE INDEX articles_listed ON articles (published, publisher, title, path, characters)"
)
# Finds an article by its content when its file has another name now. `former` are articles that were
# dropped, by id, so that a link to one opens the same content under its new name; it holds no paths.
_BY_CONTENT = "CREATE INDEX articles_by_content ON articles (sha256)"
_FORMER = (
    "CREATE TABLE former (id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, characters INTEGER NOT NULL) "
    "WITHOUT ROWID"
)
# Version → the SQL that upgrades a file of it by one.
UPGRADES = {
    2: f"{STORIES}; {FILL_STORIES};",
    3: "ALTER TABLE articles ADD COLUMN characters INTEGER NOT NULL DEFAULT 0; "
    "UPDATE articles SET characters = length(text); "
    f"DROP INDEX articles_by_day; {_INDEX_4};",
    4: "ALTER TABLE articles ADD COLUMN author TEXT; ALTER TABLE articles ADD COLUMN updated TEXT; "
    f"DROP INDEX articles_listed; {INDEX};",
    5: "ALTER TABLE files ADD COLUMN noticed TEXT NOT NULL DEFAULT '[]';",
    6: f"{_BY_CONTENT}; {_FORMER};",
}
SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, limits TEXT NOT NULL, refused TEXT NOT NULL,
    state TEXT NOT NULL, noticed TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, file TEXT NOT NULL, sha256 TEXT NOT NULL,
    title TEXT NOT NULL, published TEXT, publisher TEXT, text TEXT NOT NULL,
    boilerplate TEXT NOT NULL, pages TEXT NOT NULL, characters INTEGER NOT NULL, author TEXT,
    updated TEXT
) WITHOUT ROWID;
CREATE INDEX articles_by_file ON articles (file);
{_BY_CONTENT};
{_FORMER};
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL, sentences TEXT NOT NULL, boilerplate INTEGER NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article_id, ordinal);
{INDEX};
{FULL_TEXT}
"""
