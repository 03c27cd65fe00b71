"""What is asked about single strips before their loudness is matched. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ..ml.facts import LoudnessOptions, VoiceOptions
from ..ml.protocol import Analyse
from . import requests
from .planners.levels import By
from .requests import Which
from .state import Timeline


def asked(timeline: Timeline, which: Which, names: Sequence[str], by: By) -> tuple[tuple[str, ...], tuple[Analyse, ...]]:
    """(the strips that are meant, the requests): none for the mix, which is measured as it is heard.

    Raises `EditorError(BAD_INPUT)` as `requests.sounds_meant` does, or when nothing of these strips is known.
    """
    if by == "mix":
        return (), ()
    meant = requests.sounds_meant(timeline, which, names)
    strips = [strip for strip in timeline.strips if strip.name in meant and not strip.muted]
    options = {"loudness": LoudnessOptions()} | ({"voice": VoiceOptions()} if by == "speech" else {})
    wanted = requests.ask(timeline, dict.fromkeys(options, strips), options)
    return meant, requests.requests(timeline, wanted)
