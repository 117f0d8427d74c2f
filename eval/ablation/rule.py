"""A hand-written rule of `bot`, and how to switch it off for a while.

A rule is a constant, a pattern, a table or a function, named by where it stands. Something neutral takes its
place in every module that imported it; the code itself is not changed and has no switch.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

PROGRAM = "bot"
Off = Callable[[Any], Any]  # what stands there → what stands there while the rule is off


@dataclass(frozen=True, slots=True)
class Rule:
    """The attribute of a module or of a class in it, what replaces it, and a line on what the rule does."""

    module: str
    attribute: str
    off: Off
    what: str

    @property
    def name(self) -> str:
        """Such as "reading.extractive.OTHER_SPEAKER"."""
        return f"{self.module.removeprefix(f'{PROGRAM}.')}.{self.attribute}"

    @property
    def place(self) -> tuple[object, str]:
        """The module or class that holds the attribute, and the attribute's own name."""
        owner: object = import_module(self.module)
        *classes, last = self.attribute.split(".")
        for name in classes:
            owner = getattr(owner, name)
        return owner, last


def rules_of(module: str, *rows: tuple[str, Off, str]) -> tuple[Rule, ...]:
    """The rules of one module."""
    return tuple(Rule(module, *row) for row in rows)


def value(new: object) -> Off:
    """Puts `new` in the rule's place."""
    return lambda _: new


def gives(result: object) -> Off:
    """Puts a function there that always returns `result`."""
    return value(lambda *_, **__: result)


def returns(number: int) -> Off:
    """Puts a function there that returns its argument with that number, from 0, unchanged."""
    return value(lambda *arguments, **_: arguments[number])


NEVER = value(re.compile(r"(?!)"))  # a pattern that matches nowhere


@contextmanager
def switched_off(rule: Rule) -> Iterator[None]:
    """Within this context the rule does nothing; afterwards everything is as before, also on an error.

    What was opened before may remember answers; `eval.ablation.models.asked_once` makes readers that do not.
    """
    owner, name = rule.place
    with put(rule, rule.off(vars(owner)[name])):
        yield


@contextmanager
def put(rule: Rule, new: object) -> Iterator[None]:
    """Within this context `new` stands wherever the rule stood."""
    owner, name = rule.place
    old = vars(owner)[name]
    with ExitStack() as stack:
        stack.callback(forget)  # the last to run
        stack.enter_context(replaced(owner, name, new))
        if isinstance(owner, ModuleType):
            for module in _modules():
                for key, found in list(vars(module).items()):
                    is_import = key == name and found is old
                    changed = new if is_import else _in_table(found, old, new)
                    if changed is not found:
                        stack.enter_context(replaced(module, key, changed))
        forget()
        yield


@contextmanager
def replaced(owner: object, name: str, new: object) -> Iterator[None]:
    """Within this context the attribute `name` of a module or class is `new`."""
    old = vars(owner)[name]
    setattr(owner, name, new)
    try:
        yield
    finally:
        setattr(owner, name, old)


def _in_table(table: object, old: object, new: object) -> object:
    """`table` with `new` for `old` if it is a tuple or mapping that holds this function, else itself."""
    if not isinstance(old, FunctionType):
        return table  # equal constants may be one object
    if type(table) is tuple and any(one is old for one in table):
        return tuple(new if one is old else one for one in table)
    if isinstance(table, Mapping) and any(one is old for one in table.values()):
        return {key: new if one is old else one for key, one in table.items()}
    return table


def _modules() -> list[ModuleType]:
    return [one for name, one in list(sys.modules.items()) if name.split(".")[0] == PROGRAM]


def forget() -> None:
    """Empty the caches of functions, which hold what was computed with the rule, or without it."""
    for module in _modules():
        for found in list(vars(module).values()):
            if clear := getattr(found, "cache_clear", None):
                clear()
