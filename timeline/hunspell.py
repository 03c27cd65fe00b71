"""Whether a Hunspell dictionary knows a word: affixes in two steps, compounds by flags, capitals. Pure.

The format is that of hunspell(5). Only what decides whether a word is right is read; suggestions, phonetics and COMPOUNDRULE (which
dictionaries use for numbers) are left out. Where the format leaves a doubt the word counts as known: a checker that cries wolf is
switched off.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

Flags = frozenset[str]
_LONGEST = 64
"""Characters beyond which a word is no compound."""
_NONE: Flags = frozenset()


@dataclass(frozen=True)
class Affix:
    """`add` is put at a stem's end (or beginning), once `strip` was taken away, where `condition` holds. `more` are the flags it brings."""

    flag: str
    suffix: bool
    cross: bool
    strip: str
    add: str
    condition: str
    more: Flags

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        if self.condition in (".", ""):
            return None
        # Only brackets, dots and letters have a meaning here.
        source = "".join(part if part[0] in "[." else re.escape(part) for part in re.findall(r"\[[^\]]*\]|.", self.condition))
        return re.compile(f"{source}$" if self.suffix else source)

    def stem(self, word: str) -> str | None:
        """What the word was before, None where this affix cannot be on it."""
        rest = word[: len(word) - len(self.add)] if self.suffix else word[len(self.add) :]
        stem = rest + self.strip if self.suffix else self.strip + rest
        if not stem:
            return None
        pattern = self._pattern
        return stem if pattern is None or (pattern.search(stem) if self.suffix else pattern.match(stem)) else None


