"""The sources of settings, their precedence, and the errors for wrong ones."""

import os
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

import index.settings
from index.catalog.postgres.address import Address
from index.errors import SettingsError
from index.settings import Settings, load_settings, load_variables

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def env_file(tmp_path, monkeypatch):
    """An empty `.env` of our own, and no BYLINE_ variable from outside."""
    for name in list(os.environ):
        if name.upper().startswith("BYLINE_"):
            monkeypatch.delenv(name)
    file = tmp_path / ".env"
    monkeypatch.setattr(index.settings, "ENV_FILE", file)
    return file


def refused(**flags):
    with pytest.raises(SettingsError) as caught:
        load_settings(**flags)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_without_anything_the_sample_is_asked():
    settings = load_settings()
    assert settings.corpus == ROOT / "corpus"
    assert settings.storage.parent == ROOT / "storage"
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert (settings.llm, settings.llm_timeout_s, settings.unsupported) == ("", 30, "mark")


def test_flags_go_before_the_environment_and_that_before_the_file(env_file, monkeypatch):
    env_file.write_text("BYLINE_PORT=1001\nBYLINE_THREADS=3\nBYLINE_CANDIDATES='7'\nOTHER=x\n")
    assert load_settings().port == 1001
    monkeypatch.setenv("BYLINE_PORT", "1002")
    settings = load_settings()
    assert (settings.port, settings.threads, settings.candidates) == (1002, 3, 7)
    assert load_settings(port=1003).port == 1003
    assert load_settings(port=None).port == 1002


@pytest.mark.parametrize(
    "name, nearest",
    [("BYLINE_CORPSE", "BYLINE_CORPUS"), ("byline_prot", "BYLINE_PORT"), ("BYLINE_", ""),
     ("BYLINE_STORE", "BYLINE_STORAGE")],
)  # fmt: skip
@pytest.mark.parametrize("place", ["environment", "file"])
def test_an_unknown_name_is_refused_with_the_nearest(env_file, monkeypatch, name, nearest, place):
    if place == "file":
        env_file.write_text(f"{name}=x\n")
    else:
        monkeypatch.setenv(name, "x")
    assert refused().startswith(f"{name}: no such setting; the nearest is BYLINE_{nearest[7:]}")


def test_an_unknown_flag_is_refused():
    assert "BYLINE_COLOUR" in refused(colour="red")


@pytest.mark.parametrize(
    "name, value, reason",
    [
        ("port", "70000", "less than or equal to 65535"),
        ("port", "eighty", "valid integer"),
        ("port", "", "valid integer"),
        ("strictness", "severe", "'lenient', 'balanced' or 'strict'"),
        ("strictness", "", "'lenient', 'balanced' or 'strict'"),
        ("max_file_mb", "0", "greater than 0"),
        ("threads", "-1", "greater than or equal to 0"),
        ("candidates", "3\n4", "valid integer"),
        ("llm_timeout_s", "0.5", "greater than or equal to 1"),
        ("llm_timeout_s", "601", "less than or equal to 600"),
        ("llm_timeout_s", "nan", "less than or equal to 600"),
        ("unsupported", "hide", "'mark' or 'drop'"),
    ],
)
@pytest.mark.parametrize("place", ["environment", "file", "flag"])
def test_a_value_out_of_range_is_refused_in_one_line(
    env_file, monkeypatch, name, value, reason, place
):
    if place == "flag":
        message = refused(**{name: value})
    elif place == "file":
        env_file.write_text(f'BYLINE_{name.upper()}="{value}"\n')
        message = refused()
    else:
        monkeypatch.setenv(f"BYLINE_{name.upper()}", value)
        message = refused()
    assert message.startswith(f"BYLINE_{name.upper()}={value!r}: ")
    assert reason in message


def test_the_variables_of_others_are_in_the_environment_or_in_the_file(env_file, monkeypatch):
    assert load_variables() == {name: value for name, value in os.environ.items() if value.strip()}
    env_file.write_text("SOME_KEY=a\nOTHER_KEY=b\nEMPTY=d\n")
    monkeypatch.setenv("OTHER_KEY", "c")
    monkeypatch.setenv("EMPTY", "")  # as many set what they do not have
    variables = load_variables()
    assert (variables["SOME_KEY"], variables["OTHER_KEY"], variables["EMPTY"]) == ("a", "c", "d")
    assert "SOME_KEY" not in os.environ


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"BYLINE_PORT=\xe9"])
def test_an_env_file_that_is_no_text_is_named(env_file, content):
    env_file.write_bytes(content)
    assert refused().startswith(f"{env_file}: ")


def test_each_folder_has_an_index_of_its_own(tmp_path):
    names = {load_settings(corpus=tmp_path / name).storage for name in ("a", "b", "sub/a")}
    assert len(names) == 3
    assert load_settings(corpus=tmp_path / "a").storage in names
    assert load_settings(corpus=tmp_path / "x" / ".." / "a").storage in names
    assert load_settings(corpus=Path("/")).storage.name.startswith("root-")


def test_a_storage_that_is_named_is_taken(tmp_path):
    assert load_settings(corpus=tmp_path, storage=tmp_path / "s").storage == tmp_path / "s"


def test_paths_are_absolute_and_know_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert load_settings(corpus=Path("news")).corpus == tmp_path / "news"
    monkeypatch.setenv("BYLINE_CORPUS", "~/articles")
    assert load_settings().corpus == tmp_path / "home" / "articles"


