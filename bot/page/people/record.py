"""An Answer as a JSON-compatible dict, and back without loss, by the type hints of its dataclasses.

Candidates belong to the index and are left out. Records of older and newer versions can be read: unknown
keys are ignored and missing ones get their default.
"""

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

from bot.answer import Answer
from index.errors import ConversationError

T = TypeVar("T")
_LEFT_OUT = frozenset(("candidates",))


def to_record(answer: Answer) -> dict[str, Any]:
    """`answer` without its candidates, as a JSON-compatible dict."""
    record: dict[str, Any] = pack(answer)
    return record


def from_record(record: object) -> Answer:
    """The answer of a record; missing keys take their field's default.

    Raises ConversationError, in one line, if `record` is not a record of an answer.
    """
    try:
        return unpack(Answer, record)
    except ValueError as error:
        raise ConversationError(
            f"a stored answer cannot be read: {error}; delete the conversation"
        ) from None


def pack(value: Any) -> Any:
    """`value` (a dataclass, tuple, dict, date or plain value) as a JSON-compatible value."""
    if is_dataclass(value):
        kept = (field.name for field in fields(value) if field.name not in _LEFT_OUT)
        return {name: pack(getattr(value, name)) for name in kept}
    if isinstance(value, tuple):
        return [pack(item) for item in value]
    if isinstance(value, Mapping):
        return {key: pack(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def unpack(kind: type[T], packed: object) -> T:
    """The inverse of `pack` for a value of type `kind`: a dataclass or a type of its fields.

    Unknown keys are ignored, missing ones take the field's default. Raises ValueError, which names the
    place, for anything else.
    """
    value: T = _unpack(kind, packed, kind.__name__)
    return value


def _unpack(hint: Any, packed: Any, at: str) -> Any:
    if is_dataclass(hint):
        return _dataclass(typing.cast(type, hint), packed, at)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _one_of(inner, packed, at)
    if origin is tuple and isinstance(packed, list):
        return _tuple(inner, packed, at)
    if origin is dict and isinstance(packed, dict):
        return {key: _unpack(inner[1], item, f"{at}[{key!r}]") for key, item in packed.items()}
    if origin is typing.Literal and packed in inner:
        return packed
    if hint in (str, int, bool, types.NoneType) and type(packed) is hint:
        return packed
    if hint is float and type(packed) in (int, float):
        return float(packed)
    if hint is date and isinstance(packed, str):
        return date.fromisoformat(packed)
    raise ValueError(f"{at} is {packed!r:.60}, expected {getattr(hint, '__name__', hint)}")


def _dataclass(kind: type, packed: Any, at: str) -> Any:
    if not isinstance(packed, dict):
        raise ValueError(f"{at} is {packed!r:.60}, expected an object")
    values = {}
    for name, (hint, required) in _shape(kind).items():
        if name in packed:
            values[name] = _unpack(hint, packed[name], f"{at}.{name}")
        elif required:
            raise ValueError(f"{at} lacks {name!r}")
    made: Callable[..., Any] = kind
    return made(**values)


@cache
def _shape(kind: type) -> dict[str, tuple[Any, bool]]:
    """The type hint of each stored field, and whether it is required."""
    hints = typing.get_type_hints(kind)
    return {
        field.name: (hints[field.name], field.default is field.default_factory is MISSING)
        for field in fields(kind)
        if field.init and field.name not in _LEFT_OUT
    }


def _one_of(hints: tuple[Any, ...], packed: Any, at: str) -> Any:
    failed = ValueError(at)
    for hint in hints:
        try:
            return _unpack(hint, packed, at)
        except ValueError as error:
            if hint is not types.NoneType:
                failed = error
    raise failed


def _tuple(hints: tuple[Any, ...], packed: list[Any], at: str) -> tuple[Any, ...]:
    if len(hints) == 2 and hints[1] is Ellipsis:
        hints = (hints[0],) * len(packed)
    if len(hints) != len(packed):
        raise ValueError(f"{at} has {len(packed)} items, expected {len(hints)}")
    pairs = enumerate(zip(hints, packed, strict=True))
    return tuple(_unpack(hint, item, f"{at}[{n}]") for n, (hint, item) in pairs)
