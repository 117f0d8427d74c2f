"""The SQLite file: articles, passages, vectors, words.

It does not know where they come from.
"""
