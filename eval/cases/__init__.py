"""Cases with known answers, read, validated and written.

They do not know how they are asked.
"""
