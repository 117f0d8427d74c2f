"""A follow-up question is resolved in its conversation.

It knows nothing of the index.
"""
