"""A file of accounts: who gets in, what is refused in one line, and changes that count at once."""

import io
import statistics
import time
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.page.people.accounts import (
    Hash,
    account_line,
    hash_password,
    load_accounts,
    owner_of_account,
    plain_name,
)
from index.errors import SettingsError

CHEAP = (2, 1, 1)
ANNE = f"anne:{hash_password('correct horse', CHEAP)}"
BOB = f"b.o-b_1:{hash_password('pässwörd:$', CHEAP)}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "accounts"
    path.write_text(f"# who may ask\n\n{ANNE}\n  {BOB}  \n")
    path.chmod(0o600)
    return path


def test_the_right_password_of_a_known_name_is_let_in(file: Path) -> None:
    accounts = load_accounts(file)
    for name, password in (("anne", "correct horse"), ("ANNE", "correct horse")):
        assert accounts.verify(name, password)
        assert accounts.verify(name, password), "also when it is remembered"
    assert accounts.verify("b.o-b_1", "pässwörd:$")
    assert accounts.verify("b.o-b_1", "pa\u0308sswo\u0308rd:$"), "typed in another way"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        *(("anne", "correct horse "), ("anne", ""), ("anne", "Correct horse"), ("", "")),
        *(("b.o-b_1", "correct horse"), ("nobody", "correct horse"), ("# who may ask", "")),
        *(("\ud800", "\udfff"), ("anne\n", "correct horse"), ("a" * 5000, "b" * 5000)),
    ],
)
def test_nothing_else_is(file: Path, name: str, password: str) -> None:
    accounts = load_accounts(file)
    accounts.verify("anne", "correct horse")
    assert not accounts.verify(name, password)


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_a_hash_fits_its_password_and_no_other(password: str, other: str) -> None:
    kept = Hash.parse(hash_password(password, CHEAP))
    assert kept.matches(password)
    again = Hash.parse(hash_password(password, CHEAP))
    assert again.salt != kept.salt and again.key != kept.key
    assert str(Hash.parse(str(kept))) == str(kept)
    if Hash.of(other, CHEAP, kept.salt).key != kept.key:
        assert not kept.matches(other)


def test_an_empty_password_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"^the password is empty"):
        hash_password("")


GOOD = hash_password("x", CHEAP)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("anne", "expected scrypt"),
        ("anne:secret", "expected scrypt"),
        (f"an ne:{GOOD}", "expected name:hash"),
        (f"{'a' * 33}:{GOOD}", "expected name:hash"),
        (f":{GOOD}", "expected name:hash"),
        (f"änne:{GOOD}", "expected name:hash"),
        (f"\N{KELVIN SIGN}:{GOOD}", "expected name:hash"),
        (f"Anne:{GOOD}\nanne:{GOOD}", "is there twice"),
        (f"anne:{GOOD}$x", "expected scrypt"),
        (f"anne:{GOOD.replace('scrypt$2$', 'scrypt$3$')}", "power of two"),
        (f"anne:{GOOD.replace('scrypt$2$', 'scrypt$2097152$')}$", "expected scrypt"),
        (f"anne:{GOOD.replace('scrypt$2$1$', 'scrypt$1048576$32$')}", "256 MB"),
        (f"anne:{GOOD.replace('scrypt$2$', 'scrypt$²$')}", "whole numbers"),
        (f"anne:{GOOD[:-4]}!!!!", "base64"),
        ("anne:scrypt$2$1$1$$", "8 to 64"),
    ],
    ids=count(),  # the salts differ from run to run, and no test's name may
)
def test_a_bad_line_is_told_in_one_line_with_its_number(
    tmp_path: Path, line: str, expected: str
) -> None:
    file = tmp_path / "accounts"
    file.write_text(f"# accounts\n{line}\n")
    with pytest.raises(SettingsError) as told:
        load_accounts(file)
    said = str(told.value)
    assert "\n" not in said and str(file) in said and expected in said
    assert f"line {2 + line.count(chr(10))}" in said
    assert "secret" not in said


@pytest.mark.parametrize("content", [b"", b"# nobody\n", b"\xff\xfe", b"x" * 1_000_001])
def test_a_file_without_accounts_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "accounts"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"^BYLINE_AUTH: .*accounts: [^\n]+$"):
        load_accounts(file)


