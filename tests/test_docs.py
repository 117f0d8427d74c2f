"""The snippets of docs/python.md run as they are written, one after the other."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from index.settings import ROOT
from tests.bot.llm.llm_server import End, Say, serve

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
ADDRESS = "http://127.0.0.1:8080"
SENTENCE = "Obama said at the United Nations that Assad must go."


def test_every_snippet_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BYLINE_STORAGE", str(tmp_path / "storage"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    names: dict[str, Any] = {}
    printed = []
    with serve([Say(f"{SENTENCE} "), Say("It rained on Mars."), End()]) as server:
        for snippet in SNIPPETS:
            assert ADDRESS in snippet or 'llm="' not in snippet
            exec(compile(snippet.replace(ADDRESS, server.url), "docs/python.md", "exec"), names)
            printed.append(capsys.readouterr().out)
        assert len(server.requests) == 1
    question, error, _, conversation, selection, written, theirs, chat, ours = printed
    assert "sure)\n[1] obama-says-assad-must-go.md, line" in question
    assert "no such folder" in error and error.count("\n") == 1
    assert conversation.count(" → ") == 2 and "coalition" in conversation
    assert re.match(r"[1-7] articles: \w", selection)
    assert SENTENCE in written and "unsupported It rained on Mars." in written
    assert theirs == "obama-says-assad-must-go.md\n"
    assert "['obama-says-assad-must-go.md'" in chat
    assert "must go" in ours


def test_the_public_names_are_there_and_the_package_is_cheap_to_import() -> None:
    import bot

    assert all(getattr(bot, name).__name__ == name for name in bot.__all__)
    with pytest.raises(AttributeError, match="no attribute 'close_engine'"):
        bot.close_engine  # noqa: B018
