"""Anonymise in Blender: a disc that must not be seen in any rendered frame, wherever its strip lies and whatever is done to it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import SightingsOptions
from assistant_editor.timeline import compat

from tests import spot_film
from tests.blender import effect_room as effects
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom
from tests.blender.effect_room import Before
from tests.blender.stage import add_effect
from tests.timeline.made_sightings import sightings, track

EVERY = range(1, spot_film.FRAMES + 1)
SOME = (1, 2, 9, 20, 30, 31, 32, 50)
"""The first and the last, and those around the cut."""


@pytest.fixture(scope="session")
def spots(worker_python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    film = tmp_path_factory.mktemp("spots") / "spots.mp4"
    done = subprocess.run([worker_python, spot_film.__file__, str(film)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return film


@pytest.fixture
def laid(room: CuttingRoom, spots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    """The film, and what was found in it: the disc in the first and last ten frames of its first shot, and in some of its second."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    seen = [0.9] * 10 + [0.0] * 10 + [0.9] * (spot_film.CUT - 20)
    first = track(0, [spot_film.box(n) for n in range(spot_film.CUT)], seen)
    late = spot_film.CUT + 8
    second = track(late, [spot_film.box(n) for n in range(late, spot_film.FRAMES - 6)])
    facts = sightings([first, second], spot_film.FRAMES, [spot_film.CUT], spot_film.SIZE, spot_film.RATE)
    stored = Cache(tmp_path / "cache").store("sightings", fingerprint(str(spots)), SightingsOptions(), facts, whole=True)
    assert stored == ""
    room.lay(spots, sound=False)
    room.scene.render.resolution_x, room.scene.render.resolution_y = spot_film.SIZE
    room.scene.view_settings.view_transform = "Standard"
    bpy.ops.ed.undo_push(message="laid out")
    return room


def bare(room: CuttingRoom, frames: Any = SOME) -> dict[int, int]:
    """In which of these frames something of the disc is seen, and how much."""
    found = {frame: spot_film.bare(pixels) for frame, pixels in effects.pictures(room, frames).items()}
    return {frame: count for frame, count in found.items() if count}


@pytest.mark.parametrize("method", ["blur", "pixelate", "cover"])
def test_nothing_of_it_is_seen_in_any_frame(laid: CuttingRoom, method: str) -> None:
    assert set(bare(laid)) == set(SOME)
    plain = effects.picture(laid, 9)
    outcome = laid.run("anonymise", privacy_method=method)
    assert outcome.counts["added"] == {"privacy": 2} and not outcome.partial
    assert not bare(laid, EVERY if method == "blur" else SOME)
    now = effects.picture(laid, 9)
    changed = np.abs(now - plain).max(axis=2) > 0.02
    assert changed.mean() < 0.25, "all else stays as it is"
    x, y = spot_film.middle(8)
    assert (
        changed[round(179 - y) - 9 : round(179 - y) + 9, round(x) - 9 : round(x) + 9].mean() > 0.45
    )  # the black squares stay


def test_frames_without_a_view_are_what_following_and_holding_are_for(laid: CuttingRoom) -> None:
    laid.run("anonymise", privacy_hold=0.0, privacy_margin=0.0)
    assert bare(laid, (spot_film.CUT + 2, spot_film.CUT + 4)), "before it was first seen nothing was known of it"
    assert not bare(laid, (12, 15, 18)), "and between two views it is covered"


def test_wherever_the_strip_lies(laid: CuttingRoom) -> None:
    transform = laid.strips["film"].transform
    transform.scale_x = transform.scale_y = 1.4
    transform.offset_x, transform.rotation = -25.0, 0.3
    laid.strips["film"].use_flip_x = True
    assert bare(laid)
    laid.run("anonymise", privacy_margin=0.05)
    assert not bare(laid)


def test_where_it_is_keyed_and_under_a_keyed_adjustment_strip(laid: CuttingRoom) -> None:
    transform = laid.strips["film"].transform
    for frame, offset in ((1, -40.0), (50, 60.0)):
        transform.offset_x = offset
        transform.keyframe_insert("offset_x", frame=frame)
    zoom = add_effect(laid.scene, "ADJUSTMENT", "zoom", 3, 5, 51)
    for frame, scale in ((5, 1.0), (30, 1.8)):
        zoom.transform.scale_x = zoom.transform.scale_y = scale
        zoom.transform.keyframe_insert("scale_x", frame=frame)
        zoom.transform.keyframe_insert("scale_y", frame=frame)
    assert bare(laid)
    laid.run("anonymise", privacy_margin=0.05)
    assert all(one.channel > 3 for one in effects.layers(laid, "privacy"))
    assert not bare(laid)


def test_in_an_upright_frame_of_another_size(laid: CuttingRoom) -> None:
    laid.scene.render.resolution_x, laid.scene.render.resolution_y = 181, 321
    laid.strips["film"].transform.scale_x = laid.strips["film"].transform.scale_y = 0.55
    laid.run("anonymise", privacy_method="pixelate", privacy_margin=0.05)
    assert not bare(laid)


def test_a_strip_that_was_moved_trimmed_and_split(laid: CuttingRoom) -> None:
    film = laid.strips["film"]
    compat.set_left(film, 6)
    film.split(frame=22, split_method="SOFT")
    laid.run("anonymise")
    assert not bare(laid, (6, 14, 21, 22, 30, 31, 50))


def test_again_with_the_same_changes_nothing_and_with_others_what_is_ours(laid: CuttingRoom) -> None:
    laid.run("anonymise")
    first = laid.dump()
    again = laid.run("anonymise").counts
    assert not again["added"] and not again["updated"] and not again["removed"]
    assert not laid.changed_since(first)
    laid.run("anonymise", privacy_method="cover")
    assert {layer.type for layer in effects.layers(laid, "privacy")} == {"COLOR"}
    assert not bare(laid)


def test_taken_away_all_is_as_it_was(laid: CuttingRoom) -> None:
    before = Before(laid)
    laid.run("anonymise")
    bpy.ops.assistant_editor.remove_effects(kind="privacy")
    before.is_back()


def test_covers_that_were_taken_away_by_hand_stay_away_and_that_is_said(laid: CuttingRoom) -> None:
    laid.run("anonymise", privacy_method="cover")
    laid.strips.remove(effects.layers(laid, "privacy")[0])
    outcome = laid.run("anonymise", privacy_method="cover")
    assert len(effects.layers(laid, "privacy")) == 1 and any("NOT covered" in notice for notice in outcome.notices)
    bpy.ops.assistant_editor.remove_effects(kind="privacy", changed_too=True)
    outcome = laid.run("anonymise", privacy_method="cover")
    assert not any("NOT covered" in notice for notice in outcome.notices) and not bare(laid)


def test_the_file_renders_alike_without_the_extension(laid: CuttingRoom) -> None:
    laid.run("anonymise")
    effects.same_without_extension(laid, (9, 31, 45), but_corner=True)


def test_by_the_command_line(laid: CuttingRoom, tmp_path: Path) -> None:
    assert cli.main(["anonymise", "--json", str(tmp_path / "told.json"), "--options", "privacy_method=cover"]) == 0
    assert (tmp_path / "told.json").is_file() and not bare(laid)


def test_where_nobody_can_look_what_covers_stays(laid: CuttingRoom) -> None:
    laid.run("anonymise")
    standing = len(effects.layers(laid, "privacy"))
    with pytest.raises(RuntimeError):  # no worker, so nobody looked
        bpy.ops.assistant_editor.anonymise("EXEC_DEFAULT", True, privacy_what="plates")
    assert len(effects.layers(laid, "privacy")) == standing == 6
