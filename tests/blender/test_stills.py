"""Save Stills and Thumbnail Candidates, end to end: real worker, real weights, real footage, files on disk."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, USAGE
from assistant_editor.ml.stills import thumbnail_path
from assistant_editor.operators import save_pictures, stills
from assistant_editor.operators.desk import desk

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom

BIKES_CUTS = [1, 31, 77, 138, 188]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def size_of(path: Path) -> tuple[int, int]:
    image = bpy.data.images.load(str(path))
    try:
        return tuple(image.size)
    finally:
        bpy.data.images.remove(image)


def test_a_still_of_every_shot_and_a_contact_sheet_are_saved_and_the_timeline_stays(
    room: CuttingRoom, talkie: Path, tmp_path: Path
) -> None:
    room.lay(talkie)
    before = room.dump()
    folder = tmp_path / "new" / "stills"
    outcome = room.run("save_stills", stills_folder=str(folder), detector="adaptive")
    assert not room.changed_since(before)
    assert names(folder) == ["contact_sheet.png", *(f"talkie_{number:03}.png" for number in range(1, 6))]
    assert size_of(folder / "talkie_001.png") == (640, 272)
    assert outcome.counts["added"] == {"still": 5, "contact sheet": 1} and not outcome.partial
    assert outcome.line == "1 contact sheet, 5 stills."
    ends = [*BIKES_CUTS[1:], 251]
    for row, start, end in zip(outcome.edits, BIKES_CUTS, ends, strict=True):
        assert start + 2 <= row["frame"] < end - 2 and row["strip"] == "film"
        assert Path(row["file"]).is_file() and 0 < row["confidence"] <= 1 and "sharpness" in row["reason"]
