"""Dissolves, fades and wipes as a user deals with them: the operators, the redo panel, undo, and captions beside what is cut out."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.codec import to_json
from assistant_editor.ml.errors import LOCKED
from assistant_editor.ml.facts import Boundary, Shots, ShotsOptions, Span, Transcript, TranscriptOptions, Transition, Utterance, Word
from assistant_editor.operators import options
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import corrections, tags
from assistant_editor.timeline.corrections import Correction, Corrections
from assistant_editor.timeline.requests import Asked, Meant

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom

RATE = Fraction(25)


def gradual(kind: str, first: int, last: int, frame: int, score: float) -> Boundary:
    return Boundary(frame, frame / RATE, score, Transition(kind, first, last, Span(first / RATE, (last + 1) / RATE)))


FOUND = (Boundary(30, 30 / RATE, 0.97), gradual("dissolve", 70, 89, 80, 0.9), gradual("wipe", 150, 159, 155, 0.55))
"""By the numbers of pictures: the film lies on frame 1."""
WORDS = tuple(Word(f" w{i}", Fraction(i, 5), Fraction(i + 1, 5), 0.9) for i in range(45))
CUT_OUT = [31, 91, 161]


@pytest.fixture
def film(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    """The room with a film about which everything is stored, and nobody to ask for more."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    span = Span(Fraction(0), Fraction(10))
    cache, medium = Cache(tmp_path / "cache"), fingerprint(str(talkie))
    cache.store("shots", medium, ShotsOptions(), Shots(span, Fraction(0), RATE, 250, "transnetv2", FOUND), whole=True)
    said = (Utterance(WORDS),)
    spoken = Transcript(span, Fraction(0), "en", 1.0, "faster-whisper", "tiny.en", "transcribe", said)
    cache.store("transcript", medium, TranscriptOptions(), spoken, whole=True)
    room.lay(talkie)
    bpy.ops.ed.undo_push(message="laid out")
    return room


def marks(room: CuttingRoom) -> list[tuple[int, str]]:
    return sorted((marker.frame, marker.name) for marker in room.scene.timeline_markers)


def ends(room: CuttingRoom, channel: int = 1) -> list[int]:
    return sorted(stage.extent(strip)[1] for strip in room.strips if strip.channel == channel and strip.type in ("MOVIE", "SOUND"))[:-1]


def test_cut_out_in_one_step_of_undo(film: CuttingRoom) -> None:
    before = film.dump()
    outcome = film.run("detect_shots", gradual="out")
    assert outcome.counts["added"] == {"cut": 1, "gap": 2}
    assert outcome.line == "1 cut, 2 gaps; 1 uncertain."
    assert film.cuts(1) == film.cuts(2) == CUT_OUT and ends(film) == ends(film, 2) == [31, 71, 151]
    bpy.ops.ed.undo()
    assert not film.changed_since(before)
    bpy.ops.ed.redo()
    assert film.cuts(1) == film.cuts(2) == CUT_OUT
    outcome = film.run("detect_shots", gradual="out")
    assert outcome.line == "Nothing to change: 1 cut, 2 gaps stand already; 1 uncertain."


def test_the_redo_panel_goes_from_one_choice_to_the_other(film: CuttingRoom) -> None:
    was = json.dumps(to_json(Asked({"shots": (Meant("film"),)}, {"shots": to_json(ShotsOptions())})))
    seen = {}
    for chosen in ("middle", "ends", "out", "keep", "out", "middle"):
        film.run("detect_shots", from_panel=True, asked=was, names="film", gradual=chosen)
        seen[chosen] = (film.cuts(1), ends(film), marks(film))
        assert film.cuts(1) == film.cuts(2) and film.scene.assistant_editor.gradual == chosen
        bpy.ops.ed.undo()
        bpy.ops.ed.undo_push(message="as F9 does")
    ended = [(71, "003 dissolve start 90%"), (91, "003 dissolve end 90%"), (151, "004 wipe start 55%"), (161, "004 wipe end 55%")]
    ended = [(frame, f"Shot {name}") for frame, name in ended]
    assert seen == {
        "middle": ([31, 81, 156], [31, 81, 156], []),
        "ends": ([31], [31], ended),
        "out": (CUT_OUT, [31, 71, 151], []),
        "keep": ([31], [31], []),
    }


