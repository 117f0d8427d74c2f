"""Metrics: pure functions of answers, probabilities and outcomes.

They know no files and no engine.
"""
