"""The JSON routes of the page and its MCP server.

They do not know how an answer is found.
"""
