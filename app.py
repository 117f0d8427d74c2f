"""The chat page as a program: it syncs the index, builds the engine and serves the page.

`python app.py [--corpus DIR] [--storage DIR] [--host ADDRESS] [--port NUMBER] [--workers NUMBER]
[--mcp] [--watch]`
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.console import end_on_sigterm, printable
from index.errors import (
    BylineError,
    ObjectsError,
    SettingsError,
    StorageBusyError,
    UnreachableError,
)
from index.settings import ROOT, Settings, load_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.page.web.application import Site
    from index.sync.report import SyncReport

SAMPLE = ROOT / "corpus"
SAMPLE_QUESTIONS = (
    "Where did Obama say Assad must go?",
    "What kind of coalition did Putin ask for?",
    "How many lives has the Syrian war cost?",
    "Which countries will share military intelligence?",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until interrupted. 0: the user stopped it; 2: a known error, printed in one line."""
    flags = vars(_parser().parse_args(argv))
    mcp, watch = flags.pop("mcp"), flags.pop("watch")
    try:
        served = serve(load_settings(**flags), mcp=mcp, watch=watch)
    except BylineError as error:
        _say(error)
        return 2
    except KeyboardInterrupt:
        print("Stopped.")
        return 0
    return 0 if served else 2


def serve(settings: Settings, *, mcp: bool = False, watch: bool = False) -> bool:
    """Sync the corpus, build the engine and serve the page until interrupted. Raises BylineError.

    `watch` syncs whenever files of the corpus change. False if none of several processes could start; each
    has printed why.
    """
    ports = _checked_ports(settings, mcp)
    last = _sync(settings)
    if len(ports) == 1:
        _serve(settings, last, 1, ports[0], mcp=mcp, watch=watch)
        return True
    from bot.page.web.workers import keep_running

    return keep_running(partial(_work, settings, last, mcp, watch), ports, _say)


def _work(
    settings: Settings,
    last: "SyncReport | None",
    mcp: bool,
    watch: bool,
    number: int,
    port: int,
    served: Callable[[], None],
) -> None:
    """Serve in one of several processes: the first one watches the corpus, for all of them."""
    try:
        _serve(settings, last, number, port, served, mcp=mcp, watch=watch and number == 1)
    except BylineError as error:
        _say(error)
        sys.exit(2)


def _serve(
    settings: Settings,
    last: "SyncReport | None",
    number: int,
    port: int,
    served: Callable[[], None] = lambda: None,
    *,
    mcp: bool,
    watch: bool,
) -> None:
    """Serve the page in this process, which is the one with this `number`."""
    with ExitStack() as opened:
        from bot.page.web import application  # Gradio takes seconds to import
        from bot.page.web.root import Root

        root = Root.parse(settings.root_path)
        site = application.Site(settings.host, port, settings.limits.max_bytes, root)
        app = _application(settings, site, opened, last, number, mcp=mcp, watch=watch)
        application.serve(app, site, served)


def _checked_ports(settings: Settings, mcp: bool) -> list[int]:
    """The ports to serve at. What would stop the page from starting is reported before the sync."""
    from bot.page.people.accounts import load_accounts
    from bot.page.web.ports import free_ports
    from bot.page.web.root import Root

    Root.parse(settings.root_path)
    if settings.workers > 1 and not settings.database:
        raise SettingsError(
            f"BYLINE_WORKERS={settings.workers}: several processes share log-ins, uploads and rate "
            "limits only in PostgreSQL; set BYLINE_DATABASE, or BYLINE_WORKERS=1"
        )
    if settings.auth:
        load_accounts(Path(settings.auth))
    if mcp:
        from bot.page.api.mcp import require_package

        require_package()
    return free_ports(settings.host, settings.port, settings.workers)


