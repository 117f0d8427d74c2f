import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.english.aliases import BUILT_IN, Aliases
from bot.english.words import is_nation, search_words, terms, tokens, use_aliases
from index.errors import SettingsError

ROOT = Path(__file__).resolve().parents[3]
OWN = {"nations": {"bavaria": ["bavarian"]}, "others": {"ecb": ["BCE", "european central bank"]}}
PROGRAM = """
import sys
from bot.english.words import is_nation, stem, terms, use_aliases
assert "ecb" not in terms("The European Central Bank") and stem("Bavarian") != "bavaria"
use_aliases(sys.argv[1])
use_aliases(sys.argv[1])
assert "ecb" in terms("The European Central Bank") and terms("BCE") == {"ecb"} != terms("bce")
assert stem("Bavarian") == "bavaria" and is_nation("bavaria")
assert stem("Daesh") == "isis"
try:
    use_aliases("")
except Exception as error:
    print(error)
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "aliases.json"
    path.write_text(json.dumps(OWN), "utf-8")
    return path


def test_the_built_in_names_stand_for_one_thing() -> None:
    assert terms("Islamic State") & terms("IS") & terms("Daesh") == {"isis"}
    assert is_nation("us") and not is_nation("isis")
    assert "washington" in terms("Washington") and search_words("G-20")[-1] == "g20"
    assert [token.is_stop_word for token in tokens("US us")] == [False, True]


def test_a_users_file_adds_to_the_built_in_names_once_for_a_process(own: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(own)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("BYLINE_ALIASES=: this process already uses ")
    assert done.stdout.count("\n") == 1


def test_without_a_file_the_built_in_names_are_used() -> None:
    use_aliases("")
    assert terms("Daesh") == {"isis"}


def test_names_of_both_files_are_known(own: Path) -> None:
    aliases = Aliases(BUILT_IN, own)
    assert aliases.words["bavarian"] == "bavaria" and aliases.words["daesh"] == "isis"
    assert aliases.capitals == {"US": "us", "IS": "isis", "BCE": "ecb"}
    assert {"bavaria", "us"} <= aliases.nations and "ecb" not in aliases.nations


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "\ud800",
        '{"other": {}}',
        '{"others": {"ecb": "bank"}}',
        '{"others": {"two words": ["x"]}}',
        '{"others": {"ecb": [" "]}}',
        '{"cities": [1]}',
    ],
)
def test_a_bad_file_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "aliases.json"
    path.write_text(text, "utf-8", errors="surrogatepass")
    with pytest.raises(SettingsError) as caught:
        Aliases(BUILT_IN, path)
    message = str(caught.value)
    assert message.startswith(f"BYLINE_ALIASES={path}: ") and "docs/settings.md" in message
    assert "\n" not in message and len(message) < 400


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"No such file.*expected JSON"):
        Aliases(tmp_path / "none.json")
