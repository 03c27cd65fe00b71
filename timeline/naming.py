"""Names of strips. They are labels for people: nothing is ever found again by a name alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SUFFIX = re.compile(r"\.\d{3,}$")


def base_name(name: str) -> str:
    """A strip's name without the number Blender appends to keep names apart."""
    return _SUFFIX.sub("", name)


def numbered(word: str, taken: Iterable[str], count: int) -> list[str]:
    """`count` new names, "Caption 001" and so on, that go on from the highest of the names taken and so are free."""
    pattern = re.compile(re.escape(word) + r" (\d+)(\.\d+)?$")
    last = max((int(found[1]) for name in taken if (found := pattern.match(name))), default=0)
    return [f"{word} {number:03}" for number in range(last + 1, last + 1 + count)]
