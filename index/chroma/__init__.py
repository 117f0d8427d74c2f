"""The copy of the vectors in Chroma: read, written, probed and locked.

It does not know the catalog.
"""
