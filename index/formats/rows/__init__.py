"""Files of many articles: tables, JSON and feeds, a row each.

It does not know what an article's text says.
"""