def _application(
    settings: Settings,
    site: "Site",
    opened: ExitStack,
    last: "SyncReport | None" = None,
    number: int = 1,
    *,
    mcp: bool = False,
    watch: bool = False,
) -> "FastAPI":
    """The web application of process `number`, with all its parts; `opened` closes them."""
    from bot.asking.question_lists import QuestionLists
    from bot.page.api.articles import articles_routes
    from bot.page.api.ask import AskParts, ask_routes
    from bot.page.api.conversations import conversation_routes
    from bot.page.api.lists import list_routes
    from bot.page.api.mcp import mcp_app
    from bot.page.api.suggestions import Suggester
    from bot.page.api.uploads import uploads_routes
    from bot.page.build import build_accounts, build_engine_with_uploads, build_jobs, describe
    from bot.page.chat.events import ChatEvents
    from bot.page.chat.layout import build_page
    from bot.page.people.conversations import ConversationStore
    from bot.page.people.database import FOLDER, PeopleDatabase, make_private
    from bot.page.people.upload_table import own_copies
    from bot.page.people.uploads import checked_owner
    from bot.page.people.votes import VoteStore
    from bot.page.web.application import build_app
    from bot.page.web.shared_limit import limit_maker
    from bot.page.web.visitors import authentication
    from eval.panel.build import build_runner
    from eval.panel.routes import SCRIPTS, evaluation_routes

    folder = settings.storage / FOLDER
    make_private(folder)
    people = PeopleDatabase(folder, settings.catalog_database)
    opened.callback(people.close)
    copies = None
    if people.database:
        copies = opened.enter_context(own_copies(people, folder, number))
    engine, uploads = build_engine_with_uploads(settings, copies)
    opened.callback(engine.close)
    conversations, feedback = ConversationStore(people), VoteStore(people)
    jobs = build_jobs(settings, last)
    opened.callback(jobs.close)
    lists = QuestionLists(
        engine, settings.corpus, lambda owner: folder / "uploads" / checked_owner(owner) / "lists"
    )
    opened.callback(lists.close)
    if watch:
        from bot.page.api.watching import Watcher

        opened.callback(Watcher(settings.corpus, jobs, [settings.storage]).close)
    examples = SAMPLE_QUESTIONS if settings.corpus == SAMPLE else ()
    events = ChatEvents(engine, conversations, feedback, lambda: describe(settings))
    runner, runs = build_runner(settings, engine, folder)
    opened.callback(runner.close)
    accounts, sessions = build_accounts(settings, people)
    if sessions:
        opened.callback(sessions.shut)
    else:
        _warn_of_no_login(site)
    limit = limit_maker(people)
    guarded, login = authentication(accounts, sessions, limit)
    routers = [
        ask_routes(AskParts(engine, conversations, Suggester(engine.is_busy), examples)),
        conversation_routes(conversations, engine.sources.article),
        articles_routes(lambda: engine.library.catalog, jobs),
        uploads_routes(uploads),
        list_routes(lists),
        evaluation_routes(runner, runs, settings.corpus),
        *login,
    ]
    page = build_page(
        events,
        settings.corpus.name,
        lambda: engine.library.catalog.articles.counts()[0],
        ("Articles", "Evaluation"),
    )
    return build_app(
        page,
        routers,
        site,
        guarded,
        assets={script.name: script for script in SCRIPTS},
        mcp=mcp_app(engine) if mcp else None,
        limit=limit,
    )


def _sync(settings: Settings) -> "SyncReport | None":
    """Sync the index. If that is not possible now, warn, and the index is used as it is."""
    from index.catalog.catalog import is_there
    from index.sync.corpus import sync_corpus

    try:
        report = sync_corpus(settings)
    except (ObjectsError, StorageBusyError, UnreachableError) as error:
        if isinstance(error, ObjectsError) and not is_there(
            settings.storage, settings.catalog_database
        ):
            raise  # there is nothing to show
        _say(f"{error}; showing the index as it stands")
        return None
    for path, reason in report.skipped:
        print(f"skipped {path!a}: {printable(reason)}", file=sys.stderr)
    return report


def _warn_of_no_login(site: "Site") -> None:
    from bot.page.web.guard import is_loopback

    if not is_loopback(site.host):
        _say(
            f"there is no login: anybody who reaches {site.host}:{site.port} "
            "can read the articles; set BYLINE_AUTH"
        )


def _say(line: object) -> None:
    print(f"app.py: {line}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Byline's chat page.")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="folder of articles")
    parser.add_argument("--storage", type=Path, metavar="DIR", help="folder of the index")
    parser.add_argument("--host", metavar="ADDRESS", help="address to serve at (127.0.0.1)")
    parser.add_argument("--port", type=int, metavar="NUMBER", help="port (7860; 0: any free one)")
    parser.add_argument(
        "--workers", type=int, metavar="NUMBER", help="web processes behind a proxy (1)"
    )
    parser.add_argument("--mcp", action="store_true", help="serve MCP at /mcp for language models")
    parser.add_argument("--watch", action="store_true", help="sync when files of the corpus change")
    return parser


if __name__ == "__main__":
    end_on_sigterm()
    sys.exit(main())
