"""Measures answers and speed on known-answer questions; a program, imported by nobody."""
