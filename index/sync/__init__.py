"""An index is brought in line with its folder, checked and repaired.

It does not know who asks it.
"""
