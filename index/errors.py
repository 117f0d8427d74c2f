"""Every error that a user can see, as one tree, so that a program can catch a single name.

    BylineError
    ├── SettingsError          a setting, flag or environment variable is wrong
    ├── CorpusError            the folder of articles is missing or has no readable article
    │   ├── ObjectsError       object storage does not answer, or refuses access
    │   ├── UnreadableError    one file cannot be read; sync skips and reports it
    │   └── FeedError          a feed cannot be fetched or is none
    ├── StorageError           the index folder is missing, damaged or of another version
    │   ├── StorageBusyError   another sync or check is running, or has just run
    │   ├── UnreachableError   the vectors cannot be searched now; words can be
    │   │   └── NoVectorsError there are none, because their database lacks what stores them
    │   └── DamagedError       the catalog's file is damaged; sync renames it and rebuilds it
    ├── FleetError             Ray does not answer, or its workers fail or differ
    ├── ModelError             a model file is missing or damaged
    ├── LanguageModelError     the language model is misconfigured, or did not answer
    ├── PromptError            a file in prompts/ is missing or damaged
    ├── QuestionError          a question is empty or too long
    ├── ConversationError      a conversation is damaged or too long, or its title is invalid
    ├── UploadError            an uploaded file cannot be read, or exceeds the quota
    ├── TableError             a table of questions or answers cannot be read or written
    ├── FeedbackError          a vote is invalid
    └── EvaluationError        a set of cases, a report or a stored run is damaged
        ├── NoSuchError        no set or run has this name
        └── EvaluatingError    an evaluation is already running

A message is one line: the value, what was expected, and the remedy.
"""


class BylineError(Exception):
    """The base of every known error; the command line prints it and exits with 2."""


class SettingsError(BylineError):
    """A setting has an unknown name or an invalid value."""


class CorpusError(BylineError):
    """The corpus folder is missing, is not a folder, or has no article."""


class ObjectsError(CorpusError):
    """Object storage does not answer or refuses access. The copy of its objects can still be used."""


class UnreadableError(CorpusError):
    """One file cannot become an article; the message is the reason, without the path."""


class FeedError(CorpusError):
    """A feed cannot be fetched, is no feed, or its entries cannot be kept."""


class StorageError(BylineError):
    """The index on the disk cannot be used."""


class StorageBusyError(StorageError):
    """Another process holds the writer lock, or a job has just run."""


class UnreachableError(StorageError):
    """What searches the vectors does not answer in time, refuses access, or is used by another process.

    Everything that needs only the catalog still works.
    """


class NoVectorsError(UnreachableError):
    """The database lacks the extension, and so the vectors: a sync that may creates it and fills it."""


class DamagedError(StorageError):
    """SQLite or this Byline cannot read the catalog's file; sync rebuilds it."""


class FleetError(BylineError):
    """The cluster that reads and embeds cannot be reached, was lost, or is of another version."""


class ModelError(BylineError):
    """A model file is missing, damaged or does not run."""


class LanguageModelError(BylineError):
    """The language model cannot be opened or did not answer completely. The message never has the key."""


class PromptError(BylineError):
    """A prompt cannot be read, or has unexpected placeholders."""


class QuestionError(BylineError):
    """A question is empty or too long, or its selection is invalid."""


class ConversationError(BylineError):
    """A conversation is missing, damaged, out of order, or has reached a limit."""


class UploadError(BylineError):
    """An uploaded file cannot be read, or exceeds the quota."""


class TableError(BylineError):
    """A table of questions cannot be read, or one of answers cannot be written or is of other questions."""


class FeedbackError(BylineError):
    """A vote has an unknown reason or too long a note."""


class EvaluationError(BylineError):
    """A set of cases, a report or a stored run is damaged."""


class NoSuchError(EvaluationError):
    """No set, run or plot has this name."""


class EvaluatingError(EvaluationError):
    """Another evaluation is running."""
