"""Frozen dataclasses to JSON and back: exact fractions, nested tuples, optional values.

One codec serves messages, cached facts, the ledger and `--json` files, so that a value looks the same everywhere.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from .errors import BAD_INPUT, EditorError

T = TypeVar("T")
Json = Any


def to_json(value: Any) -> Json:
    """A dataclass, container or scalar as plain JSON values. A `Fraction` becomes the string `"numerator/denominator"`."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def from_json(kind: type[T], data: Json) -> T:
    """The value of type `kind` that `to_json` wrote as `data`.

    Unknown keys are refused: a reader that ignores what it does not know would lose it on the next write.
    Raises `EditorError(BAD_INPUT)` naming the place that does not fit.
    """
    return typing.cast(T, _decode(kind, data, kind.__name__))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _misfit(where: str, wanted: Any, data: Json) -> EditorError:
    return EditorError(f"{where}: expected {wanted}, got {str(data)[:80]!r}.", code=BAD_INPUT)


def _decode(kind: Any, data: Json, where: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return data
    if origin in (typing.Union, types.UnionType):
        if data is None and type(None) in arguments:
            return None
        (inner,) = [argument for argument in arguments if argument is not type(None)]
        return _decode(inner, data, where)
    if origin is typing.Literal:
        if data in arguments:
            return data
        raise _misfit(where, " or ".join(map(repr, arguments)), data)
    if origin is tuple:
        if not isinstance(data, list):
            raise _misfit(where, "a list", data)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_decode(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(data))
        if len(arguments) != len(data):
            raise _misfit(where, f"{len(arguments)} items", data)
        return tuple(_decode(inner, item, f"{where}[{i}]") for i, (inner, item) in enumerate(zip(arguments, data, strict=True)))
    if origin is dict:
        if not isinstance(data, dict):
            raise _misfit(where, "an object", data)
        return {key: _decode(arguments[1], item, f"{where}.{key}") for key, item in data.items()}
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, data, where)
    if kind is Fraction:
        return _decode_fraction(data, where)
    if kind is float and isinstance(data, (int, float)) and not isinstance(data, bool):
        return float(data)
    if kind in (int, str, bool, dict, float) and type(data) is kind:
        return data
    raise _misfit(where, getattr(kind, "__name__", kind), data)


def _decode_fraction(data: Json, where: str) -> Fraction:
    if isinstance(data, (str, int)) and not isinstance(data, bool):
        try:
            return Fraction(data)
        except (ValueError, ZeroDivisionError):
            pass
    raise _misfit(where, "a fraction such as '1001/30000'", data)


def _decode_dataclass(kind: Any, data: Json, where: str) -> Any:
    if not isinstance(data, dict):
        raise _misfit(where, f"an object ({kind.__name__})", data)
    hints = _hints(kind)
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise EditorError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(sorted(hints))}.", code=BAD_INPUT)
    values = {name: _decode(hints[name], item, f"{where}.{name}") for name, item in data.items()}
    try:
        return kind(**values)
    except TypeError as reason:
        raise EditorError(f"{where}: {reason}.", code=BAD_INPUT) from reason