def test_a_missing_file_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"No such file.*python -m bot password NAME"):
        load_accounts(tmp_path / "none")


def test_a_file_that_everybody_may_read_is_warned_of(file: Path) -> None:
    accounts = load_accounts(file)
    assert accounts.warning == ""
    file.chmod(0o644)
    assert str(file) in accounts.warning and "chmod" in accounts.warning
    assert "\n" not in accounts.warning


def test_a_changed_file_counts_at_once(file: Path) -> None:
    accounts = load_accounts(file)
    before = accounts.fingerprint("anne")
    assert accounts.verify("anne", "correct horse") and before
    file.write_text(f"anne:{hash_password('another', CHEAP)}\n{BOB}\n")
    assert not accounts.verify("anne", "correct horse") and accounts.verify("anne", "another")
    assert accounts.fingerprint("anne") not in (before, None)
    file.write_text(f"{BOB}\n")
    assert accounts.fingerprint("anne") is None and not accounts.verify("anne", "another")


def test_a_file_that_breaks_lets_nobody_in_until_it_is_mended(file: Path) -> None:
    accounts = load_accounts(file)
    whole = file.read_text()
    file.write_text(f"{whole}nonsense\n")
    assert not accounts.verify("anne", "correct horse")
    file.unlink()
    assert not accounts.verify("anne", "correct horse")
    file.write_text(whole)
    assert accounts.verify("anne", "correct horse")


def test_an_unknown_name_takes_as_long_as_a_known_one(tmp_path: Path) -> None:
    file = tmp_path / "accounts"
    file.write_text(f"anne:{hash_password('x', (2**12, 8, 1))}\n")
    accounts = load_accounts(file)

    def seconds(name: str) -> float:
        taken = []
        for _ in range(15):
            began = time.process_time()
            accounts.verify(name, "wrong")
            taken.append(time.process_time() - began)
        return statistics.median(taken)

    known, unknown = seconds("anne"), seconds("nobody")
    assert 0.3 < known / unknown < 3


names = st.from_regex(r"\A[A-Za-z0-9._-]{1,32}\Z")


@given(names, names)
def test_owners_are_as_different_as_names(one: str, other: str) -> None:
    owner = owner_of_account(one)
    assert 3 <= len(owner) <= 64 and set(owner) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert (owner == owner_of_account(other)) is (plain_name(one) == plain_name(other))


class Piped:
    """Standard input that is no terminal."""

    def __init__(self, said: bytes) -> None:
        self.buffer = io.BytesIO(said)

    def isatty(self) -> bool:
        return False


def test_the_command_prints_the_line_for_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYLINE_STORAGE", "/nonexistent/never-touched")
    monkeypatch.setattr("sys.stdin", Piped("grün und blau\r\nmore\n".encode()))
    assert main(["password", "Anne"]) == 0
    printed = capsys.readouterr()
    assert printed.err == "" and "blau" not in printed.out
    file = tmp_path / "accounts"
    file.write_text(printed.out)
    accounts = load_accounts(file)
    assert accounts.verify("anne", "grün und blau") and not accounts.verify("anne", "grün")


@pytest.mark.parametrize("said", [b"\n", b"", b"\xff\n"])
def test_the_command_refuses_a_password_in_one_line(
    said: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Piped(said))
    assert main(["password", "anne"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.startswith("bot password: ")
    assert printed.err.count("\n") == 1


def test_the_command_refuses_a_name_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["password", "an ne"])
    assert left.value.code == 2 and "expected 1 to 32" in capsys.readouterr().err


def test_on_a_terminal_the_password_is_asked_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    typed = iter(["one", "two", "one", "one"])
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    assert main(["password", "anne"]) == 2
    assert "passwords differ" in capsys.readouterr().err
    assert main(["password", "anne"]) == 0
    assert Hash.parse(capsys.readouterr().out.strip().partition(":")[2]).matches("one")


def test_a_line_is_only_made_for_a_name() -> None:
    with pytest.raises(SettingsError, match="expected 1 to 32"):
        account_line("no name", "x")
