"""What in a caption says who speaks: a name with a colon, or a dash, at the beginning of a line. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection


def pattern(names: Collection[str]) -> re.Pattern[str]:
    """What finds the marks in a text; `names` are those that speakers have, whatever the case."""
    alternatives = "|".join([*(re.escape(name) for name in sorted(names, key=len, reverse=True) if name), "(?!)"])
    return re.compile(rf"^(?:(?:{alternatives}):[ \n]|-(?=\w)|- (?=\w))", re.MULTILINE | re.IGNORECASE)


def places(text: str, marks: re.Pattern[str]) -> set[int]:
    """The characters of a text that belong to marks."""
    return {place for found in marks.finditer(text) for place in range(*found.span())}
