"""Cues of more text than a text strip holds, as several of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .subtitle_cues import Cue, Run, tidy
from .visual import visual


def parts(cues: Sequence[Cue], most: int) -> tuple[list[Cue], list[str]]:
    """The cues, those of more than `most` bytes (0: any number) divided between words, their time by the length of the texts.

    Also what is to be said of it.
    """
    found: list[Cue] = []
    long = 0
    for one in cues:
        if not most or _bytes(one.text) <= most:
            found.append(one)
            continue
        long += 1
        texts = _pieces(one.text, most)
        whole, done = sum(map(len, texts)), 0
        for text in texts:
            start, done = done, done + len(text)
            span = one.end - one.start
            look = replace(one.runs[0], text=text) if one.runs else Run(text)
            found.append(replace(one, start=one.start + span * start / whole, end=one.start + span * done / whole, runs=tidy([look])))
    told = [f"{long} entries are longer than a text strip can hold and are divided."] if long else []
    return found, told


def _bytes(text: str) -> int:
    """Bytes of the text, or of what has to be stored so that it is seen, whichever are more."""
    return max(len(text.encode()), len(visual(text).encode()), len(visual(text, True).encode()))


def _pieces(text: str, most: int) -> list[str]:
    found: list[str] = []
    piece = ""
    for word in re.findall(r"\s*\S+", text):
        for part in _letters(word, most):
            if piece and _bytes(piece + part) > most:
                found.append(piece)
                piece = part.lstrip()
            else:
                piece += part
    return [*found, piece] if piece.strip() else found


def _letters(word: str, most: int) -> list[str]:
    """A word longer than a strip, in pieces of letters."""
    step = max(1, most // 12)
    return [word] if _bytes(word) <= most else [word[at : at + step] for at in range(0, len(word), step)]
