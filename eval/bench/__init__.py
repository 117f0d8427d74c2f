"""Benchmarks: speed, memory, retrieval and other pipelines, measured side by side.

They do not know the reports of the known answers.
"""
