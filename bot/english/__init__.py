"""The rules for English: words, names, numbers, dates, questions.

It knows nothing of passages, models or answers.
"""
