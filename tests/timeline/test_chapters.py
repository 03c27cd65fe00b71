"""Chapters: YouTube's rules for every division into scenes, and FFmpeg's own reading of what was written."""

from __future__ import annotations

import itertools
import math
import re
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.timeline.chapters import LEAST, SHORTEST, Chapter, chapters, escaped, ffmetadata, long_enough, written, youtube
from assistant_editor.timeline.state import MarkerRef, Tag, Timeline
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given, settings
from hypothesis import strategies as st

NTSC = Fraction(30000, 1001)
RATES = st.sampled_from([Fraction(24), Fraction(25), NTSC, Fraction(60)])


def line(*markers: tuple[int, str], frames=(1, 2001), rate=Fraction(25), kind="scene", sure=0.9) -> Timeline:
    tag = Tag("s", "1", kind, sure, "")
    refs = tuple(MarkerRef(i, name, frame, tag) for i, (frame, name) in enumerate(markers))
    return Timeline("Scene", "s", rate, FrameRange(*frames), (), markers=refs)


@st.composite
def rows(draw):
    lengths = draw(st.lists(st.integers(1, 2000), min_size=1, max_size=12))
    sure = draw(st.lists(st.floats(0, 1), min_size=len(lengths), max_size=len(lengths)))
    starts = [0, *itertools.accumulate(lengths)]
    return [Chapter(a, b, f"Scene {i}", s) for i, ((a, b), s) in enumerate(zip(itertools.pairwise(starts), sure, strict=True), 1)]


def allowed(starts: list[int], end: int) -> bool:
    return len(starts) >= LEAST and starts[0] == 0 and all(b - a >= SHORTEST for a, b in itertools.pairwise([*starts, end]))


@settings(max_examples=200, deadline=None)
@given(rows(), RATES)
def test_the_rules_hold_or_nobody_could_keep_them(scenes, rate):
    seconds = [math.floor(row.start / rate) for row in scenes]
    end = math.floor(scenes[-1].end / rate)
    every = [[0, *(seconds[i] for i in kept)] for k in (2, 3, 4) for kept in itertools.combinations(range(1, len(scenes)), k)]
    if not any(allowed(starts, end) for starts in every):
        with pytest.raises(EditorError) as caught:
            long_enough(scenes, rate)
        assert caught.value.code == BAD_INPUT and caught.value.remedy
        return
    found = long_enough(scenes, rate)
    text = youtube(found, rate)
    stamps = [line.split(" ", 1)[0] for line in text.splitlines()]
    assert stamps[0] in ("0:00", "0:00:00")
    told = [sum(int(part) * 60**i for i, part in enumerate(reversed(stamp.split(":")))) for stamp in stamps]
    assert allowed(told, end)
    assert found[0].start == 0 and found[-1].end == scenes[-1].end
    assert all(one.end == other.start for one, other in itertools.pairwise(found))
    assert {row.start for row in found} <= {row.start for row in scenes}
    assert {row.title for row in found} <= {row.title for row in scenes}


def test_a_short_scene_joins_the_neighbour_it_is_least_surely_parted_from():
    def films(before: float, after: float):
        lengths, sure = (500, 100, 500, 500), (1.0, before, after, 0.9)
        starts = [0, *itertools.accumulate(lengths)]
        return [Chapter(a, b, str(i), s) for i, ((a, b), s) in enumerate(zip(itertools.pairwise(starts), sure, strict=True), 1)]

    assert [(row.start, row.title) for row in long_enough(films(0.4, 0.8), Fraction(25))] == [(0, "1"), (600, "3"), (1100, "4")]
    assert [(row.start, row.title) for row in long_enough(films(0.8, 0.4), Fraction(25))] == [(0, "1"), (500, "3"), (1100, "4")]


def test_chapters_count_from_the_first_frame_of_the_range_and_leave_no_hole():
    found = chapters(line((50, "before"), (90, "opening"), (400, " harbour "), (700, ""), (3000, "never"), frames=(101, 1101)))
    assert [(row.start, row.end, row.title) for row in found] == [(0, 299, "opening"), (299, 599, "harbour"), (599, 1000, "Scene 3")]


def test_only_scenes_are_chapters():
    for none in (line(), line((5, "Shot 001"), kind="marker")):
        with pytest.raises(EditorError, match="no scenes") as caught:
            chapters(none)
        assert caught.value.code == BAD_INPUT


def test_youtube_gets_whole_seconds_hours_where_needed_and_one_line_a_chapter():
    rate = Fraction(25)
    text = written(line((1, "A\nB <c>"), (501, "two"), (90026, "three"), frames=(1, 100001), rate=rate), "youtube")
    assert text == "0:00:00 A B (c)\n0:00:20 two\n1:00:01 three\n"


def test_short_scenes_stay_only_where_they_were_asked_for():
    timeline = line((1, "a"), (26, "b"), (501, "c"), (1001, "d"))
    assert written(timeline, "ffmetadata", short=True).count("[CHAPTER]") == 4
    assert written(timeline, "ffmetadata").count("[CHAPTER]") == 3
    assert len(written(timeline, "youtube", short=True).splitlines()) == 3


def test_times_are_exact_at_any_rate():
    text = ffmetadata([Chapter(0, 30001, "a")], NTSC)
    assert text == ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1001/30000\nSTART=0\nEND=30001\ntitle=a\n"


@given(st.text(max_size=40))
def test_nothing_special_is_left_bare(text):
    told = escaped(text)
    text += " " * text.endswith("\\")
    assert re.sub(r"\\(.)", r"\1", told, flags=re.DOTALL) == text.replace("\r\n", "\n").replace("\r", "\n")
    assert not re.search(r"(?<!\\)[=;#\n]", re.sub(r"\\\\", "", told))


TITLES = ["=", "a=b;c#d\\e", "#first", ";first", "two\nlines", "ends in \\", "[CHAPTER]", "Ünïcode 港", " leading and trailing ", "a\r\nb"]


def readable(title: str) -> str:
    return title.replace("\r\n", "\n") + " " * title.endswith("\\")


@pytest.mark.parametrize("rate", [Fraction(25), NTSC])
def test_ffmpeg_reads_back_what_was_written(rate, tmp_path):
    av = pytest.importorskip("av")
    path = tmp_path / "chapters.txt"
    scenes = [Chapter(i * 300, (i + 1) * 300, title) for i, title in enumerate(TITLES)]
    path.write_text(ffmetadata(scenes, rate), encoding="utf-8", newline="\n")
    with av.open(str(path), format="ffmetadata") as file:
        found = file.chapters()
    assert [chapter["metadata"]["title"] for chapter in found] == [readable(title) for title in TITLES]
    assert [chapter["start"] * chapter["time_base"] for chapter in found] == [row.start / rate for row in scenes]
    assert [chapter["end"] * chapter["time_base"] for chapter in found] == [row.end / rate for row in scenes]
