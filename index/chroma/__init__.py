"""The copy of the vectors in Chroma, and whether its files may be opened.

It does not know the catalog.
"""
