"""The bytes of one format become text.

They do not know the folder.
"""
