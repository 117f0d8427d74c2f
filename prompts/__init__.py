"""The prompts of the language model, in files that can be edited."""

REFUSAL = "NOT_IN_ARTICLES"  # the whole reply of a model if the passages do not answer
# The placeholders of each file.
ANSWER = ("passages", "question", "refusal")
CONDENSE = ("history", "question")
