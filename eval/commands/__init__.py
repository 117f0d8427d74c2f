"""The commands of `python -m eval`, one a file.

They only parse arguments, call and print.
"""
