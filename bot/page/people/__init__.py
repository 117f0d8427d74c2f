"""What users store: accounts, sessions, conversations, votes and uploads.

It does not know HTTP.
"""
