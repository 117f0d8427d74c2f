"""In which cases a rule plays a part: where what it says differs from what its neutral replacement says.

In all other cases the answer is the same without it, so that these need not be asked again.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

from eval.ablation.rule import Rule, forget, put

Note = Callable[[], None]
_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")


class Watch:
    """Notes by rule the cases that it plays a part in."""

    def __init__(self) -> None:
        self._case = ""
        self._parts: dict[str, set[str]] = {}

    def begin(self, case: str) -> None:
        """What is noted from now on belongs to the case with this id."""
        forget()  # what is cached is not called again
        self._case = case

    def plays_a_part(self, rule: Rule, case: str) -> bool:
        """False if the case is answered the same without the rule; True for a rule that cannot be watched."""
        return rule.name not in self._parts or case in self._parts[rule.name]

    def noting(self, rule: Rule) -> Note:
        """A function that notes the rule in the case at hand."""
        cases = self._parts.setdefault(rule.name, set())
        return lambda: cases.add(self._case)


@contextmanager
def watching(rules: Sequence[Rule]) -> Iterator[Watch]:
    """Within this context functions and patterns are watched; constants and tables cannot be."""
    watch = Watch()
    with ExitStack() as stack:
        for rule in rules:
            owner, name = rule.place
            old = vars(owner)[name]
            new = rule.off(old)
            if isinstance(old, re.Pattern):
                stack.enter_context(put(rule, _Watched(old, new, watch.noting(rule))))
            elif callable(old):
                stack.enter_context(put(rule, _watched(old, new, watch.noting(rule))))
        yield watch


class _Watched:
    """A pattern that notes when the neutral one would have found something else."""

    def __init__(self, old: re.Pattern[str], new: re.Pattern[str], note: Note) -> None:
        for name in _METHODS:
            setattr(self, name, _watched(getattr(old, name), getattr(new, name), note))
        self.pattern = old.pattern


def _watched(old: Callable[..., Any], new: Callable[..., Any], note: Note) -> Callable[..., Any]:
    """The function `old`, which notes when `new` would have returned something else."""

    @wraps(old)
    def watched(*arguments: Any, **named: Any) -> Any:
        result = old(*arguments, **named)
        listed = isinstance(result, Iterator)
        if listed:
            result = list(result)
        if _differs(result, new, arguments, named):
            note()
        return iter(result) if listed else result

    return watched


def _differs(
    result: Any, new: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
) -> bool:
    try:
        other = new(*arguments, **named)
        if isinstance(result, list) and not isinstance(other, list):
            other = list(other)
        return bool(result != other)
    except (TypeError, ValueError, LookupError, AttributeError):
        return True  # it cannot be compared
