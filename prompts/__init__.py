"""Floor 1: the words sent to a language model, in files that a person may edit."""

REFUSAL = (
    "NOT_IN_ARTICLES"  # what a model writes, and nothing else, when the passages do not answer
)
# What each file must have a place for.
ANSWER = ("passages", "question", "refusal")
CONDENSE = ("history", "question")
