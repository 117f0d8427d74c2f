"""What a sync and the process that directs its workers say to each other, as pickled objects over a pipe."""

from dataclasses import dataclass

from index.sync.index_config import IndexConfig
from index.sync.work.batches import Unread

REMEDY = "finished batches are kept, the next sync continues"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What must be the same wherever files are read, or the index would depend on who read them.

    `code` is a hash of the program, `versions` the fingerprint of the config, which names libraries and
    model. `vectors` are those of a few texts: another kind of processor may compute others.
    """

    code: str
    versions: str
    vectors: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """The first message: the cluster, and what each worker needs. `cores` are for a cluster of its own."""

    address: str
    cores: int
    models: str
    stamp: Stamp
    config: IndexConfig


@dataclass(frozen=True, slots=True)
class Group:
    """Files to be read together by one worker. The lowest number is due first.

    `work` is the pickled `Work`, which only the worker opens; `names` are for messages.
    """

    number: int
    names: str
    work: bytes


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker reads."""

    files: tuple[Unread, ...]
    config: IndexConfig


@dataclass(frozen=True, slots=True)
class Done:
    """A group that has been read and embedded: a pickled list of `ReadFile`, which only the sync opens."""

    number: int
    files: bytes


@dataclass(frozen=True, slots=True)
class Staff:
    """How many workers there are; said again every few seconds as a sign of life."""

    workers: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The end of it, in one line."""

    line: str
