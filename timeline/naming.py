"""Names of strips. They are labels for people: nothing is ever found again by a name alone."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping

from ..ml.errors import USAGE, EditorError

_SUFFIX = re.compile(r"\.\d{3,}$")


def base_name(name: str) -> str:
    """A strip's name without the number Blender appends to keep names apart."""
    return _SUFFIX.sub("", name)


def numbering(word: str, taken: Iterable[str]) -> Callable[[int], str]:
    """What makes new names, "Caption 001" (for 0) and so on, that go on from the highest of the names taken and so are free."""
    pattern = re.compile(re.escape(word) + r" (\d+)(\.\d+)?$")
    last = max((int(found[1]) for name in taken if (found := pattern.match(name))), default=0)
    return lambda number: f"{word} {last + 1 + number:03}"


def check_pattern(pattern: str, fields: Mapping[str, object]) -> None:
    """Raises `EditorError(USAGE)` for a pattern that holds another name than those of `fields`, or cannot be filled in with them."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
        if names <= set(fields):
            pattern.format(**fields)
            return
    except (ValueError, IndexError, KeyError, TypeError):
        pass
    known = ", ".join(f"{{{name}}}" for name in sorted(fields))
    raise EditorError(f"The name pattern {pattern!r} cannot be filled in.", f"It may hold {known}.", USAGE)
