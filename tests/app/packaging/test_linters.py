"""`make package-lint`: the linters find nothing in our files, and something in a broken copy of each."""

import subprocess
from pathlib import Path

import pytest

from index.settings import ROOT

BIN = ROOT / "build" / "lint" / "bin"
CONFIG = str(Path(__file__).with_name("compose-lint.yaml"))
HADOLINT = ("hadolint",)
SCHEMA = ("check-jsonschema", "--builtin-schema", "vendor.compose-spec")
SAFE = ("compose-lint", "check", "--no-env", "--fail-on=low", "--strict-config", "--config", CONFIG)
KUBERNETES = ("kubernetes-validate", "--strict")
MANIFESTS = sorted(path.name for path in (ROOT / "docs" / "kubernetes").glob("*.yaml"))
BROKEN = [
    (HADOLINT, "Dockerfile", "python:3.11-slim", "python:latest"),
    (HADOLINT, "Dockerfile", "COPY app.py", "COPPY app.py"),
    (SCHEMA, "compose.yaml", "depends_on:", "depends_upon:"),
    (SCHEMA, "compose.yaml", "service_healthy", "service_well"),
    (SAFE, "compose.yaml", "127.0.0.1:7860:7860", "7860:7860"),
    (SAFE, "compose.yaml", "cap_drop: [ALL]", "privileged: true"),
    (KUBERNETES, "docs/kubernetes/byline.yaml", "replicas: 1", "replicas: one"),
    (KUBERNETES, "docs/kubernetes/byline.yaml", "readOnlyRootFilesystem", "readOnlyRootFileSystem"),
    (KUBERNETES, "docs/kubernetes/servers.yaml", "serviceName", "servicename"),
    (KUBERNETES, "docs/kubernetes/sync.yaml", "jobTemplate:", "jobTemplates:"),
]
pytestmark = pytest.mark.skipif(
    not (BIN / "hadolint").exists(), reason="the linters are not installed: run `make package-lint`"
)


def lint(linter: tuple[str, ...], file: Path) -> tuple[int, str]:
    program, *flags = linter
    run = [str(BIN / program), *flags, str(file)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("linter", "file"),
    [
        *((HADOLINT, "Dockerfile"), (SCHEMA, "compose.yaml"), (SAFE, "compose.yaml")),
        *((KUBERNETES, f"docs/kubernetes/{name}") for name in MANIFESTS),
    ],
)
def test_our_files_are_clean(linter: tuple[str, ...], file: str) -> None:
    code, printed = lint(linter, ROOT / file)
    assert code == 0, printed


@pytest.mark.parametrize(("linter", "file", "right", "wrong"), BROKEN)
def test_a_broken_file_is_found(
    linter: tuple[str, ...], file: str, right: str, wrong: str, tmp_path: Path
) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert right in text
    copy = tmp_path / Path(file).name
    copy.write_text(text.replace(right, wrong), "utf-8")
    code, printed = lint(linter, copy)
    assert code == 1, printed
