"""The web application: headers, login, limits and errors.

It does not know what the routes answer.
"""
