"""`python -m bot ask|chat|search|password`: questions on the command line, as text or as JSON.

If there is no index yet, it is built first; an existing one is used as it is. `password` prints a line for
the file of accounts and needs no index.
"""

import argparse
import getpass
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from bot.answer import Candidate
from bot.asking.batch import Batch
from bot.asking.standard_input import decoded, each_line, emit
from bot.build import build_engine
from bot.composition.plain_text import as_text
from bot.conversation import Conversation, load_conversation
from bot.engine import Engine
from bot.page.people.accounts import account_line, plain_name
from bot.retrieval.sources import Scope
from index.catalog.catalog import is_there
from index.catalog.selection_json import parse_selection
from index.console import end_on_sigterm, exit_code, printable
from index.errors import SettingsError
from index.settings import Settings, load_settings
from index.sync.corpus import sync_corpus

MOST_CANDIDATES = 1000
SELECTING = ("outlets", "authors", "since", "until", "words")


def main(argv: Sequence[str] | None = None) -> int:
    """0: answered or refused; 2: wrong usage or a known error; 130: interrupted."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command == "ask":
        _check_batch(parser, arguments)
    return exit_code(f"bot {arguments.command}", lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "password":
        return _password(arguments.name)
    settings = load_settings(corpus=arguments.corpus, storage=arguments.storage)
    # A wrong file is reported before the index and the models are opened.
    before = getattr(arguments, "conversation", None)
    arguments.before = load_conversation(before) if before else Conversation()
    given = {name: getattr(arguments, name, None) for name in SELECTING}
    arguments.scope = Scope(parse_selection(given))
    with ExitStack() as opened:
        if getattr(arguments, "batch", None):
            batch = Batch(arguments.batch, arguments.out, settings.corpus)
            arguments.batch = opened.enter_context(batch)
        _sync_when_new(settings)
        engine = opened.enter_context(closing(build_engine(settings)))
        if not engine.library.is_complete:
            print(f"bot: the last sync of {settings.storage} is not finished", file=sys.stderr)
        code = COMMANDS[arguments.command](engine, arguments)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="answer one question, or a table of questions")
    ask.add_argument("question", nargs="?")
    ask.add_argument(
        "--batch",
        type=Path,
        metavar="FILE",
        help="answer each row's question of a .csv, .jsonl or .xlsx file instead; needs --out",
    )
    ask.add_argument(
        "--out", type=Path, metavar="FILE", help="the table of answers, as .csv, .jsonl or .xlsx"
    )
    ask.add_argument(
        "--conversation",
        type=Path,
        metavar="FILE",
        help="the earlier turns, as JSON: a list of messages with role and content",
    )
    chat = commands.add_parser(
        "chat", help="answer one question per line; an empty line starts a new conversation"
    )
    search = commands.add_parser("search", help="show the passages a question retrieves")
    search.add_argument("question", nargs="?", help="without it, one question per line is read")
    search.add_argument("-k", type=_count, default=10, help="how many passages (default 10)")
    for command in (ask, search):
        command.add_argument(
            "--outlet",
            dest="outlets",
            action="append",
            metavar="NAME",
            help="only articles of this outlet; repeat it for more outlets",
        )
        command.add_argument(
            "--author",
            dest="authors",
            action="append",
            metavar="NAME",
            help="only articles by this author; repeat it for more authors",
        )
        command.add_argument(
            "--since", metavar="DAY", help="only articles of this day (2015-09-01) or later"
        )
        command.add_argument("--until", metavar="DAY", help="only articles of this day or earlier")
        command.add_argument(
            "--within",
            dest="words",
            metavar="WORDS",
            help="only articles with these words in title, outlet, author or path",
        )
    for command in (ask, chat, search):
        command.add_argument("--corpus", type=Path, help="folder of articles")
        command.add_argument("--storage", type=Path, help="folder of the index")
        command.add_argument(
            "--json", action="store_true", help="print each answer as a JSON object"
        )
    password = commands.add_parser(
        "password",
        help="read a password and print the account's line for the file in BYLINE_AUTH",
    )
    password.add_argument("name", type=_account)
    return parser


def _check_batch(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Exits with 2 and the usage unless there is a question, or two files."""
    if arguments.batch is None:
        wrong = arguments.question is None or arguments.out is not None
    else:
        others = arguments.question, arguments.conversation, arguments.json or None
        wrong = arguments.out is None or others != (None, None, None)
    if wrong:
        parser.error(
            "ask: expected a question, or --batch FILE and --out FILE without --conversation and --json"
        )


def _account(text: str) -> str:
    if plain_name(text) is None:
        raise argparse.ArgumentTypeError(f"{text!a}: expected 1 to 32 of a-z 0-9 . _ -")
    return text


def _password(name: str) -> int:
    """On a terminal, ask twice; otherwise read the password from a line of standard input."""
    if sys.stdin.isatty():
        password = getpass.getpass(f"Password for {name}: ")
        if getpass.getpass("Repeat the password: ") != password:
            raise SettingsError("the two passwords differ; type the same one twice")
    else:
        password = decoded(sys.stdin.buffer.readline().rstrip(b"\r\n"))
    emit(account_line(name, password))
    return 0


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_CANDIDATES):
        raise argparse.ArgumentTypeError(f"{text!a}: expected 1 to {MOST_CANDIDATES}")
    return int(text)


def _sync_when_new(settings: Settings) -> None:
    if not is_there(settings.storage, settings.catalog_database):
        report = sync_corpus(settings)
        print(f"indexed {report.articles} articles of {settings.corpus}", file=sys.stderr)
        for path, reason in report.skipped:
            print(f"skipped {path!a}: {printable(reason)}", file=sys.stderr)


def _ask(engine: Engine, arguments: argparse.Namespace) -> int:
    if arguments.batch:
        return int(arguments.batch.run(engine, arguments.scope))
    answer = engine.answer(arguments.question, arguments.before, arguments.scope)
    emit(answer.to_json() if arguments.json else as_text(answer))
    return 0


def _chat(engine: Engine, arguments: argparse.Namespace) -> int:
    conversation = Conversation()

    def reply(question: str) -> None:
        nonlocal conversation
        if not question.strip():
            conversation = Conversation()
            return
        answer = engine.answer(question, conversation)
        conversation = conversation.with_turn(answer)
        # Answers are separated by an empty line.
        emit(answer.to_json() if arguments.json else as_text(answer) + "\n")

    return each_line(reply, arguments.json, prompt="" if arguments.json else "> ")


def _search(engine: Engine, arguments: argparse.Namespace) -> int:
    def reply(question: str) -> None:
        candidates, notice = engine.find(question, arguments.k, arguments.scope)
        if arguments.json:
            found = {"question": question, "candidates": [_candidate(c) for c in candidates]}
            emit(found | ({"notice": notice} if notice else {}))
            return
        if notice:
            emit(f"({notice})")
        for number, candidate in enumerate(candidates, 1):
            emit(f"{number:3}. {candidate.score:.4f}  {candidate.article.path}")
            emit(f"     {' '.join(candidate.text.split())[:160]}")

    if arguments.question is not None:
        reply(arguments.question)
        return 0
    return each_line(lambda line: reply(line) if line.strip() else None, arguments.json)


COMMANDS = {"ask": _ask, "chat": _chat, "search": _search}


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "file": candidate.article.path,
        "title": candidate.article.title,
        "start": candidate.passage.start,
        "end": candidate.passage.end,
        "score": round(candidate.score, 6),
        "text": candidate.text,
    }


if __name__ == "__main__":
    end_on_sigterm()
    sys.exit(main())
