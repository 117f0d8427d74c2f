"""An index is synced with its folder, verified and repaired.

It does not know who calls it.
"""
