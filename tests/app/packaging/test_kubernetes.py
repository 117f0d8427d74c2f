"""The Kubernetes example: its parts fit together, nothing runs as root, and no secret is in it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from bot.page.web.application import OURS
from index.settings import ROOT, load_settings
from tests.app.packaging.containerfile import environment, instructions
from tests.app.packaging.test_compose import SERVICES

OBJECTS: list[dict[str, Any]] = [
    one
    for file in sorted((ROOT / "docs" / "kubernetes").glob("*.yaml"))
    for one in yaml.safe_load_all(file.read_text("utf-8"))
]
SECRETS = {"accounts", "postgres-password"}  # the keys that docs/serving.md creates


def named(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one["spec"] for one in OBJECTS if one["kind"] == kind}


def templates() -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and template of everything that makes pods."""
    for kind in ("Deployment", "StatefulSet"):
        for name, spec in named(kind).items():
            assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]
            yield name, spec["template"]
    for name, spec in named("CronJob").items():
        yield name, spec["jobTemplate"]["spec"]["template"]


TEMPLATES = dict(templates())
BYLINE = [name for name in TEMPLATES if name.startswith("byline")]
each = pytest.mark.parametrize("name", TEMPLATES)


def container(name: str) -> dict[str, Any]:
    (only,) = TEMPLATES[name]["spec"]["containers"]
    assert isinstance(only, dict)
    return only


def variables(name: str) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container(name)["env"] if "value" in one}


@each
def test_no_pod_has_rights_that_it_does_not_need(name: str) -> None:
    pod, inside = TEMPLATES[name]["spec"], container(name)["securityContext"]
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] > 0
    assert pod["automountServiceAccountToken"] is False
    assert inside["readOnlyRootFilesystem"] and not inside["allowPrivilegeEscalation"]
    assert inside["capabilities"] == {"drop": ["ALL"]}
    assert {"requests", "limits"} <= container(name)["resources"].keys()


@each
def test_every_volume_that_is_mounted_exists(name: str) -> None:
    pod = TEMPLATES[name]["spec"]
    volumes = {volume["name"]: volume for volume in pod.get("volumes", ())}
    claimed = {
        claim["metadata"]["name"]
        for claim in named("StatefulSet").get(name, {}).get("volumeClaimTemplates", ())
    }
    mounted = {mount["name"]: mount["mountPath"] for mount in container(name)["volumeMounts"]}
    assert mounted.keys() == volumes.keys() | claimed and "/tmp" in mounted.values()
    claims = [volume.get("persistentVolumeClaim") for volume in volumes.values()]
    assert {claim["claimName"] for claim in claims if claim} <= named(
        "PersistentVolumeClaim"
    ).keys()


@pytest.mark.parametrize("name", BYLINE)
def test_byline_gets_settings_that_it_knows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in {**environment(), **variables(name)}.items():
        monkeypatch.setenv(key, value)
    settings, pod = load_settings(), TEMPLATES[name]["spec"]
    mounts = {mount["mountPath"]: mount for mount in container(name)["volumeMounts"]}
    assert mounts[str(settings.corpus)]["readOnly"] and str(settings.storage) in mounts
    assert str(settings.threads) == container(name)["resources"]["limits"]["cpu"]
    user, group = map(int, instructions("USER")[-1].split(":"))
    context = pod["securityContext"]
    assert (context["runAsUser"], context["fsGroup"]) == (user, group)
    # Kubernetes would set BYLINE_PORT to the address of the Service
    assert pod["enableServiceLinks"] is False
    assert settings.server and {settings.server.host, "postgres"} <= named("Service").keys()


def test_the_page_and_the_sync_share_one_index() -> None:
    page, sync = (variables(name) for name in ("byline", "byline-sync"))
    assert page == sync and container("byline")["image"] == container("byline-sync")["image"]


def test_the_page_finds_its_accounts() -> None:
    (accounts,) = (v for v in TEMPLATES["byline"]["spec"]["volumes"] if v["name"] == "accounts")
    (mount,) = (m for m in container("byline")["volumeMounts"] if m["name"] == "accounts")
    (item,) = accounts["secret"]["items"]
    assert f"{mount['mountPath']}/{item['path']}" == environment()["BYLINE_AUTH"]


def test_the_page_is_probed_at_its_routes() -> None:
    inside = container("byline")
    paths = {probe: inside[probe]["httpGet"]["path"] for probe in inside if "Probe" in probe}
    assert paths == {
        "startupProbe": "/healthz",
        "livenessProbe": "/healthz",
        "readinessProbe": "/readyz",
    }
    assert set(paths.values()) <= set(OURS)
    assert [str(port["containerPort"]) for port in inside["ports"]] == instructions("EXPOSE")


def test_a_service_leads_to_the_pods_of_its_name_only() -> None:
    for service, spec in named("Service").items():
        labels = {name: template["metadata"]["labels"] for name, template in TEMPLATES.items()}
        found = [name for name, own in labels.items() if spec["selector"].items() <= own.items()]
        assert found == [service]
        ports = {port["name"] for port in container(service)["ports"]}
        assert {port["targetPort"] for port in spec["ports"]} <= ports
    assert named("Service")["byline"]["sessionAffinity"] == "ClientIP"


def test_only_byline_reaches_the_servers() -> None:
    policy = named("NetworkPolicy")["servers"]
    apps = {name: template["metadata"]["labels"]["app"] for name, template in TEMPLATES.items()}
    (closed,) = policy["podSelector"]["matchExpressions"]
    (rule,) = policy["ingress"]
    (let_in,) = rule["from"][0]["podSelector"]["matchExpressions"]
    assert set(let_in["values"]) == {apps[name] for name in BYLINE}
    assert set(closed["values"]) == set(apps.values()) - set(let_in["values"])


def test_the_images_are_those_of_compose() -> None:
    ours = {service["image"] for service in SERVICES.values() if "fleet" in service["profiles"]}
    assert {container(name)["image"] for name in TEMPLATES} == ours


def test_secrets_are_named_and_not_given() -> None:
    assert named("Secret") == {}
    given = [entry for name in TEMPLATES for entry in container(name).get("env", ())]
    assert [one for one in given if "PASSWORD" in one["name"] and "value" in one] == []
    keys = {one["valueFrom"]["secretKeyRef"]["key"] for one in given if "valueFrom" in one}
    keys |= {
        item["key"]
        for template in TEMPLATES.values()
        for volume in template["spec"].get("volumes", ())
        for item in volume.get("secret", {}).get("items", ())
    }
    assert keys == SECRETS
    page = (ROOT / "docs" / "serving.md").read_text("utf-8")
    assert [key for key in SECRETS if not re.search(rf"--from-\S+[ =]{key}\b", page)] == []
