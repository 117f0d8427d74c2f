"""Each hand-written rule is switched off in turn, to see which cases need it.

The product's code knows nothing of it.
"""
