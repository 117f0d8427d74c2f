"""An article's text: spans, sentences, passages, dates, boilerplate, metadata.

It knows no files.
"""
