"""What is found in the text of an article or a question by rules: quotations, dates of events, exact words.

It knows nothing of answers.
"""
