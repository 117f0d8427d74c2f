"""PDF: printed pages become running text.

It does not know files.
"""
