"""Answers and articles as HTML, Markdown and links.

It knows no requests.
"""
