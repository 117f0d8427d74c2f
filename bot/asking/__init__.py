"""Ways to ask the engine: as a LlamaIndex chat engine, and with a table of questions at once.

It does not know the web page.
"""
