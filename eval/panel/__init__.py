"""The evaluation tab of the page.

It does not know how a case is asked.
"""
