"""The catalog and what people leave behind in SQLite files: the home that needs no server."""
