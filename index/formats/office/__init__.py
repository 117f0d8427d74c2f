"""Documents of office programs, and books.

It does not know files.
"""
