"""The look as options: its name is enough, values go before it, and it suits the picture's shape."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import bpy
import pytest
from assistant_editor.operators import look_options, settings
from assistant_editor.timeline.caption_looks import PRESETS, fitted
from assistant_editor.timeline.plan import CaptionStyle, Motion
from assistant_editor.timeline.planners.captions import CaptionOptions

from tests.blender.cutting_room import CuttingRoom


@pytest.fixture
def room() -> CuttingRoom:
    return CuttingRoom()


def meant(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch, **options: object) -> tuple[str, CaptionStyle]:
    """What a call of the operator from a script stands for: the look's name and the style."""
    seen: list[tuple[str, CaptionStyle]] = []

    def execute(self: object, context: object) -> set[str]:
        settings.seed(self, room.scene)
        settings.remember(self, room.scene)
        seen.append((self.look, look_options.caption_style(self)))
        return {"CANCELLED"}

    monkeypatch.setattr(bpy.types.ASSISTANT_EDITOR_OT_auto_captions, "execute", execute)
    room.scene.sequence_editor_create()
    bpy.ops.assistant_editor.auto_captions("EXEC_DEFAULT", **options)
    return seen[0]


def shape(room: CuttingRoom, width: int, height: int) -> None:
    room.scene.render.resolution_x, room.scene.render.resolution_y = width, height


def test_there_is_an_item_for_every_look_and_an_option_for_every_part_of_a_style() -> None:
    assert [name for name, *_words in look_options.LOOKS] == [*PRESETS, "own"]
    assert set(look_options.STYLE) == set(CaptionStyle.__dataclass_fields__)
    assert tuple(name for name, *_words in look_options.MOTIONS) == get_args(Motion)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1080, 1080)])
def test_a_name_is_enough(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch, name: str, size: tuple[int, int]) -> None:
    shape(room, *size)
    expected = (name, fitted(PRESETS[name], *size))
    assert meant(room, monkeypatch, look=name) == expected
    assert room.scene.assistant_editor.look == name
    assert meant(room, monkeypatch) == expected, "the scene remembers it"


def test_a_look_suits_the_picture_it_is_used_in_also_when_that_changes(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    shape(room, 1920, 1080)
    meant(room, monkeypatch, look="social")
    shape(room, 1080, 1920)
    name, style = meant(room, monkeypatch)
    assert name == "social" and style == fitted(PRESETS["social"], 1080, 1920)


def test_values_go_before_a_look(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    shape(room, 1920, 1080)
    name, style = meant(room, monkeypatch, color=(1.0, 1.0, 0.0, 1.0), look="box")
    assert name == "own" and style == replace(PRESETS["box"], color=(1.0, 1.0, 0.0, 1.0))
    name, style = meant(room, monkeypatch, box=False)
    assert name == "own" and style == replace(PRESETS["box"], color=(1.0, 1.0, 0.0, 1.0), box=False), "the rest is the scene's"


def test_in_the_panel_a_look_fills_in_and_a_change_makes_it_own(room: CuttingRoom) -> None:
    shape(room, 1920, 1080)
    props = room.scene.assistant_editor
    props.look = "box"
    assert look_options.caption_style(props) == PRESETS["box"]
    props.font_size = 0.08
    assert props.look == "own" and look_options.caption_style(props) == replace(PRESETS["box"], font_size=0.08)


def test_what_stands_before_anything_is_chosen_is_the_planners_own(room: CuttingRoom) -> None:
    fresh = bpy.data.scenes.new("fresh").assistant_editor
    assert fresh.look == "broadcast" and look_options.caption_style(fresh) == CaptionOptions().style == PRESETS["broadcast"]


def test_a_style_can_be_put_into_the_settings(room: CuttingRoom) -> None:
    shape(room, 1920, 1080)
    props = room.scene.assistant_editor
    props.look = "cinema"
    look_options.put_style(props, replace(PRESETS["cinema"], italic=True))
    assert props.look == "own" and look_options.caption_style(props).italic
    props.look = "cinema"
    look_options.put_style(props, PRESETS["cinema"])
    assert props.look == "cinema"
