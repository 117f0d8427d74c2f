"""Web pages: the story of a page, and what the page states about it.

It does not know files.
"""
