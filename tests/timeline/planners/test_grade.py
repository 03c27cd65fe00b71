"""Grading on paper: what is planned for which shot, what shots of a scene share, what is keyed and what stands still."""

from __future__ import annotations

import base64
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from assistant_editor.ml.facts import Boundary, Colours, Shots, Span, Transition
from assistant_editor.ml.mattes import Grid
from assistant_editor.ml.styles import Styled
from assistant_editor.timeline import colour_match, graded_shots, moods, scene_grade
from assistant_editor.timeline.grade_looks import LOOKS, OF_MOOD
from assistant_editor.timeline.native_colour import Balance
from assistant_editor.timeline.planners.grade import GradeOptions, Known, Mood, plan
from assistant_editor.timeline.stage import Choice, Shown, Stage
from assistant_editor.timeline.standing import Standing
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from tests.timeline.test_auto_light import taken, walls
from tests.timeline.test_colour_match import other_place, picture

RATE = Fraction(25)
WIDTH = 336


def film(name: str, start: int, end: int, begins: int = 0, medium: str = "m", channel: int = 1) -> StripRef:
    source = SourceMap(Fraction(start - begins), RATE, Fraction(0), RATE, 1.0)
    return StripRef(name, "MOVIE", f"/{medium}", medium, channel, FrameRange(start, end), source, Span(Fraction(0), Fraction(400)))


def colours(*shots: np.ndarray, seconds: int = 2) -> Colours:
    """A medium whose shots last `seconds` each and have these colours; three samples a second."""
    rows, moments = [], []
    for number, shot in enumerate(shots):
        for sample in range(seconds * 3):
            moments.append(Fraction(number * seconds) + Fraction(sample, 3))
            rows.append(np.round(np.roll(shot, -37 * sample, axis=0)[:WIDTH] * 255).astype(np.uint8))
    span = Span(Fraction(0), Fraction(len(shots) * seconds))
    packed = base64.b64encode(np.stack(rows).tobytes()).decode()
    return Colours(span, Fraction(0), RATE, tuple(int(s * RATE) for s in moments), tuple(moments), WIDTH, packed)


