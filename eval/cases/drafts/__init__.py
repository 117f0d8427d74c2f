"""Draft cases made from articles, for a person to review.

They do not know how they are asked.
"""
