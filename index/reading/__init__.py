"""The files of the folder become articles, parsed in a sandbox.

It does not know the index.
"""
