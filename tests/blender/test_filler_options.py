"""Fillers and takes as options: the defaults are the planners' own, and everything that is asked arrives there."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction

import pytest
from assistant_editor.ml.models import speech_model
from assistant_editor.operators import caption_options, filler_options, settings
from assistant_editor.timeline.planners.fillers import KINDS, FillerOptions
from assistant_editor.timeline.planners.takes import TakeOptions

from tests.blender.cutting_room import CuttingRoom


@pytest.fixture
def props():
    return CuttingRoom().scene.assistant_editor


def test_a_fresh_scene_has_the_planners_defaults(props) -> None:
    assert filler_options.fillers_plan(props) == FillerOptions()
    assert filler_options.takes_plan(props) == TakeOptions()
    assert set(filler_options.NAMES) <= set(settings.NAMES)


def test_there_is_a_property_for_every_kind_and_option(props) -> None:
    assert tuple(filler_options.KINDS.values()) == KINDS
    assert len(filler_options.TAKE_RULES) == len(fields(TakeOptions))
    assert len(filler_options.FILLER_RULES) == len(KINDS) + len(fields(FillerOptions)) - 1


def test_what_is_chosen_arrives(props) -> None:
    props.fill_phrases = props.fill_drawn = False
    props.fill_languages, props.fill_own = " DE, en;", "you guys,  at the  end ,"
    props.fill_pause, props.fill_least = 0.3, 0.25
    found = filler_options.fillers_plan(props)
    assert found.kinds == ("sounds", "repeats", "restarts", "unwritten")
    assert (found.languages, found.own) == (("de", "en"), ("you guys", "at the end"))
    assert (found.pause, found.least) == (Fraction(3, 10), 0.25)
    props.take_prefer, props.take_minutes, props.take_across = "longest", 2.5, False
    told = filler_options.takes_plan(props)
    assert (told.prefer, told.within, told.across) == ("longest", Fraction(150), False)


def test_verbatim_asks_for_another_hearing_and_captions_do_not(props) -> None:
    assert props.verbatim and filler_options.spoken_task(props).verbatim
    assert not caption_options.transcript_task(props).verbatim
    props.verbatim = False
    assert filler_options.spoken_task(props) == caption_options.transcript_task(props)


@pytest.mark.parametrize("named", ["crisper", "own-crisper", " whisper-own-crisper "])
def test_a_verbatim_model_of_ones_own_is_asked_for_by_its_name(props, named: str) -> None:
    props.verbatim_model = named
    task = filler_options.spoken_task(props)
    assert (task.engine, task.model, task.verbatim) == ("faster-whisper", "own-crisper", True)
    assert speech_model(task.engine, task.model) == "whisper-own-crisper"
    props.verbatim = False
    assert filler_options.spoken_task(props).model == props.model
