"""What the editor chose for single shots, kept in the scene beside the ledger: versioned JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction

from ..ml.errors import BAD_INPUT, EditorError
from ..ml.facts import Span
from .plan import EFFECT_KINDS, Kind
from .stage import Choice

VERSION = 1
LEAVE = "leave"


def dump(choices: Iterable[Choice]) -> str:
    """One line of JSON, "" for none."""
    rows = [[one.kind, one.medium, str(one.span.start), str(one.span.end), one.what, one.value] for one in choices]
    return json.dumps({"version": VERSION, "choices": rows}, ensure_ascii=False, separators=(",", ":")) if rows else ""


def load(text: str) -> tuple[Choice, ...]:
    """Raises `EditorError(BAD_INPUT)` with a remedy when it cannot be read."""
    if not text:
        return ()
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']}")
        return tuple(
            Choice(_kind(kind), str(medium), Span(Fraction(start), Fraction(end)), str(what), str(value))
            for kind, medium, start, end, what, value in data["choices"]
        )
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as reason:
        raise EditorError(
            "What you chose for single shots cannot be read.", "Use Reset Assistant Editor: it forgets it.", BAD_INPUT, repr(reason)
        ) from reason


def _kind(name: str) -> Kind:
    for kind in EFFECT_KINDS:
        if kind == name:
            return kind
    raise ValueError(f"{name!r} is no kind of effect")


def chosen(choices: Iterable[Choice], wanted: Choice) -> tuple[Choice, ...]:
    """With `wanted`, in place of what was chosen for the same thing there."""
    return (*without(choices, wanted.kind, wanted.medium, wanted.span, wanted.what), wanted)


def without(choices: Iterable[Choice], kind: Kind, medium: str, span: Span, what: str) -> tuple[Choice, ...]:
    """Without what was chosen for a part: a choice goes where either holds the other's middle."""

    def same(one: Choice) -> bool:
        middle, own = (span.start + span.end) / 2, (one.span.start + one.span.end) / 2
        return (one.kind, one.medium, one.what) == (kind, medium, what) and (one.span.holds(middle) or span.holds(own))

    return tuple(one for one in choices if not same(one))