def test_megabytes_are_a_million_bytes():
    assert load_settings(max_file_mb=1.5).limits.max_bytes == 1_500_000


def test_the_vectors_are_in_a_folder_on_a_server_or_in_the_database():
    assert load_settings().server is None
    database = "postgresql://byline:secret@h/byline"
    assert load_settings(database=database).server is None
    chosen = load_settings(database=database, chroma="pgvector")
    assert chosen.server == Address(database)
    served = load_settings(chroma="https://tok%2Fen@h:443/desk/news", database=database).server
    assert (served.token, served.tenant, served.database) == ("tok/en", "desk", "news")


def test_pgvector_needs_a_database():
    assert "needs BYLINE_DATABASE" in refused(chroma="pgvector")
    wrong = refused(chroma="pgvector", database="mysql://byline:secret@h/byline")
    assert "expected postgresql://" in wrong and "secret" not in wrong
    assert "BYLINE_CHROMA" in refused(chroma="faiss")


def test_the_token_of_a_server_is_never_shown():
    address = "https://se%2Fcret@chroma.example:443/desk/news"
    settings = load_settings(chroma=address)
    for shown in (repr(settings), str(settings.server), repr(settings.server)):
        assert "cret" not in shown
    assert "cret" not in refused(chroma=f"{address}/more")


def test_settings_cannot_be_changed():
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.port = 1


def test_there_are_at_most_20_settings_and_each_says_what_it_is():
    assert len(Settings.model_fields) <= 20
    assert all(field.description for field in Settings.model_fields.values())


def test_the_page_of_settings_lists_every_setting_and_no_other():
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    rows = re.findall(r"^\| `(BYLINE_\w+)` \|", page, re.MULTILINE)
    assert rows == [f"BYLINE_{name.upper()}" for name in Settings.model_fields]


@pytest.mark.parametrize("name", ["corpus", "storage", "models", "auth"])
def test_a_relative_path_in_the_file_counts_from_the_file(env_file, monkeypatch, name):
    env_file.write_text(f"BYLINE_{name.upper()}=below\n")
    monkeypatch.chdir("/")
    assert Path(getattr(load_settings(), name)) == env_file.parent / "below"


def test_a_file_of_accounts_is_absolute_and_none_means_no_login(env_file, tmp_path, monkeypatch):
    assert load_settings().auth == ""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for given, meant in (
        ("accounts", tmp_path / "accounts"),
        ("~/accounts", tmp_path / "home" / "accounts"),
        ("/etc/accounts", Path("/etc/accounts")),
    ):
        monkeypatch.setenv("BYLINE_AUTH", given)
        assert load_settings().auth == str(meant)
    for nothing in ("", "  "):
        monkeypatch.setenv("BYLINE_AUTH", nothing)
        assert load_settings().auth == ""
    monkeypatch.delenv("BYLINE_AUTH")
    env_file.write_text("BYLINE_AUTH=~/accounts\n")
    assert load_settings().auth == str(tmp_path / "home" / "accounts")


@pytest.mark.parametrize("content", ["BYLINE_AUTH=\n", "BYLINE_AUTH='  '\n"])
def test_an_empty_file_of_accounts_in_the_file_is_none(env_file, content):
    env_file.write_text(content)
    assert load_settings().auth == ""


@pytest.mark.parametrize("strictness", ["lenient", "balanced", "strict"])
def test_how_sure_an_answer_must_be_is_one_of_three_words(monkeypatch, strictness):
    assert load_settings().strictness == "balanced"
    monkeypatch.setenv("BYLINE_STRICTNESS", strictness)
    assert load_settings().strictness == strictness


def test_a_setting_that_is_gone_is_refused_with_the_nearest(monkeypatch):
    monkeypatch.setenv("BYLINE_MIN_CONFIDENCE", "0.5")
    assert refused().startswith("BYLINE_MIN_CONFIDENCE: no such setting; the nearest is BYLINE_")


def test_a_corpus_in_object_storage_is_a_copy_in_the_folder_of_the_index(tmp_path, env_file):
    one = load_settings(corpus="s3://archive/news/2024")
    assert str(one.objects) == "s3://archive/news/2024"
    assert one.storage.parent == ROOT / "storage" and one.storage.name.startswith("2024-")
    assert one.corpus == one.storage / "objects" / "2024"
    assert load_settings(corpus=Path("s3://archive/news/2024")) == one  # which has lost a slash
    assert load_settings(corpus="s3://archive/olds/2024").storage != one.storage
    env_file.write_text("BYLINE_CORPUS=gs://archive/news\n")
    two = load_settings(storage=tmp_path)
    assert (str(two.objects), two.corpus) == ("gs://archive/news", tmp_path / "objects" / "news")


def test_a_copy_of_the_settings_with_another_corpus_has_no_objects(tmp_path):
    one = load_settings(corpus="s3://archive/news", storage=tmp_path)
    assert one.model_copy(update={"candidates": 3}).objects == one.objects
    assert one.model_copy(update={"corpus": tmp_path}).objects is None
    assert load_settings(corpus=f"file://{tmp_path}").corpus == tmp_path
    assert load_settings(corpus=tmp_path).objects is None


@pytest.mark.parametrize("corpus", ["ftp://host/news", "s3://", "s3://key:word@archive/news"])
def test_an_address_of_other_storage_is_refused(corpus):
    message = refused(corpus=corpus)
    assert message.startswith("BYLINE_CORPUS: ") and "expected" in message
    assert "word" not in message
