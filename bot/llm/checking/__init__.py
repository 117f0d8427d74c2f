"""Each sentence that a language model wrote is checked against its sources.

It knows no language model.
"""
