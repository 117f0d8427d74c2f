"""Every error a user can meet, as one tree, so that a program catches a single name.

    BylineError
    ├── SettingsError          a setting, flag or environment variable is wrong
    ├── CorpusError            the folder of articles is missing or holds nothing readable
    │   └── UnreadableError    one file cannot be read; sync skips it and names it
    ├── StorageError           the index folder is missing, damaged or of another version
    │   ├── StorageBusyError   the index is being written or looked through, or was a moment ago
    │   ├── UnreachableError   Chroma does not answer, or is held by another; words can be searched
    │   └── DamagedError       the catalog's file is damaged; sync sets it aside and begins again
    ├── ModelError             a model file is missing or damaged
    ├── LanguageModelError     the language model is set up wrongly, or did not answer
    ├── PromptError            a file in prompts/ is missing or damaged
    ├── QuestionError          a question is empty or too long
    ├── ConversationError      a conversation is damaged, too long, or takes no such title
    ├── UploadError            a file that is added cannot be read, or there is too much
    ├── FeedbackError          a vote cannot be kept as it stands
    └── EvaluationError        a set of cases, a report or a kept run is damaged
        ├── NoSuchError        no set or run has this name
        └── EvaluatingError    an evaluation is running already

A message is one line: the value, what was expected, and the remedy.
"""


class BylineError(Exception):
    """Base of every known error; the command line prints it and exits with 2."""


class SettingsError(BylineError):
    """A setting has an unknown name or a value outside what it takes."""


class CorpusError(BylineError):
    """The corpus folder is missing, is not a folder, or holds no article."""


class UnreadableError(CorpusError):
    """One file cannot become an article; the message is the reason, without the path."""


class StorageError(BylineError):
    """The index cannot be used as it is on disk."""


class StorageBusyError(StorageError):
    """Another process holds the writer's lock, or somebody asked for it only a moment ago."""


class UnreachableError(StorageError):
    """Chroma's server is down or too slow, or its files are in another process's hands.

    What needs only the catalog can still be done.
    """


class DamagedError(StorageError):
    """The catalog's file is not what SQLite or this Byline can read; sync builds it again."""


class ModelError(BylineError):
    """A model file is missing, incomplete or does not run."""


class LanguageModelError(BylineError):
    """The language model cannot be opened, or its answer did not arrive whole; never holds the key."""


class PromptError(BylineError):
    """A prompt cannot be read, or its placeholders are not the expected ones."""


class QuestionError(BylineError):
    """A question cannot be asked as it stands."""


class ConversationError(BylineError):
    """A conversation is missing, damaged or out of order, or has reached a limit."""


class UploadError(BylineError):
    """A file that somebody adds cannot be read, or there is no room for it."""


class FeedbackError(BylineError):
    """A vote gives a reason that there is none of, or too long a note."""


class EvaluationError(BylineError):
    """A set of known-answer cases, a report or a kept run is damaged."""


class NoSuchError(EvaluationError):
    """No set, run or plot has the name that was given."""


class EvaluatingError(EvaluationError):
    """One evaluation runs at a time."""
