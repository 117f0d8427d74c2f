"""Candidates become evidence: the local reader and its confidence.

It does not know how they were found.
"""
