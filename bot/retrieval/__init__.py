"""A question becomes candidate passages.

It does not know how they are read.
"""
