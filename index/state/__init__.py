"""The health of an index: whether its files can be trusted, what it was made from, who may write to it.

It does not know the articles and how they are read.
"""
