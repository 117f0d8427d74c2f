"""A language model writes the answer, within limits of time and length.

It does not know the page.
"""
