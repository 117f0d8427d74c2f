"""Runs as terminal text, HTML and plots; the gate and the judge.

They do not ask anything.
"""
