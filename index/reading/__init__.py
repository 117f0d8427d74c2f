"""A file of the folder becomes articles, parsed in a sandbox.

It does not know the index.
"""