class Dictionary:
    """A dictionary's two files, read. `aff` and `dic` are their texts."""

    def __init__(self, aff: str, dic: str) -> None:
        self._named: dict[str, str] = {}
        self._kind = "short"
        self._aliases: list[Flags] = []
        self._ignored: dict[int, None] = {}
        self._changed: list[tuple[str, str]] = []
        self._suffixes: dict[str, list[Affix]] = defaultdict(list)
        self._prefixes: dict[str, list[Affix]] = defaultdict(list)
        self._read_aff(aff.removeprefix("\ufeff").splitlines())
        self._longest = {True: max(map(len, self._suffixes), default=0), False: max(map(len, self._prefixes), default=0)}
        self._words: dict[str, tuple[str, ...]] = {}
        self._parsed: dict[str, Flags] = {}
        self._read_dic(dic.removeprefix("\ufeff").splitlines())
        self._known: dict[str, bool] = {}

    def knows(self, word: str) -> bool:
        """Whether the word is spelt right, as it is or as it would be inside a sentence. Parts joined by dashes may be known one by one."""
        if word not in self._known:
            self._known[word] = self._knows(word)
        return self._known[word]

    def _knows(self, word: str) -> bool:
        word = word.replace("\u2019", "'")
        for old, new in self._changed:
            word = word.replace(old, new)
        word = word.translate(self._ignored) if self._ignored else word
        if not word or any(self._right(form, form != word) for form in _forms(word)):
            return True
        if "'" in word and any(self._right(form, form != word) for form in _forms(word.replace("'", "\u2019"))):
            return True
        if word.isupper() and word.casefold() in self._folded:
            return True
        parts = [part for part in re.split("[-\u2010\u2011\u2013]", word) if part]
        return len(parts) > 1 and all(self.knows(part) for part in parts)

    @cached_property
    def _folded(self) -> frozenset[str]:
        """The words without their case, for what is all in capitals."""
        return frozenset(word.casefold() for word in self._words)

    def _flag(self, name: str) -> str:
        return self._named.get(name, "\0")

    def _read_aff(self, lines: list[str]) -> None:
        counted: dict[tuple[str, str], bool] = {}
        for line in lines:
            parts = line.split()
            if not parts or parts[0].startswith("#"):
                continue
            command, rest = parts[0], parts[1:]
            if command == "FLAG" and rest:
                self._kind = rest[0]
            elif command == "AF" and rest:
                self._aliases.append(self._split(rest[0]) if self._aliases else _NONE)  # the first line counts them, and they count from 1
            elif command == "IGNORE" and rest:
                self._ignored = dict.fromkeys(map(ord, rest[0]))
            elif command == "ICONV" and len(rest) == 2:
                self._changed.append((rest[0], rest[1].replace("_", "")))
            elif command in ("SFX", "PFX") and len(rest) >= 3:
                key = (command, rest[0])
                if key not in counted:
                    counted[key] = rest[1] == "Y"
                else:
                    self._read_affix(command == "SFX", rest, counted[key])
            elif rest and command.startswith(("COMPOUND", "NEEDAFFIX", "PSEUDOROOT", "ONLYIN", "FORBIDDEN", "KEEPCASE", "CIRCUMFIX")):
                self._named[{"PSEUDOROOT": "NEEDAFFIX", "COMPOUNDLAST": "COMPOUNDEND"}.get(command, command)] = rest[0]

    def _read_affix(self, suffix: bool, rest: list[str], cross: bool) -> None:
        add, _, more = rest[2].partition("/")
        add = "" if add == "0" else add.translate(self._ignored) if self._ignored else add
        strip = "" if rest[1] == "0" else rest[1]
        condition = rest[3] if len(rest) > 3 and ":" not in rest[3] else "."
        table = self._suffixes if suffix else self._prefixes
        table[add].append(Affix(rest[0], suffix, cross, strip, add, condition, self._flags_of(more)))

    def _read_dic(self, lines: list[str]) -> None:
        begin = 1 if lines and lines[0].strip().isdecimal() else 0
        for line in lines[begin:]:
            entry = re.split(r"\t|\s+[a-z]{2}:", line, maxsplit=1)[0].strip()
            place = entry.find("/", 1)
            while place > 0 and entry[place - 1] == "\\":
                place = entry.find("/", place + 1)
            word, flags = (entry, "") if place < 0 else (entry[:place], entry[place + 1 :])
            word = word.replace("\\/", "/").replace("\u2019", "'")
            if self._ignored:
                word = word.translate(self._ignored)
            if word:
                self._words[word] = (*self._words.get(word, ()), flags)

    def _flags_of(self, text: str) -> Flags:
        """What a string of flags says, by the dictionary's way of writing them."""
        if not text:
            return _NONE
        if self._aliases and text.isdecimal():
            return self._aliases[int(text)] if int(text) < len(self._aliases) else _NONE
        return self._split(text)

    def _split(self, text: str) -> Flags:
        if self._kind == "long":
            return frozenset(text[place : place + 2] for place in range(0, len(text), 2))
        return frozenset(text.split(",")) if self._kind == "num" else frozenset(text)

    def _entries(self, stem: str) -> Iterator[Flags]:
        for text in self._words.get(stem, ()):
            if text not in self._parsed:
                self._parsed[text] = self._flags_of(text)
            yield self._parsed[text]

    def _right(self, form: str, changed: bool) -> bool:
        """Whether this form is a word; `changed`: its case is not the one that is written."""
        forbidden, lone, keep = self._flag("FORBIDDENWORD"), self._flag("ONLYINCOMPOUND"), self._flag("KEEPCASE")
        if any(forbidden in flags for flags in self._entries(form)):
            return False
        for flags, _ in self._analyses(form):
            if lone not in flags and forbidden not in flags and not (changed and keep in flags):
                return True
        return self._compounds and len(form) <= _LONGEST and self._compound(form, 0, {})

    def _analyses(self, form: str) -> Iterator[tuple[Flags, tuple[Affix, ...]]]:
        """(flags of stem and affixes, affixes) for each way to read a form."""
        need = self._flag("NEEDAFFIX")
        for flags in self._entries(form):
            if need not in flags:
                yield flags, ()
        yield from self._suffixed(form, None)
        for prefix, stem in self._cut(form, suffix=False):
            for flags in self._entries(stem):
                if prefix.flag in flags and need not in prefix.more and not self._circumfix(prefix):
                    yield flags | prefix.more, (prefix,)
            if prefix.cross:
                yield from self._suffixed(stem, prefix)

    def _suffixed(self, form: str, prefix: Affix | None) -> Iterator[tuple[Flags, tuple[Affix, ...]]]:
        need, before = self._flag("NEEDAFFIX"), (prefix,) if prefix else ()
        for outer, stem in self._cut(form, suffix=True):
            if prefix and (not outer.cross or self._circumfix(prefix) != self._circumfix(outer)):
                continue
            if not prefix and self._circumfix(outer):
                continue
            for flags in self._entries(stem):
                if outer.flag in flags and (not prefix or prefix.flag in flags | outer.more) and (prefix or need not in outer.more):
                    yield flags | outer.more, (*before, outer)
            for inner, root in self._cut(stem, suffix=True) if outer.flag in self._continued else ():
                if outer.flag in inner.more:
                    for flags in self._entries(root):
                        if inner.flag in flags and (not prefix or prefix.flag in flags | inner.more | outer.more):
                            yield flags | outer.more, (*before, inner, outer)

    @cached_property
    def _continued(self) -> Flags:
        """The flags that affixes bring."""
        return frozenset(flag for affixes in self._suffixes.values() for affix in affixes for flag in affix.more)

    def _circumfix(self, affix: Affix) -> bool:
        return self._flag("CIRCUMFIX") in affix.more

    def _cut(self, form: str, *, suffix: bool) -> Iterator[tuple[Affix, str]]:
        table = self._suffixes if suffix else self._prefixes
        for length in range(min(self._longest[suffix], len(form)) + 1):
            for affix in table.get(form[len(form) - length :] if suffix else form[:length], ()):
                stem = affix.stem(form)
                if stem is not None:
                    yield affix, stem

    @cached_property
    def _compounds(self) -> bool:
        return any(name in self._named for name in ("COMPOUNDFLAG", "COMPOUNDBEGIN", "COMPOUNDEND"))

    def _compound(self, form: str, begin: int, tried: dict[int, bool]) -> bool:
        """Whether the rest of a form from `begin` on can be put together of parts."""
        if begin not in tried:
            least = int(self._named["COMPOUNDMIN"]) if self._named.get("COMPOUNDMIN", "").isdecimal() else 3
            ends = range(begin + max(1, least), len(form) - max(1, least) + 1)
            place = "COMPOUNDMIDDLE" if begin else "COMPOUNDBEGIN"
            tried[begin] = (begin > 0 and self._part(form[begin:], "COMPOUNDEND")) or any(
                self._part(form[begin:end], place) and self._compound(form, end, tried) for end in ends
            )
        return tried[begin]

    def _part(self, form: str, place: str) -> bool:
        anywhere, here, permit = self._flag("COMPOUNDFLAG"), self._flag(place), self._flag("COMPOUNDPERMITFLAG")
        forbidden, barred = self._flag("FORBIDDENWORD"), self._flag("COMPOUNDFORBIDFLAG")
        for one in (form, form.capitalize()) if place != "COMPOUNDBEGIN" else (form, form.lower()):
            for flags, affixes in self._analyses(one):
                inside = [affix for affix in affixes if not (affix.suffix and place == "COMPOUNDEND")]
                allowed = all(permit in affix.more or (place == "COMPOUNDBEGIN" and not affix.suffix) for affix in inside)
                if allowed and (anywhere in flags or here in flags) and not {forbidden, barred} & flags:
                    return True
        return False


def _forms(word: str) -> tuple[str, ...]:
    """The word as it is, and as it may stand in the dictionary when a sentence begins with it or it is all in capitals."""
    if word.isupper() and len(word) > 1:
        return word, word.capitalize(), word.lower(), word.title()
    if word[:1].isupper():
        return word, word[:1].lower() + word[1:]
    return (word,)
