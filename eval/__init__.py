"""Measures answers and speed on known-answer questions.

A program: only `app` and `training` import from it.
"""