def test_pressed_again_with_another_choice_nothing_is_left_of_the_first(film: CuttingRoom) -> None:
    for chosen, cuts, ended in (("out", CUT_OUT, [31, 71, 151]), ("middle", [31, 81, 156], [31, 81, 156]), ("out", CUT_OUT, [31, 71, 151])):
        film.run("detect_shots", names="\n".join(s.name for s in film.strips if s.type == "MOVIE"), gradual=chosen, write_as="both")
        assert (film.cuts(1), ends(film), film.cuts(2), ends(film, 2)) == (cuts, ended, cuts, ended)
        assert [frame for frame, _ in marks(film)] == cuts
    film.run("detect_shots", strips="ALL", write_as="markers", gradual="keep")
    assert not film.cuts(1) and not film.cuts(2) and marks(film) == [(31, "Shot 002 cut 97%")]


def test_only_mark_never_splits(film: CuttingRoom) -> None:
    film.run("detect_shots", write_as="markers", gradual="out")
    assert not film.cuts(1) and [frame for frame, _ in marks(film)] == [31, 71, 91, 151, 161]


def test_a_locked_partner_is_refused_by_name_and_nothing_changes(film: CuttingRoom) -> None:
    film.strips["sound"].lock = True
    before = film.dump()
    with pytest.raises(RuntimeError, match="'sound' is locked"):
        film.run("detect_shots", names="film", gradual="out")
    assert desk.error is not None and desk.error.code == LOCKED
    assert not film.changed_since(before)


def test_what_the_editor_said_goes_before_what_was_found(film: CuttingRoom) -> None:
    medium = fingerprint(bpy.path.abspath(film.strips["film"].filepath))
    said = Corrections((Correction(medium, 80 / RATE, "no boundary", 80), Correction(medium, 120 / RATE, "boundary", 120)))
    tags.put_corrections(film.scene, corrections.dump(said))
    outcome = film.run("detect_shots", minimum_seconds=1.5)
    assert film.cuts(1) == film.cuts(2) == [121]
    own = next(row for row in outcome.edits if row["frame"] == 121)
    assert (own["confidence"], own["reason"]) == (1.0, "set by you")


def test_captions_leave_out_what_was_cut_out_and_a_second_run_changes_nothing(film: CuttingRoom) -> None:
    def all_of_it(**chosen: str) -> None:
        film.run("auto_edit", strips="ALL", max_lines=1, max_characters=12, **chosen)
        before = film.dump()
        outcome = film.run("auto_edit", strips="ALL", max_lines=1, max_characters=12, **chosen)
        assert not film.changed_since(before) and not any(outcome.counts.values()), chosen

    def heard() -> set[str]:
        return {word for *_frames, text in film.captions() for word in text.split()}

    whole = {word.text.strip() for word in WORDS}
    all_of_it(gradual="out")
    silent = {word.text.strip() for word in WORDS if 70 / RATE <= (word.start + word.end) / 2 < 90 / RATE}
    assert silent and heard().isdisjoint(silent) and heard() | silent <= whole
    all_of_it(gradual="middle")
    assert heard() == whole and film.cuts(1) == [31, 81, 156]
    bpy.ops.ed.undo()


def test_a_name_pattern_is_asked_for_where_markers_are_written() -> None:
    def shown(write_as: str, gradual: str) -> set[str]:
        props = SimpleNamespace(write_as=write_as, gradual=gradual, detector="content")
        return {name for name in options.SHOT_LIVE if name in options.NAMES_FOR and options.NAMES_FOR[name](props)}

    assert shown("cuts", "middle") == shown("cuts", "out") == set()
    assert shown("cuts", "ends") == shown("markers", "out") == shown("both", "keep") == {"marker_name"}
    assert shown("labels", "ends") == {"label_name"}
