"""Imports point down: between packages as the table says, between modules in no circle, never to a top."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A package or module, and what it may import beside itself: those named, whatever these may import in
# turn, and what FREE gives its program. The longest name that fits a module counts.
ARROWS = {
    "index.text": "",
    "index.formats.limits": "",
    "index.formats": "index.text index.formats.limits",
    "index.reading.address": "",
    "index.reading": "index.reading.address index.formats index.state.replacing",
    "index.catalog": "index.text",
    "index.chroma": "",
    "index.models": "",
    "index.state.replacing": "",
    "index.state": "index.state.replacing index.catalog index.chroma",
    "index.sync.index_config": "index.formats.limits index.text",
    "index.sync": "index.sync.index_config index.reading index.state index.models",
    "index.library": "index.state index.models",
    "index.settings": "index.formats.limits index.reading.address index.catalog index.chroma.server "
    "index.sync.index_config",
    "index": "index.sync index.library index.settings",  # its __init__ and __main__
    "prompts": "",
    "bot.english": "index.text",
    "bot.resolution.remarks": "",
    "bot.resolution": "bot.resolution.remarks bot.english index.models",
    "bot.retrieval": "bot.english index.library index.catalog index.models",
    "bot.reading": "bot.english index.models",
    "bot.composition": "bot.english bot.resolution.remarks bot.retrieval.reprints index.reading",
    "bot.composition.kinds.text": "bot.english bot.retrieval.reprints index.library index.text",
    "bot.composition.kinds": "bot.composition.kinds.text bot.composition bot.retrieval",
    "bot.llm.checking": "bot.english bot.reading",
    "bot.llm": "bot.llm.checking bot.english prompts",
    "bot": "bot.resolution bot.retrieval bot.reading bot.composition.kinds bot.llm index",
    "bot.__main__": "bot.page.people bot.asking bot",  # makes the entries of accounts
    "bot.asking": "bot.engine bot.retrieval index",
    "bot.page.people": "index",
    "bot.page.view": "bot.composition bot.page.people",
    "bot.page.gradio_import": "",
    "bot.page.web": "bot.page.people bot.page.gradio_import",
    "bot.page.api": "bot.page.web bot.page.view bot.page.people bot.asking bot.english",
    "bot.page.chat": "bot.page.view bot.page.people bot.page.gradio_import bot.retrieval",
    "bot.page": "bot.page.api bot.page.chat bot.page.view bot.page.web bot.page.people bot",
    "eval.metrics": "",
    "eval.cases": "eval.metrics",
    "eval.runs": "eval.cases eval.metrics",
    "eval.reports": "eval.runs eval.cases eval.metrics",
    "eval.parts": "eval.reports eval.runs eval.cases eval.metrics",
    "eval.robustness": "eval.runs eval.cases eval.metrics",
    "eval.ablation": "eval.runs eval.cases eval.metrics",
    "eval.bench": "eval.reports eval.cases eval.metrics",
    "eval.panel": "eval.reports eval.runs",
    "eval.commands": "eval.ablation eval.bench eval.panel eval.parts eval.robustness",
    "eval": "eval.commands",
    "training": "eval",
    "app": "bot.page bot.build eval.panel index",
}
# What every package of a program may import.
FREE = {
    "index": "index.errors index.console",
    "prompts": "index.errors",
    "bot": "index.errors index.console index.text bot.answer bot.conversation",
    "eval": "index bot prompts",
    "training": "index bot prompts",
    "app": "",
}
# Arrows that still have to go, as the tests print them.
KNOWN: set[str] = set()


def modules() -> dict[str, Path]:
    """Dotted name → file, of every module of ours that exists."""
    files = [ROOT / "app.py"]
    for program in FREE:
        files += sorted((ROOT / program).rglob("*.py"))
    found = {}
    for file in files:
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = modules()
TREES = {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in MODULES.items()}


def imports(name: str) -> Iterator[str]:
    """The modules of ours that module `name` imports, at the top or within a function."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import; expected the full name"
            module = node.module or ""
            below = [f"{module}.{alias.name}" for alias in node.names]
            targets = [target if target in MODULES else module for target in below]
        else:
            continue
        yield from (target for target in targets if target.split(".")[0] in FREE)


IMPORTS = {name: set(imports(name)) - {name} for name in MODULES}


def within(name: str, package: str) -> bool:
    """True when `name` is `package` or lies in it."""
    return name == package or name.startswith(f"{package}.")


def unit(name: str) -> str:
    """The name in the table that a module belongs to."""
    return max((key for key in ARROWS if within(name, key)), key=len)


def allowed(package: str) -> set[str]:
    """The names whose modules a package of the table may import."""
    found, todo = set(), ARROWS[package].split()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += ARROWS.get(name, "").split()
    return found | set(FREE[package.split(".")[0]].split())


def test_packages_import_what_the_table_allows() -> None:
    graph = {package: set(ARROWS[package].split()) & ARROWS.keys() for package in ARROWS}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle
    wrong = {
        f"{name} -> {target}"
        for name, targets in IMPORTS.items()
        for target in targets
        if not permitted(target, unit(name))
    }
    assert not wrong - KNOWN, "\n".join(sorted(wrong - KNOWN))


def permitted(target: str, package: str) -> bool:
    """True when a module of `package` may import `target`."""
    return unit(target) == package or any(within(target, name) for name in allowed(package))


def test_modules_import_in_no_circle_and_no_program() -> None:
    assert "index.catalog.catalog" in IMPORTS["index.sync.sync"]  # the walk sees what is there
    TopologicalSorter(IMPORTS).prepare()
    for name, targets in IMPORTS.items():
        assert not any(target.endswith("__main__") for target in targets), name
        # `import eval` would hide the built-in function
        assert name.startswith("eval") or "eval" not in targets, name


def test_nobody_below_imports_a_top() -> None:
    """A top stands at the root of a package and imports a part of it: no part may import it."""
    packages = {name for name, file in MODULES.items() if file.name == "__init__.py"}
    wrong = set()
    for package in packages:
        parts = {name for name in packages if name.rpartition(".")[0] == package} - {
            "bot.asking",  # both stand on the engine
            "bot.page",
        }

        def part(name: str, parts: set[str] = parts) -> bool:
            return any(within(name, one) for one in parts)

        roots = {name for name in MODULES if within(name, package) and not part(name)}
        tops = {name for name in roots if any(map(part, IMPORTS[name]))}
        below = filter(part, MODULES)
        wrong |= {f"{name} -> {top}" for name in below for top in IMPORTS[name] & tops}
    assert not wrong - KNOWN, "\n".join(sorted(wrong - KNOWN))
