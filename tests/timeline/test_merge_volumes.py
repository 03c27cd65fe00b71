"""What becomes of volumes over several runs: a mixing desk of values, on which the writer's and the editor's hands are played."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline import faders, ledger, merge, merge_volumes
from assistant_editor.timeline.faders import Fader
from assistant_editor.timeline.plan import Identity, Plan, Volume, Why
from assistant_editor.timeline.state import Timeline
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline import paper
from tests.timeline.paper import strip

DUCKED = ((100, 1.0), (110, 0.25), (200, 0.25), (220, 1.0))
OTHER = ((300, 1.0), (310, 0.5), (350, 0.5), (360, 1.0))


FULL = Fader(1.0)


def desk(volume=FULL, *more, **about):
    return paper.timeline(strip("music", 1, 501, origin=1, kind="SOUND", volume=volume, **about), *more)


def wish(line: Timeline, *layers, names=None, **points):
    """A plan that decides about `layers` of all strips: `music=points` in the first of them."""
    edits = []
    for name, wanted in points.items():
        ref = line.strip(name)
        identity = Identity(ref.medium, "volume", ref.visible.start, ref.visible.end)
        edits.append(Volume(identity, Why(1.0, "a reason"), name, ref.frames, layers[0], wanted))
    strips = tuple(ref.name for ref in line.strips) if names is None else names
    return Plan(tuple(edits), (), tuple({(ref.medium, "volume") for ref in line.strips}), strips, layers=layers)


def run(line: Timeline, plan: Plan):
    """(the timeline once it is written, the changes)"""
    changes = merge.merge(line, plan)
    wanted = {}
    for change in (*changes.adds, *changes.updates):
        wanted[change.edit.strip] = change.edit.fader
    wanted.update({remove.target: remove.fader for remove in changes.removes})
    strips = tuple(replace(ref, volume=wanted.get(ref.name, ref.volume)) for ref in line.strips)
    return replace(line, strips=strips, ledger=changes.ledger), changes


def played(line: Timeline, name="music"):
    return line.strip(name).volume


def set_volume(line: Timeline, volume: Fader, name="music"):
    return replace(line, strips=tuple(replace(ref, volume=volume) if ref.name == name else ref for ref in line.strips))


def nothing(changes):
    return not (changes.adds or changes.updates or changes.removes)


def test_a_run_writes_a_second_changes_nothing_and_none_takes_away():
    line, changes = run(desk(), wish(desk(), "duck", music=DUCKED))
    assert len(changes.adds) == 1 and played(line).points == DUCKED
    again, changes = run(line, wish(line, "duck", music=DUCKED))
    assert nothing(changes) and changes.unchanged == 1 and again == line
    gone, changes = run(line, wish(line, "duck"))
    assert len(changes.removes) == 1 and played(gone) == Fader(1.0)
    assert not ledger.load(gone.ledger).records


def test_other_points_are_followed():
    line, _ = run(desk(Fader(0.8)), wish(desk(Fader(0.8)), "duck", music=DUCKED))
    line, changes = run(line, wish(line, "duck", music=OTHER))
    assert len(changes.updates) == 1
    assert [value for _frame, value in played(line).points] == pytest.approx([0.8, 0.4, 0.4, 0.8])


def test_layers_do_not_know_of_each_other():
    line, _ = run(desk(), wish(desk(), "duck", music=DUCKED))
    line, _ = run(line, wish(line, "level", music=((1, 0.5),)))
    assert [value for _frame, value in played(line).points] == pytest.approx([0.5, 0.125, 0.125, 0.5])
    without_duck, _ = run(line, wish(line, "duck"))
    assert played(without_duck) == Fader(0.5)
    without_level, _ = run(line, wish(line, "level"))
    assert played(without_level).points == DUCKED
    neither, changes = run(line, wish(line, "duck", "level"))
    assert played(neither) == Fader(1.0) and len(changes.removes) == 1


def test_keyframes_of_the_editor_are_left_alone_and_told():
    his = Fader(1.0, ((1.0, 1.0), (200.0, 0.4), (400.0, 0.9)), ("BEZIER",) * 3)
    line, changes = run(desk(his), wish(desk(his), "duck", music=DUCKED))
    assert nothing(changes) and played(line) == his
    assert changes.notices == ("The volume of 'music' is left as it is: it is animated by keyframes of your own.",)


@pytest.mark.parametrize("about", [{"held": "strip 'music' is locked"}, {"volume": Fader(1.0, held="a driver sets it")}])
def test_what_must_not_be_touched_is_not(about):
    line = desk(**about)
    after, changes = run(line, wish(line, "duck", music=DUCKED))
    assert nothing(changes) and after.strips == line.strips and "is left as it is" in changes.notices[0]


def test_what_he_changed_since_is_his():
    line, _ = run(desk(), wish(desk(), "duck", music=DUCKED))
    changed = Fader(1.0, ((100.0, 1.0), (110.0, 0.5), (200.0, 0.25), (220.0, 1.0)), ("LINEAR",) * 4)
    line = set_volume(line, changed)
    for _ in range(2):
        line, changes = run(line, wish(line, "duck", music=OTHER))
        assert nothing(changes) and changes.kept == 1 and played(line) == changed
    line, changes = run(line, wish(line, "duck"))
    assert nothing(changes) and played(line) == changed


def test_what_he_took_away_stays_away():
    line, _ = run(desk(Fader(0.7)), wish(desk(Fader(0.7)), "duck", music=DUCKED))
    line = set_volume(line, Fader(0.7))
    for _ in range(3):
        line, changes = run(line, wish(line, "duck", music=DUCKED))
        assert nothing(changes) and played(line) == Fader(0.7)
    assert [record.state for record in ledger.load(line.ledger).records] == ["deleted"]


def test_fades_he_adds_later_go_along_and_stay_when_ours_go():
    line, _ = run(desk(), wish(desk(), "duck", music=DUCKED))
    faded = Fader(1.0, ((1.0, 0.0), (26.0, 1.0), *((float(f), v) for f, v in DUCKED), (476.0, 1.0), (501.0, 0.0)), ("LINEAR",) * 8)
    line = set_volume(line, faded)
    line, changes = run(line, wish(line, "duck", music=OTHER))
    assert not changes.kept and [frame for frame, _value in played(line).points] == [1, 26, 300, 310, 350, 360, 476, 501]
    line, _ = run(line, wish(line, "duck"))
    assert played(line).points == ((1.0, 0.0), (26.0, 1.0), (476.0, 1.0), (501.0, 0.0))


def test_it_follows_a_strip_that_is_moved_with_its_keyframes():
    line, _ = run(desk(), wish(desk(), "duck", music=DUCKED))
    moved = tuple((frame + 50.0, value) for frame, value in DUCKED)
    line = paper.timeline(
        strip("music", 51, 551, origin=51, kind="SOUND", volume=Fader(1.0, moved, ("LINEAR",) * 4)), ledger=line.ledger
    )
    after, changes = run(line, wish(line, "duck", music=tuple((int(frame), value) for frame, value in moved)))
    assert nothing(changes) and changes.unchanged == 1
    after, changes = run(line, wish(line, "duck", music=DUCKED))
    assert len(changes.updates) == 1 and played(after).points == DUCKED


def halves(line: Timeline, frame: int) -> Timeline:
    """A split: both halves have all the keyframes."""
    ref = line.strip("music")
    left = replace(ref, frames=replace(ref.frames, end=frame))
    right = replace(ref, name="music.001", frames=replace(ref.frames, start=frame))
    return paper.refreshed(replace(line, strips=(left, right)))


def test_both_halves_of_a_split_are_ours():
    line, _ = run(desk(), wish(desk(), "duck", music=DUCKED))
    line = halves(line, 150)
    wanted = {"music": ((100, 1.0), (110, 0.5), (150, 0.5)), "music.001": ((150, 0.5), (200, 0.5), (220, 1.0))}
    line, changes = run(line, wish(line, "duck", **wanted))
    assert not changes.kept and len(changes.updates) + len(changes.adds) == 2
    assert played(line).points[0] == (100, 1.0) and played(line, "music.001").points[-1] == (220, 1.0)
    line, changes = run(line, wish(line, "duck", **wanted))
    assert nothing(changes)
    line, changes = run(line, wish(line, "duck"))
    assert played(line) == played(line, "music.001") == Fader(1.0) and len(changes.removes) == 2


def test_a_half_he_changed_is_his_and_the_other_follows():
    line, _ = run(desk(), wish(desk(), "duck", music=DUCKED))
    line = set_volume(halves(line, 150), Fader(0.3), "music.001")
    line, changes = run(line, wish(line, "duck", music=((100, 1.0), (110, 0.5), (150, 0.5))))
    assert changes.kept == 1 and played(line, "music.001") == Fader(0.3)
    assert played(line).points[1] == (110, 0.5)


def test_a_plan_speaks_for_its_own_strips_alone():
    line = desk(Fader(1.0), strip("other", 1, 501, origin=1, kind="SOUND", medium="n", volume=Fader(1.0)))
    line, _ = run(line, wish(line, "duck", music=DUCKED, other=DUCKED))
    line, changes = run(line, wish(line, "duck", names=("other",)))
    assert played(line).points == DUCKED and played(line, "other") == Fader(1.0) and len(changes.removes) == 1


def test_plans_without_volumes_leave_them_alone():
    line, _ = run(desk(), wish(desk(), "duck", music=DUCKED))
    after, changes = run(line, Plan(media=(("m", "volume"), ("m", "cut"))))
    assert nothing(changes) and after == line


def test_the_layers_in_force_are_told():
    line, _ = run(desk(Fader(0.5)), wish(desk(Fader(0.5)), "level", music=((1, 0.5),)))
    (mix,) = merge.volumes(line).values()
    assert mix.base == 0.5 and faders.at(mix.level, Fraction(3)) == 0.5
    assert not merge.volumes(set_volume(line, Fader(0.9)))


def test_cleared_means_every_layer_that_is_named():
    line, _ = run(desk(), wish(desk(), "duck", music=DUCKED))
    line, _ = run(line, wish(line, "level", music=((1, 0.5),)))
    line, _ = run(line, merge_volumes.cleared(line, ("music",), ("level",)))
    assert played(line).points == DUCKED
    line, _ = run(line, merge_volumes.cleared(line, ("music",), merge_volumes.LAYERS))
    assert played(line) == Fader(1.0)


def test_a_damaged_record_is_said_not_lost():
    line, _ = run(desk(), wish(desk(), "duck", music=DUCKED))
    with pytest.raises(EditorError, match="cannot be read"):
        merge.merge(replace(line, ledger=line.ledger.replace('\\"base\\"', '\\"bass\\"')), wish(line, "duck"))


points = st.lists(st.tuples(st.integers(1, 500), st.floats(0.1, 1.0)), min_size=1, max_size=6, unique_by=lambda point: point[0]).map(sorted)


@given(st.floats(0.1, 2.0), st.lists(st.tuples(st.sampled_from(["duck", "level"]), st.none() | points), min_size=1, max_size=6))
def test_whatever_is_run_nothing_is_doubled_and_all_of_it_goes_again(base, runs):
    line = desk(Fader(base))
    latest = {}
    for layer, wanted in runs:
        plan = wish(line, layer, **({"music": tuple(wanted)} if wanted else {}))
        line, changes = run(line, plan)
        latest[layer] = wanted
        assert not changes.kept and len(ledger.load(line.ledger).records) <= 1
        layers = [tuple((Fraction(frame), factor) for frame, factor in one) for one in latest.values() if one]
        for frame in {1, 500, *(frame for one in layers for frame, _factor in one)}:
            expected = base * math.prod(faders.at(one, frame) for one in layers)
            assert faders.at(played(line).curve, frame) == pytest.approx(expected, rel=0.03)
        assert nothing(run(line, wish(line, layer, **({"music": tuple(wanted)} if wanted else {})))[1])
    line, _ = run(line, wish(line, "duck", "level"))
    assert played(line) == Fader(base)
