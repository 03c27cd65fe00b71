"""Whether a timeline may have changed since it was last looked at, without reading it whole."""

from __future__ import annotations

import hashlib
from typing import Any

from . import compat
from .read import keeper
from .tags import corrections_of, ledger_of, tag_data


def glance(scene: Any, *, texts: bool = False) -> str:
    """A digest of where the strips of the open sequence stand, what they show, and what is remembered of earlier runs.

    With `texts` also of what captions say, their words and locks.

    Reads only, opens no file. Strips in meta strips that are not open are not looked at.
    """
    sequence = compat.open_sequence(scene)
    if sequence is None:
        return ""
    seen = hashlib.sha1(usedforsecurity=False)
    for strip in sequence.strips:
        seen.update(repr(compat.footprint(strip)).encode())
        if texts and strip.type == "TEXT":
            seen.update(repr((strip.text, strip.lock, tag_data(strip))).encode())
    kept_by = keeper(scene)
    seen.update(repr((compat.scene_fps(scene), scene.frame_start, ledger_of(kept_by)[1], corrections_of(kept_by))).encode())
    return seen.hexdigest()
