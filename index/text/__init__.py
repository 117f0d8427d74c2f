"""An article's text: spans, sentences, passages, dates, boilerplate, metadata.

It does not know files.
"""
