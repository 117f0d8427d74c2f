"""Evidence becomes an answer with verified citations.

It knows no model.
"""
