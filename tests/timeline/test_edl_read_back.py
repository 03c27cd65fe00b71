"""What an established reader of edit decision lists finds in ours: OpenTimelineIO with its CMX 3600 adapter."""

from __future__ import annotations

from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline import edl, shot_list
from assistant_editor.timeline.merge import standing
from assistant_editor.timeline.planners.shots import ShotsPlanOptions
from assistant_editor.timeline.timecode import Clock, can_drop

from .paper import strip, timeline

RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(50), Fraction(60000, 1001)]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("drop", [True, False])
def test_every_event_is_read_as_it_was_meant(rate: Fraction, drop: bool) -> None:
    otio = pytest.importorskip("opentimelineio", reason="OpenTimelineIO and otio-cmx3600-adapter are not installed here")
    line = timeline(
        strip("film", 0, 50, rate=rate), strip("film.001", 50, 2000, rate=rate),
        strip("other", 2010, 2100, origin=1900, medium="n", rate=rate), rate=rate,
    )  # fmt: skip
    clock = Clock(rate, drop)
    rows = shot_list.rows(line, {}, ShotsPlanOptions(), standing(line))
    text, _ = edl.edl(rows, clock, 0, "A title", start=clock.frames("01:00:00:00"))
    if drop and not can_drop(rate):
        assert text == edl.edl(rows, Clock(rate, False), 0, "A title", start=clock.frames("01:00:00:00"))[0]
    read = otio.adapters.read_from_string(text, "cmx_3600", rate=float(rate))
    (track,) = read.tracks
    found = [
        (clip.name, clip.source_range.start_time.value, clip.source_range.duration.value, track.range_of_child(clip).start_time.value)
        for clip in track
        if isinstance(clip, otio.schema.Clip)
    ]
    assert read.name == "A title"
    assert found == [("m", 0, 50, 0), ("m", 50, 1950, 50), ("n", 110, 90, 2010)]


def test_a_list_without_shots_is_not_written() -> None:
    with pytest.raises(EditorError, match="no shots"):
        edl.edl((), Clock(Fraction(25)), 0, "t")
