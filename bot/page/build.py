"""The one place where the parts of the page are chosen from settings and put together."""

import sys
from functools import partial
from pathlib import Path

from bot.build import build_engine
from bot.engine import Engine
from bot.page.api.jobs import IndexJobs
from bot.page.people.accounts import Accounts, load_accounts
from bot.page.people.database import FOLDER, PeopleDatabase
from bot.page.people.sessions import Sessions
from bot.page.people.upload_files import FolderFiles
from bot.page.people.upload_table import Copies
from bot.page.people.uploads import Uploads
from index.library import Library
from index.models.encoder import Encoder
from index.settings import Settings
from index.sync.corpus import check_corpus, sync_corpus
from index.sync.report import Progress, SyncReport
from index.sync.sync import sync


def build_engine_with_uploads(
    settings: Settings, copies: Copies | None = None
) -> tuple[Engine, Uploads]:
    """The engine, and the uploads that it searches and closes. Raises BylineError.

    With `copies` the uploads are in PostgreSQL, and those are this process's copies of them.
    """
    encoder = Encoder(settings.embedder, settings.threads or None)
    uploads = build_uploads(settings, encoder, copies)
    return build_engine(settings, encoder, uploads), uploads


def build_uploads(settings: Settings, encoder: Encoder, copies: Copies | None = None) -> Uploads:
    """The users' files. Their indexes use `encoder`, which the caller closes."""

    def sync_uploads(corpus: Path, storage: Path, embedding: Progress) -> SyncReport:
        return sync(corpus, storage, encoder, settings.index_config, embedding=embedding)

    def open_library(corpus: Path, storage: Path) -> Library:
        return Library(corpus, storage, encoder, borrowed=True)

    files = copies or FolderFiles(settings.storage / FOLDER / "uploads")
    return Uploads(files, sync_uploads, open_library, settings.limits)


def build_jobs(settings: Settings, last: SyncReport | None = None) -> IndexJobs:
    """Syncs and checks of the index on demand; `last` is the report of the newest sync."""
    return IndexJobs(partial(sync_corpus, settings), partial(check_corpus, settings), last)


def build_accounts(
    settings: Settings, people: PeopleDatabase
) -> tuple[Accounts | None, Sessions | None]:
    """The accounts and their sessions, stored by `people`; None if no login is set. Raises BylineError."""
    if not settings.auth:
        return None, None
    accounts = load_accounts(Path(settings.auth))
    if accounts.warning:
        print(accounts.warning, file=sys.stderr)
    return accounts, Sessions(people.file.with_name("sessions.sqlite3"), accounts, people=people)


def describe(settings: Settings) -> dict[str, str]:
    """The settings that an answer depends on, as text; each vote is stored with them."""
    names = ("strictness", "candidates", "llm", "unsupported")
    return {name: str(getattr(settings, name)).partition("@")[0] for name in names}
