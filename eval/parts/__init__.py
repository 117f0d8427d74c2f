"""One part of the engine at a time: reader, resolver, sentence check.

They do not know the whole engine's runs.
"""
