"""The chat page as a program: settings, an index brought up to date, the engine, the page.

`python app.py [--corpus DIR] [--storage DIR] [--host ADDRESS] [--port NUMBER]`
"""

import argparse
import errno
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from index.console import printable
from index.errors import BylineError, SettingsError, StorageBusyError, UnreachableError
from index.settings import ROOT, Settings, load_settings

SAMPLE = ROOT / "corpus"
SAMPLE_QUESTIONS = (
    "Where did Obama say Assad must go?",
    "What did Putin ask the United Nations for?",
    "How many lives has the Syrian war cost?",
    "Which countries will share military intelligence?",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until interrupted. 0: stopped by the user; 2: a known error, told in one line."""
    flags = _parser().parse_args(argv)
    try:
        serve(load_settings(**vars(flags)))
    except BylineError as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.")
    return 0


def serve(settings: Settings) -> None:
    """Sync the corpus, build the engine and serve the page until interrupted. Raises BylineError."""
    if not settings.host.strip():
        raise SettingsError(
            f"BYLINE_HOST={settings.host!r}: expected an address; give one such as 127.0.0.1"
        )
    port = _free_port(settings.host, settings.port)  # refuse before work begins
    from bot.build import build_engine

    _sync(settings)
    engine = build_engine(settings)
    from bot.page.guard import is_loopback
    from bot.page.layout import build_page, launch  # Gradio takes seconds to import

    _reach_loopback_directly()
    if not is_loopback(settings.host):
        print(
            f"app.py: there is no login: anybody who reaches {settings.host}:{port} "
            "can read the articles",
            file=sys.stderr,
        )
    examples = SAMPLE_QUESTIONS if settings.corpus == SAMPLE else ()
    try:
        page = build_page(engine, settings.corpus.name, len(engine.articles()), examples)
        launch(page, settings.host, port)
    finally:
        engine.close()


def _sync(settings: Settings) -> None:
    """Bring the index up to date; where that cannot be done now, the index is used as it stands."""
    from bot.build import sync_corpus

    try:
        report = sync_corpus(settings)
    except (StorageBusyError, UnreachableError) as error:
        print(f"app.py: {error}; showing the index as it stands", file=sys.stderr)
        return
    for path, reason in report.skipped:
        print(f"skipped {path!a}: {printable(reason)}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Byline's chat page.")
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="folder of articles")
    parser.add_argument("--storage", type=Path, metavar="DIR", help="folder of the index")
    parser.add_argument("--host", metavar="ADDRESS", help="address to serve at (127.0.0.1)")
    parser.add_argument("--port", type=int, metavar="NUMBER", help="port (7860; 0: any free one)")
    return parser


def _free_port(host: str, port: int) -> int:
    """`port`, or a free one for 0; raises SettingsError when it cannot be listened on."""
    try:
        with socket.create_server((host, port)) as listener:
            return int(listener.getsockname()[1])
    except (OSError, UnicodeError) as error:  # the latter: no name of a machine looks like this
        raise SettingsError(f"{host}:{port}: {_unusable(error)}") from None


def _unusable(error: OSError | UnicodeError) -> str:
    """Why an address and port cannot be listened on, and the remedy."""
    if isinstance(error, UnicodeError):
        return "not an address; give another --host (BYLINE_HOST)"
    if isinstance(error, socket.gaierror):  # its numbers are not those of `os.strerror`
        return f"{error.strerror}; give another --host (BYLINE_HOST)"
    said = os.strerror(error.errno) if error.errno else str(error)
    if error.errno == errno.EADDRINUSE:
        return f"{said}; stop the program that uses it, or give another --port (BYLINE_PORT)"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{said}; give another --host (BYLINE_HOST)"
    return f"{said}; give another --host (BYLINE_HOST) or --port (BYLINE_PORT)"


def _reach_loopback_directly() -> None:
    """Gradio asks its own page once at start; a proxy in the environment must not stand between."""
    for name in ("no_proxy", "NO_PROXY"):
        hosts = [os.environ[name]] if os.environ.get(name) else []
        os.environ[name] = ",".join([*hosts, "127.0.0.1", "localhost"])


if __name__ == "__main__":
    sys.exit(main())
