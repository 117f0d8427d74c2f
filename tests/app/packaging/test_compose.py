"""compose.yaml: safe by default, each profile whole, and the versions those of the program."""

import re
from typing import Any

import pytest
import yaml

from index.settings import ROOT, load_settings
from tests.app.packaging.containerfile import environment, instructions

FILE = ROOT / "compose.yaml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]
each_of_ours = pytest.mark.parametrize("name", OURS)


def pinned(package: str) -> str:
    """The version of a package in requirements.txt."""
    found = re.search(rf"^{package}==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert found
    return found[1]


def without_variables(text: object) -> str:
    """What Compose makes of a value when no variable is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(text))


def test_a_port_is_published_to_this_machine_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports and set(ports) == {f"127.0.0.1:{port}:{port}" for port in instructions("EXPOSE")}
    assert [name for name, service in SERVICES.items() if service.get("ports")] == OURS


def test_the_servers_are_reached_by_byline_alone() -> None:
    assert COMPOSE["networks"]["servers"]["internal"] is True
    for name in SERVICES.keys() - set(OURS):
        assert SERVICES[name]["networks"] == ["servers"]


@each_of_ours
def test_its_settings_are_settings_of_the_program(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variables in (environment(), SERVICES[name]["environment"]):
        for key, value in variables.items():
            monkeypatch.setenv(key, without_variables(value))
    settings = load_settings()
    assert settings.auth == f"/run/secrets/{SERVICES[name]['secrets'][0]}"
    assert settings.threads == SERVICES[name]["cpus"]
    if settings.database:
        assert SERVICES[name]["build"]["args"]["EXTRA"] == "fleet"
        assert settings.server and {settings.server.host, "postgres"} <= SERVICES.keys()


@each_of_ours
def test_articles_cannot_be_written_and_the_index_can(name: str) -> None:
    corpus, storage = (volume.rsplit(":", 2) for volume in SERVICES[name]["volumes"])
    assert [corpus[-2:], storage[-1:]] == [
        [environment()["BYLINE_CORPUS"], "ro"],
        [environment()["BYLINE_STORAGE"]],
    ]


def test_there_is_no_password_but_that_of_the_user() -> None:
    text = FILE.read_text("utf-8")
    for value in re.findall(r"PASSWORD: *(\S+)", text):
        assert value == "${POSTGRES_PASSWORD:-}"
    assert re.findall(r"://[^/@\s]*:[^/@\s]*@", text) == []


@pytest.mark.parametrize("profile", ["single", "fleet"])
def test_a_profile_has_all_that_it_needs_and_one_page(profile: str) -> None:
    chosen = {name: one for name, one in SERVICES.items() if profile in one["profiles"]}
    assert len([name for name in chosen if name in OURS]) == 1
    for service in chosen.values():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in chosen
            assert how["condition"] == "service_healthy" and "healthcheck" in chosen[needed]
        named = [volume.partition(":")[0] for volume in service["volumes"]]
        assert {name for name in named if name.isalpha()} <= COMPOSE["volumes"].keys()


def test_the_server_of_chroma_has_the_version_of_its_client() -> None:
    assert SERVICES["chroma"]["image"] == f"chromadb/chroma:{pinned('chromadb')}"
