"""Whole ways from a folder of articles to ranked files: Byline's, and those of others beside it."""