def cuts(*frames: int, dissolve: tuple[int, int] | None = None) -> Shots:
    rows = [Boundary(frame, frame / RATE, 0.95) for frame in frames]
    if dissolve:
        first, last = dissolve
        span = Span(first / RATE, (last + 1) / RATE)
        rows.append(Boundary((first + last) // 2, Fraction(first + last, 2) / RATE, 0.95, Transition("dissolve", first, last, span)))
    return Shots(Span(Fraction(0), Fraction(400)), Fraction(0), RATE, 10000, "made", tuple(sorted(rows, key=lambda row: row.frame)))


def planned(strips: Any, known: Known, options: GradeOptions | None = None, choices: Any = (), saturation: float = 1.0) -> Any:
    shown = {strip.name: Shown((640.0, 360.0), saturation=saturation) for strip in strips}
    return plan(known, strips, options or GradeOptions(), Stage((640, 360), RATE, shown, tuple(choices)), Standing())


def one(done: Any) -> Any:
    (effect,) = done.effects
    return effect


def value(effect: Any, modifier: str, path: str) -> Any:
    found = next(part for part in effect.modifiers if part.name == modifier)
    return next(setting.value for setting in found.settings if setting.path == path)


DARK = taken(walls(1), -1.5, (0.25, 0.0, -0.3))


def test_a_dark_shot_gets_a_balance_that_stands_still() -> None:
    effect = one(planned([film("a", 1, 51)], Known({"m": colours(DARK)}, {"m": cuts()})))
    assert [part.type for part in effect.modifiers] == ["COLOR_BALANCE"]
    assert not effect.curves and not effect.modifiers[0].curves and not effect.settings
    assert value(effect, "Grade", "color_balance.correction_method") == "OFFSET_POWER_SLOPE"
    red, green, blue = value(effect, "Grade", "color_balance.slope")
    assert 1 < red < green < blue
    assert "brighter" in effect.why.reason and "cooler" in effect.why.reason
    assert (effect.identity.start, effect.identity.end) == (0, 2)


def test_shots_of_one_strip_are_keyed_and_hold() -> None:
    known = Known({"m": colours(DARK, walls(2), taken(other_place(3), -1.2))}, {"m": cuts(50, 100)})
    effect = one(planned([film("a", 1, 151)], known, GradeOptions(together=False)))
    (balance,) = effect.modifiers
    assert balance.curves and all(key.ease == "CONSTANT" for curve in balance.curves for key in curve.keys)
    slope = next(curve for curve in balance.curves if (curve.path, curve.index) == ("color_balance.slope", 2))
    assert [key.frame for key in slope.keys] == [1, 51, 101]


def test_a_dissolve_goes_from_grade_to_grade() -> None:
    known = Known({"m": colours(DARK, walls(2))}, {"m": cuts(dissolve=(46, 54))})
    effect = one(planned([film("a", 1, 101)], known, GradeOptions(together=False)))
    slope = next(curve for curve in effect.modifiers[0].curves if (curve.path, curve.index) == ("color_balance.slope", 2))
    assert [(key.frame, key.ease) for key in slope.keys] == [(1, "CONSTANT"), (46, "LINEAR"), (56, "CONSTANT")]
    assert slope.keys[0].value == slope.keys[1].value != slope.keys[2].value


def test_shots_of_a_scene_that_show_the_same_come_out_alike() -> None:
    """One street, filmed by two cameras in turn."""
    turns = [walls(1), DARK, walls(2), taken(walls(4), -1.5, (0.25, 0.0, -0.3))]
    known = Known({"m": colours(*turns)}, {"m": cuts(50, 100, 150)})

    def spread(together: bool) -> float:
        strips = [film(name, 1 + 50 * i, 51 + 50 * i, 50 * i) for i, name in enumerate("abcd")]
        done = planned(strips, known, GradeOptions(together=together))
        by_name = {effect.strip: effect for effect in done.effects}
        means = [played(by_name.get(name), turns[i]).mean(axis=0) for i, name in enumerate("abcd")]
        return float(np.ptp(np.array(means), axis=0).max())

    before = float(np.ptp(np.array([shot.mean(axis=0) for shot in turns]), axis=0).max())
    assert spread(True) < 0.15 * before
    assert spread(True) < 0.5 * spread(False)


def played(effect: Any, shot: np.ndarray) -> np.ndarray:
    """What Blender makes of a shot by an effect that stands still."""
    from assistant_editor.timeline import native_colour

    if effect is None:
        return shot
    factor = next((setting.value for setting in effect.settings if setting.path == "color_saturation"), 1.0)
    seen = native_colour.in_bytes(native_colour.saturated(shot, factor))
    for part in effect.modifiers:
        if part.type == "CURVES":
            seen = native_colour.in_bytes(native_colour.curved(seen, part.points[1:]))
            continue
        stored = {setting.path.rpartition(".")[2]: setting.value for setting in part.settings if isinstance(setting.value, tuple)}
        slope, offset, power = (np.array(stored.get(name, (1.0, 1.0, 1.0))) for name in ("slope", "offset", "power"))
        seen = native_colour.in_bytes(Balance(tuple(slope), tuple(offset - 1), tuple(1 / power)).of(seen))
    return seen


def test_shots_that_show_other_things_are_not_made_alike() -> None:
    known = Known({"m": colours(walls(1), other_place(2))}, {"m": cuts(50)}, scenes=(1,))
    strips = [film("a", 1, 51), film("b", 51, 101, 50)]
    alone = planned(strips, known, GradeOptions(together=False)).effects
    scene = planned(strips, known).effects
    assert [effect.modifiers for effect in alone] == [effect.modifiers for effect in scene]


def test_a_match_comes_near_its_reference() -> None:
    truth = picture(1)
    source = Balance((0.72, 0.66, 0.52), (0.03, 0.02, 0.05), (1.1, 1.05, 1.0)).of(truth)
    known = Known({"m": colours(source)}, {"m": cuts()}, colours(picture(2)), "hero")
    effect = one(planned([film("a", 1, 51)], known, GradeOptions("match")))
    near = np.abs(played(effect, source) - truth).mean()
    assert near < 0.3 * np.abs(source - truth).mean()
    half = one(planned([film("a", 1, 51)], known, GradeOptions("match", strength=0.5)))
    assert near < np.abs(played(half, source) - truth).mean() < 0.7 * np.abs(source - truth).mean()


def test_the_reference_itself_stays_as_it_is() -> None:
    strips = [film("hero", 1, 51), film("a", 51, 101, 50)]
    known = Known({"m": colours(walls(1), DARK)}, {"m": cuts(50)}, colours(walls(1)), "hero")
    done = planned(strips, known, GradeOptions("match"))
    assert [effect.strip for effect in done.effects] == ["a"]
    assert done.strips == ("a",)
    alone = planned(strips[:1], known, GradeOptions("match"))
    assert not alone.effects and "Select the strips" in alone.notices[0]


def test_looks_follow_the_mood_of_their_scene() -> None:
    known = Known({"m": colours(walls(1), walls(2))}, {"m": cuts(50)}, scenes=(1, 51), moods=(
        Mood("a", FrameRange(1, 51), "happy", 0.8), Mood("b", FrameRange(51, 81), "tense", 0.7), Mood("b", FrameRange(81, 101), "sad", 0.7),
    ))  # fmt: skip
    strips = [film("a", 1, 51), film("b", 51, 101, 50)]
    done = {effect.strip: effect for effect in planned(strips, known, GradeOptions("nothing", look="mood", look_strength=1.0)).effects}
    assert value(done["a"], "Look", "color_balance.slope") == LOOKS["warm"].balance.stored["slope"]
    assert value(done["b"], "Look", "color_balance.slope") == LOOKS["cold"].balance.stored["slope"]
    assert [setting.value for setting in done["a"].settings] == [LOOKS["warm"].saturation]


def test_every_mood_has_a_look_and_every_look_does_something() -> None:
    assert set(OF_MOOD) == set(moods.PLACES)
    for look in LOOKS.values():
        weak, none = look.shared(0.3), look.shared(0.0)
        assert (none.saturation, none.balance) == (1.0, Balance())
        shot = walls(9)
        assert 0.005 < np.abs(weak.balance.of(shot) - shot).mean() + abs(weak.saturation - 1) < 0.5


def test_strength_none_is_nothing() -> None:
    scene = Known({"m": colours(walls(1), DARK)}, {"m": cuts(50)}, scenes=(1,))
    assert not planned([film("a", 1, 51), film("b", 51, 101, 50)], scene, GradeOptions(strength=0.0)).effects
    known = Known({"m": colours(DARK)}, {"m": cuts()})
    assert not planned([film("a", 1, 51)], known, GradeOptions(strength=0.0)).effects
    assert not planned([film("a", 1, 51)], known, GradeOptions(exposure=False, white=False)).effects
    assert planned([film("a", 1, 51)], known, GradeOptions("nothing")).media == (("m", "grade"),)


def test_a_shot_can_be_left_out_or_weaker() -> None:
    known = Known({"m": colours(DARK, DARK)}, {"m": cuts(50)})
    second = Span(Fraction(2), Fraction(4))
    strips = [film("a", 1, 51), film("b", 51, 101, 50)]
    left = planned(strips, known, choices=[Choice("grade", "m", second, "leave")])
    assert [effect.strip for effect in left.effects] == ["a"]
    weaker = {effect.strip: effect for effect in planned(strips, known, choices=[Choice("grade", "m", second, "strength", "0.5")]).effects}
    assert 1 < value(weaker["b"], "Grade", "color_balance.slope")[2] < value(weaker["a"], "Grade", "color_balance.slope")[2]


def test_the_strips_own_saturation_is_kept_in_it() -> None:
    known = Known({"m": colours(walls(1))}, {"m": cuts()})
    effect = one(planned([film("a", 1, 51)], known, GradeOptions("nothing", look="vivid", look_strength=1.0), saturation=0.8))
    assert effect.settings[0].value == pytest.approx(0.8 * LOOKS["vivid"].saturation)


def test_what_was_not_seen_goes_on_as_before() -> None:
    """A shot between two samples."""
    facts = colours(DARK, walls(2))
    known = Known({"m": facts}, {"m": cuts(44, 49)})
    seconds = tuple(moment for moment in facts.seconds if not Fraction(44, 25) <= moment < Fraction(49, 25))
    rows = np.frombuffer(base64.b64decode(facts.points), np.uint8).reshape(len(facts.seconds), -1)
    kept = rows[[moment in seconds for moment in facts.seconds]]
    known = replace(known, colours={"m": replace(facts, seconds=seconds, points=base64.b64encode(kept.tobytes()).decode())})
    done = planned([film("a", 1, 101)], known, GradeOptions(together=False))
    slope = next(curve for curve in one(done).modifiers[0].curves if (curve.path, curve.index) == ("color_balance.slope", 2))
    assert [key.frame for key in slope.keys] == [1, 50]
    assert "too short" in done.notices[0]


def test_a_style_lies_over_all_but_what_was_left_out() -> None:
    strips = [film("a", 11, 161)]
    grid = Grid(RATE, RATE, 1.0, 0, 200)
    styled = Styled("a.style.mp4", "m", "asked", grid, 320, 180, "waves", folder="/styles")
    known = Known({"m": colours(walls(1), walls(2), walls(3))}, {"m": cuts(50, 100)}, styled={"a": styled})
    options = GradeOptions("nothing", look="warm", look_strength=0.6, style=True)
    left = [Choice("grade", "m", Span(Fraction(2), Fraction(4)), "leave")]
    effect = one(planned(strips, known, options, left))
    assert [(layer.type, layer.frames, layer.first, layer.file) for layer in effect.layers] == [
        ("MOVIE", FrameRange(11, 61), 0, "/styles/a.style.mp4"), ("MOVIE", FrameRange(111, 161), 100, "/styles/a.style.mp4"),
    ]  # fmt: skip
    settings = {setting.path: setting.value for setting in effect.layers[0].settings}
    assert settings["blend_alpha"] == 0.6 and not effect.layers[0].muted
    assert effect.layers[0].modifiers == effect.modifiers and "waves" in effect.why.reason
    covered = planned(strips, replace(known, concealed=frozenset("a")), options, left)
    assert not one(covered).layers and "covered or cut out" in covered.notices[0]
    missing = planned(strips, replace(known, styled={}), options, left)
    assert not one(missing).layers and "gets no style" in missing.notices[0]


def test_another_colour_space_is_refused_in_words() -> None:
    known = Known({"m": colours(DARK)}, {"m": cuts()})
    done = planned([film("a", 1, 51)], replace(known, space="Linear Rec.709"))
    assert not done.effects and not done.media and "Linear Rec.709" in done.notices[0]
    told = planned([film("a", 1, 51)], replace(known, view="AgX"))
    assert told.effects and "AgX" in told.notices[0]
    assert "nothing to match" in planned([film("a", 1, 51)], known, GradeOptions("match")).notices[0]
    assert "Log Footage" in planned([film("a", 1, 51)], known, GradeOptions("nothing", look="mood")).notices[0]


@pytest.mark.parametrize("together", [True, False])
def test_what_is_kept_of_earlier_plans_changes_none(together: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    shots = [taken(walls(number) if number % 3 else other_place(number), -0.2 * number, (0.05 * number, 0, 0)) for number in range(6)]
    strips = [film(f"s{number}", 1 + 50 * number, 51 + 50 * number, 50 * number) for number in range(6)]
    known = Known({"m": colours(*shots)}, {"m": cuts(*range(50, 300, 50))})
    asked = [GradeOptions(together=together, strength=strength, look=look) for strength in (1.0, 0.5) for look in ("", "warm")]
    first = [planned(strips, known, options) for options in asked]
    assert [planned(strips, known, options) for options in reversed(asked)] == first[::-1]
    for module, name in ((graded_shots, "unlike"), (colour_match, "unlike"), (colour_match, "transfer"), (scene_grade, "_fitted")):
        monkeypatch.setattr(module, name, getattr(module, name).__wrapped__)
    assert [planned(strips, known, options) for options in asked] == first
