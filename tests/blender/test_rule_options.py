"""Rules as options: a preset's name is enough, numbers go before it, a change by hand makes them one's own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import bpy
import pytest
from assistant_editor.operators import rule_options, settings
from assistant_editor.timeline.caption_rules import PRESETS, CaptionRules

from tests.blender.cutting_room import CuttingRoom


@pytest.fixture
def room() -> CuttingRoom:
    return CuttingRoom()


def meant(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch, **options: object) -> tuple[str, CaptionRules]:
    """What a call of the operator from a script stands for, and what it is called."""
    seen: list[tuple[str, CaptionRules]] = []

    def execute(self: object, context: object) -> set[str]:
        settings.seed(self, room.scene)
        seen.append((self.rules, rule_options.caption_rules(self)))
        return {"CANCELLED"}

    monkeypatch.setattr(bpy.types.ASSISTANT_EDITOR_OT_auto_captions, "execute", execute)
    room.scene.sequence_editor_create()
    bpy.ops.assistant_editor.auto_captions("EXEC_DEFAULT", **options)
    return seen[0]


def test_there_is_an_item_for_every_preset() -> None:
    assert [name for name, *_words in rule_options.RULES] == [*PRESETS, "own"]
    assert set(rule_options.VALUES.values()) | {"guide"} >= set(CaptionRules.__dataclass_fields__)


@pytest.mark.parametrize("name", PRESETS)
def test_a_name_is_enough(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert meant(room, monkeypatch, rules=name) == (name, PRESETS[name])
    room.scene.assistant_editor.rules = "bbc"
    assert meant(room, monkeypatch, rules=name) == (name, PRESETS[name])
    room.scene.assistant_editor.max_words = 5
    assert meant(room, monkeypatch, rules=name) == (name, PRESETS[name])
    room.scene.assistant_editor.rules = name
    assert meant(room, monkeypatch) == (name, PRESETS[name])


@pytest.mark.parametrize("order", [("rules", "max_characters", "lead_in"), ("lead_in", "max_characters", "rules")])
def test_numbers_go_before_a_name(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch, order: tuple[str, ...]) -> None:
    given = {"rules": "bbc", "max_characters": 30, "lead_in": 0.25}
    name, rules = meant(room, monkeypatch, **{key: given[key] for key in order})
    assert name == "own"
    assert rules == replace(PRESETS["bbc"], max_characters=30, lead_in=Fraction(1, 4), guide="")


def test_numbers_alone_change_the_scenes_rules(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.scene.assistant_editor.rules = "bbc"
    assert meant(room, monkeypatch, gap_frames=5) == ("own", replace(PRESETS["bbc"], gap_frames=5, guide=""))
    assert room.scene.assistant_editor.rules == "bbc"


def test_a_number_that_a_preset_has_anyway_is_no_change(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    name, rules = meant(room, monkeypatch, rules="bbc", max_characters=PRESETS["bbc"].max_characters)
    assert (name, rules) == ("bbc", PRESETS["bbc"])


def test_in_the_panel_a_preset_fills_in_and_a_change_makes_it_own(room: CuttingRoom) -> None:
    props = room.scene.assistant_editor
    props.rules = "short"
    assert (props.max_words, props.max_lines) == (3, 1)
    props.max_words = 2
    assert props.rules == "own"
    assert rule_options.caption_rules(props) == replace(PRESETS["short"], max_words=2, guide="")
    props.rules = "netflix"
    assert rule_options.caption_rules(props) == PRESETS["netflix"]
    props.rules = "own"
    assert rule_options.caption_rules(props) == replace(PRESETS["netflix"], guide="")


def test_what_was_chosen_is_remembered_as_it_was(room: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    def execute(self: object, context: object) -> set[str]:
        settings.seed(self, room.scene)
        settings.remember(self, room.scene)
        return {"CANCELLED"}

    monkeypatch.setattr(bpy.types.ASSISTANT_EDITOR_OT_auto_captions, "execute", execute)
    room.scene.sequence_editor_create()
    bpy.ops.assistant_editor.auto_captions("EXEC_DEFAULT", rules="youtube")
    assert room.scene.assistant_editor.rules == "youtube"
    assert rule_options.caption_rules(room.scene.assistant_editor) == PRESETS["youtube"]
    bpy.ops.assistant_editor.auto_captions("EXEC_DEFAULT", max_lines=3)
    assert room.scene.assistant_editor.rules == "own" and room.scene.assistant_editor.max_lines == 3
