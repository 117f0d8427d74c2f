"""A set is asked and its results are kept.

They do not know how reports look.
"""
