"""The order in which a line of mixed right-to-left and left-to-right text stands on screen. Pure.

The Unicode Bidirectional Algorithm (UAX #9, revision 50) without what only explicit formatting characters need: captions have none
worth keeping, so those characters are taken out (rule X9), and there is one run of one level to begin with. Marks are left before
the letter they belong to (no rule L3): Blender draws a mark where the pen is, and right-to-left letters are drawn leftwards of it.
Blender itself draws characters in the order they are stored in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

PAIRS = "()[]{}⁅⁆⁽⁾₍₎⟦⟧⟨⟩⟪⟫⟮⟯〈〉《》「」『』【】〔〕〖〗〘〙〚〛（）［］｛｝｟｠｢｣﹙﹚﹛﹜﹝﹞"  # noqa: RUF001
"""Brackets that open and close (rule N0)."""
_CLOSING = dict(zip(PAIRS[::2], PAIRS[1::2], strict=True))
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_MIRRORED = {**_CLOSING, **_OPENING}
_MIRRORED |= dict(zip("<>«»‹›≤≥≪≫＜＞", "><»«›‹≥≤≫≪＞＜", strict=True))  # noqa: RUF001
_FORMATTING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}
_STRONG = {"L": "L", "R": "R", "AL": "R"}
_NEUTRAL = {"B", "S", "WS", "ON"}
_MARKS = "\u200e\u200f\u061c"
"""They direct the text and are seen by nobody."""


def right_to_left(text: str) -> bool:
    """Whether any of the text is written from right to left."""
    return any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text) if not text.isascii() else False


def direction(text: str) -> int:
    """The level of a paragraph: 1 where its first strong character is written from right to left, else 0 (rules P2 and P3)."""
    return next((int(kind != "L") for char in text if (kind := unicodedata.bidirectional(char)) in _STRONG), 0)


def shown(text: str) -> str:
    """The text's lines, each in the order in which it stands on screen, from left to right, brackets mirrored where they must be.

    The lines are one paragraph, as those of a caption are. Formatting characters are taken out.
    """
    base = direction(text)
    chars = [char for char in text if unicodedata.bidirectional(char) not in _FORMATTING or char == "\n"]
    levels = _levels(chars, base)
    lines, first = [], 0
    for number, char in enumerate([*chars, "\n"]):
        if char == "\n":
            lines.append(_line(chars[first:number], levels[first:number], base))
            first = number + 1
    return "\n".join(lines)


def _levels(chars: Sequence[str], base: int) -> list[int]:
    outer = "R" if base else "L"
    kinds = ["WS" if char == "\n" else unicodedata.bidirectional(char) or "L" for char in chars]
    _weak(kinds, outer)
    _brackets(chars, kinds, outer)
    _neutral(kinds, outer)
    return [_level(kind, base) for kind in kinds]


def _weak(kinds: list[str], outer: str) -> None:
    """Rules W1 to W7: marks, numbers and what stands between them."""
    strong, before = outer, outer
    for i, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[i] = kind = before
        elif kind == "EN" and strong == "AL":
            kinds[i] = kind = "AN"
        if kind in _STRONG:
            strong = kind
        before = kind
    for i, kind in enumerate(kinds):
        if kind == "AL":
            kinds[i] = "R"
    for i in range(1, len(kinds) - 1):
        sides = {kinds[i - 1], kinds[i + 1]}
        if (kinds[i] in ("ES", "CS") and sides == {"EN"}) or (kinds[i] == "CS" and sides == {"AN"}):
            kinds[i] = kinds[i - 1]
    for first, last in _runs(kinds, {"ET"}):
        beside = (kinds[first - 1] if first else "", kinds[last] if last < len(kinds) else "")
        kinds[first:last] = ["EN" if "EN" in beside else "ON"] * (last - first)
    strong = outer
    for i, kind in enumerate(kinds):
        if kind in ("ES", "CS"):
            kinds[i] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[i] = "L"


def _runs(kinds: Sequence[str], wanted: set[str]) -> list[tuple[int, int]]:
    """Where (first, the one after the last) items of the wanted kinds stand together."""
    edges = [i for i in range(len(kinds) + 1) if (i < len(kinds) and kinds[i] in wanted) != (i > 0 and kinds[i - 1] in wanted)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _as_strong(kind: str) -> str:
    """What a number counts as beside neutral characters."""
    return "R" if kind in ("R", "EN", "AN") else kind


def _brackets(chars: Sequence[str], kinds: list[str], outer: str) -> None:
    """Rule N0: a pair of brackets goes with what is in it, or with what stands before it."""
    waiting: list[tuple[str, int]] = []
    pairs = []
    for i, char in enumerate(chars):
        if kinds[i] != "ON":
            continue
        if char in _CLOSING:
            waiting.append((_CLOSING[char], i))
        elif char in _OPENING:
            at = next((n for n in range(len(waiting) - 1, -1, -1) if waiting[n][0] == char), None)
            if at is not None:
                pairs.append((waiting[at][1], i))
                del waiting[at:]
    for first, last in sorted(pairs):
        inside = {_as_strong(kind) for kind in kinds[first + 1 : last]} & {"L", "R"}
        if not inside:
            continue
        kind = outer
        if outer not in inside:
            before = next((_as_strong(kinds[i]) for i in range(first - 1, -1, -1) if _as_strong(kinds[i]) in ("L", "R")), outer)
            kind = before
        kinds[first] = kinds[last] = kind


def _neutral(kinds: list[str], outer: str) -> None:
    """Rules N1 and N2: what has no direction goes with its neighbours where these agree, else with the paragraph."""
    for first, last in _runs(kinds, _NEUTRAL):
        before = _as_strong(kinds[first - 1]) if first else outer
        after = _as_strong(kinds[last]) if last < len(kinds) else outer
        kinds[first:last] = [before if before == after else outer] * (last - first)


def _level(kind: str, base: int) -> int:
    """Rules I1 and I2."""
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)


def _line(chars: Sequence[str], levels: Sequence[int], base: int) -> str:
    """Rules L1, L2 and L4 for one line."""
    levels = list(levels)
    for i in range(len(chars) - 1, -1, -1):
        if unicodedata.bidirectional(chars[i]) not in ("WS", "S", "B"):
            break
        levels[i] = base
    order = list(range(len(chars)))
    for level in range(max(levels, default=0), 0, -1):
        for first, last in _runs([str(levels[i] >= level) for i in order], {"True"}):
            order[first:last] = reversed(order[first:last])
    return "".join(_MIRRORED.get(chars[i], chars[i]) if levels[i] % 2 else chars[i] for i in order if chars[i] not in _MARKS)
