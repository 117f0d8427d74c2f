"""The version of reading: how files become articles and passages."""

# Increment it when the same bytes would give other articles or passages: the next sync reads all files again.
READING_VERSION = 10
