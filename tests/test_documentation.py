"""The README, the pages under docs/ and the model cards name only files, commands and settings that exist."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import app
import bot.__main__
import eval.__main__ as evaluation
import index.__main__
from tests.test_plain_english import PHRASES

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
CARDS = sorted((ROOT / "models").glob("*/README.md"))
FOLDERS = "bot|index|eval|prompts|docs|tests|models|training|corpus"
PROGRAMS = {
    "app.py": app.main,
    "bot": bot.__main__.main,
    "eval": evaluation.main,
    "index": index.__main__.main,
}
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
each_page_and_card = pytest.mark.parametrize(
    "page", PAGES + CARDS, ids=lambda page: str(page.relative_to(ROOT))
)


def commands(page, program):
    """The words behind `python … program` in each command of the page."""
    text = page.read_text("utf-8").replace("\\\n", " ")
    for line in re.findall(rf"python (?:-m )?{program}(?![.\w])([^`#\n]*)", text):
        yield line.split()


def code(page):
    """The page's shell blocks and the words between backticks."""
    found = re.findall(r"```sh\n(.*?)```|(`[^`\n]+`)", page.read_text("utf-8"), re.DOTALL)
    return "\n".join(block or words for block, words in found)


@cache
def help_of(program, command):
    """What `--help` prints for a command; it has to end with 0."""
    with pytest.MonkeyPatch.context() as patch:
        printed = []
        patch.setattr(
            "argparse.ArgumentParser._print_message", lambda _, text, *__: printed.append(text)
        )
        try:
            status = PROGRAMS[program]([*command, "--help"])
        except SystemExit as stop:
            status = stop.code
    assert status == 0, f"{program} {' '.join(command)}"
    return "".join(printed)


def test_a_newcomer_can_read_the_readme_in_a_minute_or_two():
    assert 4_000 <= README.stat().st_size <= 6_200


@each_page
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    own = [link.partition("#")[0] for link in links if "://" not in link]
    assert [link for link in own if not (page.parent / link).exists()] == []


def test_every_page_can_be_reached_from_the_readme():
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)\)", README.read_text("utf-8")))
    assert linked == {str(page.relative_to(ROOT)) for page in PAGES[1:]}


@each_page_and_card
def test_every_path_of_the_repository_exists(page):
    quoted = re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", page.read_text("utf-8"))
    assert [path for path in quoted if not (ROOT / path).exists()] == []


def test_the_tree_in_the_readme_names_every_folder_of_code():
    tree = re.search(r"```\n(app\.py.*?)```", README.read_text("utf-8"), re.DOTALL)[1]
    named, above = set(), ""
    for line in tree.splitlines():
        name = line.split()[0]
        above = above if line.startswith(" ") else name
        named.add(f"{above}{name}" if line.startswith(" ") else name)
    assert [path for path in named if not (ROOT / path).exists()] == []
    packages = {
        f"{path.parent.relative_to(ROOT)}/"
        for top in ("bot", "index")
        for path in (ROOT / top).glob("*/__init__.py")
    }
    assert packages <= named


@each_page_and_card
@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_and_its_flags_exist(page, program):
    for words in commands(page, program):
        command = () if program == "app.py" or not words or words[0].startswith("-") else words[:1]
        known = set(re.findall(r"--?[a-zA-Z][\w-]*", help_of(program, tuple(command))))
        flags = [re.match(r"--?[a-zA-Z][\w-]*", word) for word in words]
        unknown = {flag[0] for flag in flags if flag} - known
        assert not unknown, f"{page.name}: python -m {program} {' '.join(words)}"


@each_page_and_card
def test_every_other_module_that_is_run_exists(page):
    modules = re.findall(r"python -m ([a-z_]+\.[\w.]*\w)", page.read_text("utf-8"))
    assert [name for name in modules if find_spec(name) is None] == []


@each_page
def test_every_target_of_make_exists(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = re.findall(r"(?:`|^|\s)make ([a-z]+)\b(?=[`\s])", code(page))
    assert [name for name in named if name not in targets] == []


@each_page
def test_every_setting_that_is_named_exists(page):
    known = {f"BYLINE_{name.upper()}" for name in index.__main__.Settings.model_fields}
    named = set(re.findall(r"BYLINE_[A-Z_]*[A-Z]", page.read_text("utf-8")))
    assert named <= known


def test_the_three_lines_of_python_print_the_quote(tmp_path, monkeypatch, capsys):
    lines = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[1]
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("BYLINE_STORAGE", str(tmp_path / "storage"))
    exec(lines, {})
    assert "must go" in capsys.readouterr().out


@each_page_and_card
def test_no_phrase_of_the_old_english_in_prose(page):
    text = page.read_text("utf-8")
    assert [old for old in PHRASES if re.search(rf"\b{old}", text, re.IGNORECASE)] == []
