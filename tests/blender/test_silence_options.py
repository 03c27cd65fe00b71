"""How silences are dealt with, as options: a preset's name is enough, and a change by hand makes it one's own."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

import pytest
from assistant_editor.ml.facts import SoundsOptions
from assistant_editor.operators import settings, silence_options
from assistant_editor.timeline.planners.silences import PRESETS, SilenceOptions

from tests.blender.cutting_room import CuttingRoom


@pytest.fixture
def props():
    return CuttingRoom().scene.assistant_editor


def test_there_is_an_item_for_every_preset_and_a_property_for_every_option() -> None:
    assert [name for name, *_words in silence_options.RULES] == [*PRESETS, "own"]
    assert set(silence_options.VALUES.values()) == {field.name for field in fields(SilenceOptions)}
    assert set(silence_options.NAMES) <= set(settings.NAMES)


def test_a_fresh_scene_has_the_values_of_the_preset_it_names(props) -> None:
    assert silence_options.silences_plan(props) == PRESETS[props.silence_rules] == PRESETS["vlog"]


@pytest.mark.parametrize("name", PRESETS)
def test_choosing_a_preset_fills_in_its_values(props, name: str) -> None:
    props.silence_rules = name
    assert props.silence_rules == name and silence_options.silences_plan(props) == PRESETS[name]


def test_what_a_preset_says_of_itself_is_so() -> None:
    told = {name: text for name, _label, text in silence_options.RULES}
    assert "a second" in told["podcast"] and PRESETS["podcast"].minimum == 1 and PRESETS["podcast"].keep == Fraction(1, 2)
    assert "four times" in told["tutorial"] and PRESETS["tutorial"].speed == 4
    assert "1.5 seconds" in told["interview"] and PRESETS["interview"].minimum == Fraction(3, 2)
    assert "0.8 seconds" in told["interview"] and PRESETS["interview"].keep == Fraction(4, 5)
    assert "quarter" in told["short"] and PRESETS["short"].minimum == Fraction(1, 4)
    assert "half a second" in told["vlog"] and PRESETS["vlog"].minimum == Fraction(1, 2)


def test_a_change_by_hand_is_ones_own(props) -> None:
    props.silence_rules = "podcast"
    props.silence_after = 0.333
    assert props.silence_rules == "own"
    assert silence_options.silences_plan(props) == replace(PRESETS["podcast"], after=Fraction(333, 1000))
    props.silence_offset = 4.5
    assert silence_options.silences_plan(props).offset == 4.5


def test_music_is_asked_for_where_it_can_be_told(props, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant_editor.ml import models

    there = [True]
    monkeypatch.setattr(models, "installed", lambda name, folder: there[0] and name == "speech-music-noise")
    assert silence_options.sounds_task(props) == SoundsOptions() and silence_options.absent(props) == ()
    there[0] = False
    assert silence_options.sounds_task(props) is None and silence_options.absent(props) == (silence_options.NO_MUSIC,)
    props.silence_music = False
    assert silence_options.sounds_task(props) is None and silence_options.absent(props) == ()


def test_what_matters_only_beside_another_option_says_so(props) -> None:
    props.silence_way = "shorten"
    assert silence_options.BESIDE["silence_keep"](props) and not silence_options.BESIDE["silence_speed"](props)
    props.silence_way = "speed"
    assert silence_options.BESIDE["silence_speed"](props) and not silence_options.BESIDE["silence_keep"](props)
