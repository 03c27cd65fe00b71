"""Finding and replacing in captions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..ml.errors import USAGE, EditorError


@dataclass(frozen=True)
class Search:
    """What is looked for. Blanks in `find` mean line breaks too. `whole`: not within a longer word.

    `regex`: `find` is a regular expression of Python's, and `replace` may hold its groups (`\\\\1`).
    """

    find: str
    replace: str = ""
    case: bool = False
    whole: bool = False
    regex: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Raises `EditorError(USAGE)` for nothing, for an expression that cannot be read, and for one that matches nothing at all."""
        if not self.find.strip() and not (self.regex and self.find):
            raise EditorError("There is nothing to look for.", "Write what should be found.", USAGE)
        source = self.find if self.regex else r"\s+".join(map(re.escape, self.find.split()))
        try:
            pattern = re.compile(rf"(?<!\w)(?:{source})(?!\w)" if self.whole else source, re.NOFLAG if self.case else re.IGNORECASE)
        except (re.error, OverflowError, RecursionError) as reason:
            wrong = f"{self.find!r} is no regular expression: {_told(reason)}."
            raise EditorError(wrong, "Mend it, or switch Regular Expression off.", USAGE) from reason
        if pattern.search("") is not None:
            raise EditorError(f"{self.find!r} matches nothing at all, which is everywhere.", "Ask for at least one character.", USAGE)
        return pattern

    def count(self, text: str) -> int:
        """How often it is found."""
        return sum(match.end() > match.start() for match in self.pattern.finditer(text))

    def replaced(self, text: str) -> str:
        """The text with all of it replaced. Raises `EditorError(USAGE)` for a replacement with groups that are not there."""
        try:
            return self.pattern.sub(self._put, text)
        except (re.error, IndexError) as reason:
            wrong = f"{self.replace!r} cannot be put in: {_told(reason)}."
            raise EditorError(wrong, "Its groups must be in the expression.", USAGE) from reason

    def _put(self, match: re.Match[str]) -> str:
        if match.end() == match.start():
            return ""
        return match.expand(self.replace) if self.regex else self.replace


def _told(reason: Exception) -> str:
    return str(reason).strip() or type(reason).__name__


def replacements(search: Search, texts: Mapping[str, str]) -> dict[str, str]:
    """By name, the texts in which something is found, with it replaced."""
    found = {name: search.replaced(text) for name, text in texts.items() if search.count(text)}
    return {name: text for name, text in found.items() if text != texts[name]}
