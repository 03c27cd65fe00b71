"""Makes the golden rearrangements in `ripples/`: what becomes of one cutting room, as JSON. Run it when they are *meant* to change, and
read the diff.

ASSISTANT_EDITOR_ROLE=worker python -m tests.golden.make_ripples
"""

from __future__ import annotations

import importlib.util
import json
from fractions import Fraction
from pathlib import Path

if importlib.util.find_spec("assistant_editor") is None:
    from tests import conftest as conftest

from assistant_editor.ml.codec import to_json
from assistant_editor.timeline.layout import Mark
from assistant_editor.timeline.ripple import RippleOptions, cut_out, reorder
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.laid import gap, item, layout, pair

HERE = Path(__file__).resolve().parent


def room():
    """An interview: two takes with a dissolve between them, a second camera with its own sound, a slow detail, captions, a meta
    strip, a speed effect, a still, a grade, a muted alternative; a music bed in a locked channel."""
    opening, closing = pair("opening", 1, 301), pair("closing", 281, 601, channel=4)
    return layout(
        opening,
        closing,
        item("dissolve", 281, 301, channel=5, kind="CROSS", inputs=("opening", "closing")),
        item("second camera", 51, 551, channel=6, content=(1, 601)),
        item("holds its last frame", 601, 701, channel=2, content=(601, 641)),
        item("detail", 401, 451, channel=7, whole="it is retimed"),
        item("intro", 1, 121, channel=8, kind="META", sounds=True),
        item("ramp source", 151, 201, channel=8),
        item("ramp", 151, 201, channel=9, kind="SPEED", inputs=("ramp source",)),
        item("logo", 1, 701, channel=10, kind="IMAGE", content=(1, 2), lasting=True),
        item("grade", 1, 701, channel=11, kind="ADJUSTMENT"),
        *(item(f"caption {n}", 11 + 60 * n, 61 + 60 * n, channel=12, kind="TEXT") for n in range(10)),
        item("alternative", 101, 401, channel=13, muted=True),
        item("music", 1, 701, channel=14, kind="SOUND", held="channel 14 (Music) of strip 'music' is locked"),
        marks=(Mark(0, 1, "start"), Mark(1, 35, "in a silence"), Mark(2, 36, "B", camera=True), Mark(3, 500, "late")),
        held_channels=(14,),
    )


def wanted():
    """A filler, a silence, one that runs into the dissolve, one over the detail, one over the ramp, one shortened, one played faster."""
    return [
        gap(31, 38, "opening sound"),
        gap(101, 131, "opening sound"),
        gap(261, 291, "opening sound"),
        gap(421, 441, "closing sound"),
        gap(191, 211, "opening sound"),
        gap(331, 371, "closing sound", keep=6),
        gap(481, 521, "closing sound", speed=Fraction(3)),
        gap(621, 661, "holds its last frame"),
    ]


def made() -> dict[str, object]:
    """Name of the golden file -> what it holds."""
    line = room()
    keeping = RippleOptions(keep_markers=True, fixed=frozenset({14}))
    return {
        "all": cut_out(line, wanted(), "all"),
        "all_keep_markers": cut_out(line, wanted(), "all", keeping),
        "selected": cut_out(line, wanted(), "selected"),
        "lift": cut_out(line, wanted(), "lift"),
        "copy": cut_out(line, wanted(), "copy"),
        "order": reorder(line, [FrameRange(301, 381), FrameRange(61, 151), FrameRange(201, 290)]),
    }


def as_json(value: object) -> str:
    """A line a piece, a marker, a join: so that a difference shows what changed."""
    rows = []
    for name, part in to_json(value).items():
        many = isinstance(part, list) and part
        text = ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in part) if many else json.dumps(part)
        rows.append(f' "{name}": [\n  {text}\n ]' if many else f' "{name}": {text}')
    return "{\n" + ",\n".join(rows) + "\n}\n"


if __name__ == "__main__":
    for name, value in made().items():
        (HERE / "ripples" / f"{name}.json").write_text(as_json(value), encoding="utf-8")
