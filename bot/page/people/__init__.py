"""What people leave behind: accounts, sessions, conversations, votes, uploads.

It knows no HTTP.
"""
