"""Questions and articles changed in ways that must not change the answer.

It does not know how results are printed.
"""
