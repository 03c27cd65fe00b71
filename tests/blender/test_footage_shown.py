"""What is known of the shots, as an editor sees it: cards, selections, the overlay's arrays, and reports in files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.errors import BAD_INPUT, STALE, USAGE
from assistant_editor.ml.stills import thumbnail_path
from assistant_editor.operators import footage, footage_overlay, footage_shelf, footage_stills, report_files, shelves
from assistant_editor.operators.desk import desk
from assistant_editor.timeline.report import MADE_BY

from tests.blender.cutting_room import NO_PYTHON
from tests.blender.shot_bench import Bench
from tests.timeline.logged_shots import mood, seen, shot

MOODS = ("happy", "sad", "sad", "calm", "tense")


@pytest.fixture
def known(bench: Bench, monkeypatch: pytest.MonkeyPatch, worker_python: str) -> Bench:
    """A film of five shots of which something is known, and a worker that can draw."""
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", worker_python)

    def placed(_timeline: Any, rows: Any, _settings: Any) -> tuple[Any, ...]:
        found = []
        for row in rows:
            if row.number:
                told = {"mood": mood(MOODS[row.number - 1]), "grade": row.number / 10, "quality": (("sharpness", 0.5),)}
                told |= {"people": (seen("Anna <i>", 1.0),)} if row.number in (2, 4) else {}
                told |= {"words": "It was the best of times"} if row.number == 1 else {}
                found.append(shot(row.number, row.frames.start, row.frames.end, row.strip, row.channel, span=row.source,
                                  medium=row.medium, path=row.path, **told))  # fmt: skip
        return tuple(found)

    monkeypatch.setattr(footage, "placed", placed)
    footage_shelf.shelf.clear()
    yield bench
    footage_shelf.shelf.clear()


def selected(bench: Bench) -> list[str]:
    return sorted(strip.name for strip in bench.room.strips if strip.select)


def refused(bench: Bench, code: str, match: str, name: str, **options: Any) -> None:
    before = bench.room.dump()
    with pytest.raises(RuntimeError, match=match):
        getattr(bpy.ops.assistant_editor, name)("EXEC_DEFAULT", True, **options)
    assert desk.error is not None and desk.error.code == code
    assert not bench.room.changed_since(before)


def test_a_card_tells_of_the_shot_under_the_playhead_and_of_the_strip_that_is_meant(known: Bench) -> None:
    known.detect()
    known.call("refresh_footage")
    shelf = footage_shelf.shelf
    assert [row.frames.start for row in shelf.rows] == [1, 31, 77, 138, 188]
    assert shelf.at(80) == 2 and shelf.at(30) == 0 and shelf.at(5000) is None
    assert shelf.of("film.003", 80) == 3 and shelf.of("film.003", 140) == 3 and shelf.of("sound", 80) is None
    assert [fact.kind for fact in shelf.card(1).facts] == ["mood", "people", "quality"]


def test_what_is_known_is_gathered_anew_only_when_something_changed(known: Bench) -> None:
    known.call("refresh_footage")
    shelf = footage_shelf.shelf
    revision = shelf.revision
    assert footage_shelf.up_to_date(known.room.scene).revision == revision
    known.detect()
    assert footage_shelf.up_to_date(known.room.scene).revision > revision


def test_a_muted_strip_has_a_card_and_is_not_seen(known: Bench) -> None:
    known.detect()
    known.room.strips["film.001"].mute = True
    known.call("refresh_footage")
    assert len(footage_shelf.shelf.rows) == 5 and [row.number for row in footage_shelf.shelf.shown] == [1, 3, 4, 5]


def test_muting_a_strip_is_drawn_though_its_shots_are_listed_as_before(known: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    known.detect()
    known.call("refresh_footage")
    shelf = footage_shelf.shelf
    monkeypatch.setattr(shelves, "redraw", lambda: drawn.append(len(shelf.shown)))
    known.room.strips["film.001"].mute = True
    shelf.look_again()
    shelf.look_again()
    assert drawn == [4] and len(shelf.rows) == 5


def test_strips_are_selected_by_mood_extended_and_taken_out_in_one_step_each(known: Bench) -> None:
    known.detect()
    known.room.select("film")
    bpy.ops.ed.undo_push(message="before")
    known.call("select_where", mood="sad")
    assert selected(known) == ["film.001", "film.002"]
    known.call("select_where", person="anna <i>", way="extend")
    assert selected(known) == ["film.001", "film.002", "film.003"]
    known.call("select_where", quality_to=0.2, way="subtract")
    assert selected(known) == ["film.002", "film.003"]
    bpy.ops.ed.undo()
    assert selected(known) == ["film.001", "film.002", "film.003"]


def test_the_sound_comes_along_when_it_is_asked_for(known: Bench) -> None:
    known.detect()
    known.call("select_where", words="best of times", with_sound=True)
    assert selected(known) == ["film", "sound"]


def test_a_selection_changes_nothing_but_the_selection(known: Bench) -> None:
    known.detect()
    known.room.select()
    before = known.room.dump()
    known.call("select_where", mood="tense")
    assert all(re.search(r"select|active", line) for line in known.room.changed_since(before))


def test_no_condition_and_words_nobody_knows_are_refused(known: Bench) -> None:
    refused(known, USAGE, "No condition is given", "select_where")
    refused(known, USAGE, "There is no mood 'hapy'", "select_where", mood="hapy")


def test_without_shots_there_is_nothing_to_select(known: Bench) -> None:
    for strip in list(known.room.strips):
        if strip.type == "MOVIE":
            known.room.strips.remove(strip)
    refused(known, STALE, "Press Log Footage", "select_where", mood="sad")


def test_the_overlay_is_off_until_it_is_asked_for_and_never_drawn_without_a_window(known: Bench) -> None:
    settings = known.room.scene.assistant_editor
    assert not settings.footage_overlay and settings.footage_lanes == {"mood", "faces", "objects", "speech", "beats", "quality"}
    settings.footage_overlay = True
    assert bpy.app.background and not footage_overlay._handle
    known.call("refresh_footage")
    lanes = footage_overlay.drawn.bring(frozenset(settings.footage_lanes))
    assert len(lanes.shapes(0).starts) and footage_overlay.drawn.bring(frozenset(settings.footage_lanes)) is lanes
    assert footage_overlay.drawn.bring(frozenset({"mood"})) is not lanes
    footage_overlay.stop()
    settings.footage_overlay = False


def test_triangles_cover_each_shape_once() -> None:
    assert footage_overlay.triangles(2).tolist() == [[0, 1, 2], [2, 1, 3], [4, 5, 6], [6, 5, 7]]


def test_stills_are_made_for_the_moments_that_show_the_shots_best(known: Bench) -> None:
    known.call("make_footage_stills")
    rows = footage_shelf.shelf.rows
    assert all(thumbnail_path(known.cache, row.logged.medium, row.logged.still).is_file() for row in rows)
    assert len(footage_stills._icons) == 5
    refused(known, USAGE, "has its still already", "make_footage_stills")


def test_a_report_with_stills_and_plots_is_written_and_the_timeline_stays(known: Bench, tmp_path: Path) -> None:
    before = known.room.dump()
    page = tmp_path / "out.html"
    outcome = known.call("write_report", report_file=str(page), report_plots=True)
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/jpeg;base64,") == 5 and "Anna &lt;i&gt;" in text and "<i>" not in text.replace('<i class="key"', "")
    plots = sorted(path.name for path in (tmp_path / "out_plots").iterdir())
    assert {"mood_arc.png", "rhythm.png", "moods.png", "screen_time_people.png", "quality.png"} <= set(plots)
    assert all((tmp_path / "out_plots" / name).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" for name in plots)
    assert not outcome.partial and "5 shots" in outcome.line and not known.room.changed_since(before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "out.html", "out_plots"]


def test_a_report_is_replaced_and_anything_else_is_not(known: Bench, tmp_path: Path) -> None:
    page = tmp_path / "mine.html"
    page.write_text("<p>mine</p>")
    refused(known, BAD_INPUT, "would be overwritten, and is no report", "write_report", report_file=str(page), report_stills=False)
    assert page.read_text() == "<p>mine</p>"
    known.call("write_report", report_file=str(page), report_stills=False, report_overwrite=True)
    assert MADE_BY in page.read_text(encoding="utf-8") and "<img" not in page.read_text(encoding="utf-8")
    known.call("write_report", report_file=str(page), report_stills=False, report_overwrite=False)


def test_a_report_of_one_strip_tells_of_its_shots_alone(known: Bench, tmp_path: Path) -> None:
    known.detect()
    outcome = known.call("write_report", report_file=str(tmp_path / "one.html"), report_stills=False, names="film.001")
    assert "1 shots" not in outcome.line and outcome.line.startswith("1 shot in ")


def test_without_a_backend_the_page_is_written_and_says_what_is_not_in_it(
    known: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", "")
    from assistant_editor import preferences

    if preferences.backend(bpy.context).python:
        pytest.skip("this machine's preferences name a backend")
    outcome = known.call("write_report", report_file=str(tmp_path / "bare.html"))
    assert any("Without the backend" in notice for notice in outcome.notices)
    assert "Without the backend" in (tmp_path / "bare.html").read_text(encoding="utf-8")


def test_a_worker_that_cannot_start_costs_the_stills_and_not_the_page(
    known: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    outcome = known.call("write_report", report_file=str(tmp_path / "left.html"), report_plots=True)
    assert outcome.partial and any(NO_PYTHON in notice for notice in outcome.notices)
    text = (tmp_path / "left.html").read_text(encoding="utf-8")
    assert "Mood arc" in text and "<img" not in text and not (tmp_path / "left_plots").exists()


def test_a_film_that_is_gone_leaves_its_shots_without_stills(known: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all")
    was = footage.placed

    def placed(timeline: Any, rows: Any, settings: Any) -> tuple[Any, ...]:
        from dataclasses import replace

        first, *rest = was(timeline, rows, settings)
        return (replace(first, logged=replace(first.logged, path=str(broken))), *rest)

    monkeypatch.setattr(footage, "placed", placed)
    outcome = known.call("write_report", report_file=str(tmp_path / "part.html"))
    assert outcome.partial and any("1 shot has no still" in notice for notice in outcome.notices)
    assert (tmp_path / "part.html").read_text(encoding="utf-8").count("<img") == 4


def test_a_page_of_very_many_shots_has_stills_of_the_first_and_says_so(
    known: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_files, "MOST_STILLS", 2)
    outcome = known.call("write_report", report_file=str(tmp_path / "many.html"))
    assert not outcome.partial and outcome.notices == ("Only the first 2 shots have stills: the page would be too large.",)
    assert (tmp_path / "many.html").read_text(encoding="utf-8").count("<img") == 2


def test_the_command_line_writes_page_and_figures(known: Bench, tmp_path: Path) -> None:
    page, told = tmp_path / "cli.html", tmp_path / "cli.json"
    assert cli.main(["report", str(page), "--no-stills", "--json", str(told)]) == 0
    found = json.loads(told.read_text())
    assert found["schema"] == "assistant_editor.report/1" and len(found["shots"]) == 5
    assert found["statistics"]["moods"][0]["label"] == "sad" and found["statistics"]["rhythm"]["cuts"] == 4
    assert cli.main(["report", str(tmp_path / "no" / "where.html"), "--no-stills"]) == 3


def test_what_is_really_stored_gives_a_report_too(bench: Bench, tmp_path: Path) -> None:
    """Nothing but shots is known: the page says so, with the shots' lengths."""
    footage_shelf.shelf.clear()
    bench.call("write_report", report_file=str(tmp_path / "plain.html"), report_stills=False)
    text = (tmp_path / "plain.html").read_text(encoding="utf-8")
    assert "Rhythm" in text and "People on screen" not in text and "objects, pictures, sounds, transcript, voice: 5 of 5 shots." in text
    footage_shelf.shelf.clear()
