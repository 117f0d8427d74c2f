"""Imports point down, and in no package do they run in a circle."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Each package, and the others of ours that it may import.
ALLOWED = {
    "index": set(),
    "prompts": {"index"},  # its errors
    "bot": {"index", "prompts"},
    "eval": {"bot", "index", "prompts"},
    "training": {"eval", "bot", "index", "prompts"},
    "app": {"bot", "eval", "index", "prompts"},
}


def modules() -> dict[str, Path]:
    """Dotted name → file, of every module of ours that exists."""
    files = [ROOT / "app.py"]
    for package in ALLOWED:
        files += sorted((ROOT / package).rglob("*.py"))
    found = {}
    for file in files:
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = modules()


def imports(name: str) -> Iterator[str]:
    """The modules of ours that module `name` imports, at the top or within a function."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import; expected the full name"
            module = node.module or ""
            below = [f"{module}.{alias.name}" for alias in node.names]
            targets = [target if target in MODULES else module for target in below]
        else:
            continue
        yield from (target for target in targets if target.split(".")[0] in ALLOWED)


def test_the_walk_sees_the_packages():
    assert {"index.sync.sync", "index", "bot.engine", "app"} <= MODULES.keys()
    assert "index.catalog.catalog" in set(imports("index.sync.sync"))


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name):
    package = name.split(".")[0]
    for target in imports(name):
        assert target.split(".")[0] in ALLOWED[package] | {package} - {"app"}, (
            f"{name} imports {target}"
        )


@pytest.mark.parametrize("name", MODULES)
def test_nobody_imports_a_program(name):
    for target in imports(name):
        assert not target.endswith("__main__"), f"{name} imports {target}"


def test_no_circles():
    graph = {name: set(imports(name)) - {name} for name in MODULES}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith("eval")])
def test_names_are_imported_from_eval_not_the_module(name):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert "eval" not in imported
