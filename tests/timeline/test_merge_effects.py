"""The merge of effects on paper: who follows what, what is claimed, what is refused; the same on renders is tests/blender/test_effects*."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from assistant_editor.timeline.effect import Curve, Effect, Key, Layer, Setting
from assistant_editor.timeline.effect_ledger import EffectLedger, Own, Part, dump
from assistant_editor.timeline.effect_outcome import keyframes, with_effects
from assistant_editor.timeline.effect_state import Moving, Scenery, Seen, digest_of_curve, digest_of_layer, digest_of_value
from assistant_editor.timeline.merge_effects import EffectChanges, merge_effects, named, paths_of, wholly_cleared
from assistant_editor.timeline.outcome import Outcome
from assistant_editor.timeline.plan import Identity, Plan, Why
from assistant_editor.timeline.state import Timeline
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.paper import strip, timeline

WHY = Why(0.9, "a test asked for it")
WIDE, RED = "transform.scale_x", Setting("color", (1.0, 0.0, 0.0))


def cover(name: str, start: int, end: int, *, of: str = "film", second: int | Fraction = 0, until: int | Fraction = 4) -> Effect:
    about = Identity("m", "privacy", Fraction(second), Fraction(until))
    return Effect(about, WHY, of, FrameRange(start, end), layers=(Layer(name, "COLOR", FrameRange(start, end), settings=(RED,)),))


def wide(of: str = "film", scale: float = 2.0) -> Effect:
    return Effect(Identity("m", "reframe", Fraction(0), Fraction(4)), WHY, of, FrameRange(0, 100), (Setting(WIDE, scale),))


def asked(*effects: Effect, kinds: tuple[Any, ...] = ("privacy", "reframe"), strips: tuple[str, ...] = ()) -> Plan:
    return Plan(effects=effects, media=tuple(("m", kind) for kind in kinds), strips=strips)


class Paper:
    """A timeline that keeps what it is told, as the writer does."""

    def __init__(self, *strips: Any) -> None:
        self.line: Timeline = timeline(*(strips or (strip("film", 0, 100),)))
        self.things = {ref.name: Seen(ref.name, "MOVIE", ref.channel, ref.frames, values={WIDE: 1.0}) for ref in self.line.strips}
        self.text = ""

    def run(self, plan: Plan, **more: Any) -> EffectChanges:
        changes = merge_effects(self.line, self.text, Scenery(self.things), plan, **more)
        for clear in changes.clears:
            for own in clear.own:
                seen = self.things[clear.strip]
                self.things[clear.strip] = replace(seen, values={**seen.values, own.path: own.before})
            for name in clear.layers:
                del self.things[name]
        records = list(changes.ledger.records)
        for write in changes.writes:
            own = []
            for setting in write.effect.settings:
                seen = self.things[write.effect.strip]
                self.things[seen.name] = replace(seen, values={**seen.values, setting.path: setting.value})
            for one in write.record.own:
                own.append(replace(one, after=digest_of_value(self.things[write.effect.strip].values[one.path])))
            parts = []
            for layer in write.effect.layers:
                name = layer.name if layer.name not in self.things else f"{layer.name}.{len(self.things)}"
                seen = Seen(name, layer.type, 2, layer.frames, look="red", record=write.record.id, part=layer.name)
                self.things[name] = seen
                start, end = layer.frames.start, layer.frames.end
                parts.append(Part("layer", layer.name, name, digest_of_layer(seen, start), start, end))
            records.append(replace(write.record, own=tuple(own), parts=tuple(parts)))
        self.text = dump(EffectLedger(changes.ledger.next, tuple(records)))
        return changes

    def layers(self) -> list[tuple[int, int]]:
        return sorted((seen.frames.start, seen.frames.end) for seen in self.things.values() if seen.record)


def test_what_was_before_is_remembered_over_many_runs() -> None:
    paper = Paper()
    for scale in (2.0, 3.0, 4.0):
        paper.run(asked(wide(scale=scale)))
        assert paper.things["film"].values[WIDE] == scale
    changes = paper.run(asked())
    assert paper.things["film"].values[WIDE] == 1.0 and changes.removed == ("reframe",) and paper.text == ""


def test_two_effects_of_one_span_keep_to_their_own_records() -> None:
    paper = Paper()
    paper.run(asked(cover("Anna", 0, 50), cover("Ben", 50, 100)))
    ids = {part.name: record.id for record in _records(paper) for part in record.parts}
    changes = paper.run(asked(cover("Ben", 60, 100), cover("Anna", 0, 50)))
    assert len(changes.standing) == 1 and [write.record.id for write in changes.writes] == [ids["Ben"]]
    assert paper.layers() == [(0, 50), (60, 100)]


def _records(paper: Paper) -> Any:
    from assistant_editor.timeline.effect_ledger import load

    return load(paper.text).records


def test_one_of_two_effects_of_one_span_that_was_taken_away_stays_away() -> None:
    paper = Paper()
    paper.run(asked(cover("Anna", 0, 50), cover("Ben", 50, 100)))
    del paper.things["Anna"]
    for _ in range(2):
        changes = paper.run(asked(cover("Anna", 0, 50), cover("Ben", 50, 100)))
        assert not changes and paper.layers() == [(50, 100)]


def test_what_was_taken_away_of_a_strip_that_was_split_since_stays_away_on_both_sides() -> None:
    paper = Paper()
    paper.run(asked(cover("Anna", 0, 100)))
    del paper.things["Anna"]
    paper.line = timeline(strip("film", 0, 50), strip("film.001", 50, 100))
    paper.things["film.001"] = replace(paper.things["film"], name="film.001", frames=FrameRange(50, 100))
    halves = (cover("Anna", 0, 50, until=2), cover("Anna", 50, 100, of="film.001", second=2))
    assert not paper.run(asked(*halves)) and not paper.layers()
    # A copy of the whole strip is another showing: there it is planned anew.
    paper.line = timeline(strip("film", 0, 100), strip("copy", 200, 300, origin=200))
    paper.things["copy"] = replace(paper.things["film"], name="copy", frames=FrameRange(200, 300))
    paper.run(asked(cover("Anna", 0, 100), cover("Anna", 200, 300, of="copy")))
    assert paper.layers() == [(200, 300)]


def test_effects_of_strips_that_were_not_meant_stay() -> None:
    paper = Paper(strip("film", 0, 100), strip("other", 100, 200))
    other = replace(cover("B", 100, 200, of="other", second=4, until=8))
    paper.run(asked(cover("A", 0, 100), other))
    assert not paper.run(asked(cover("A", 0, 100), strips=("film",)))
    changes = paper.run(asked(strips=("other",)))
    assert changes.removed == ("privacy",) and paper.layers() == [(0, 100)]


def test_layers_without_their_strip_go_when_the_medium_is_asked_about() -> None:
    paper = Paper(strip("film", 0, 100), strip("rest", 150, 200, origin=0))
    paper.run(asked(cover("A", 0, 100)))
    paper.line = timeline(strip("rest", 150, 200, origin=0))
    del paper.things["film"]
    changes = paper.run(asked())
    assert changes.removed == ("privacy",) and not paper.layers()


def test_a_property_that_another_kind_of_effect_set_is_left_to_it() -> None:
    paper = Paper()
    paper.run(asked(wide()))
    shaky = replace(wide(scale=1.1), identity=Identity("m", "stabilise", Fraction(0), Fraction(4)))
    changes = paper.run(asked(shaky, kinds=("stabilise",)))
    assert not changes and any("scale is set by Reframe" in notice for notice in changes.notices) and len(changes.left_out) == 1


def test_locked_animated_and_missing_strips_are_said() -> None:
    paper = Paper(strip("film", 0, 100, held="strip 'film' is locked"))
    assert "locked" in paper.run(asked(wide())).notices[0]
    paper = Paper()
    moving = Moving(WIDE, 0, ((1.0, 1.0, "LINEAR"),))
    paper.things["film"] = replace(paper.things["film"], curves=(moving,))
    assert "scale is animated already" in paper.run(asked(wide())).notices[0]
    assert "no longer there" in paper.run(asked(wide("gone"))).notices[0]
    paper.things["film"] = replace(paper.things["film"], curves=(), values={})
    assert "has no scale" in paper.run(asked(wide())).notices[0]


def test_a_locked_layer_is_not_taken_away() -> None:
    paper = Paper()
    paper.run(asked(cover("A", 0, 100)))
    paper.things["A"] = replace(paper.things["A"], held="strip 'A' is locked")
    changes = paper.run(asked())
    assert not changes and "strip 'A' is locked" in changes.notices[0] and paper.layers() == [(0, 100)]


def test_everything_goes_when_that_is_asked() -> None:
    paper = Paper()
    paper.run(asked(cover("A", 0, 100), wide()))
    paper.things["A"] = replace(paper.things["A"], look="green")
    cleared = wholly_cleared(paper.line, paper.text, ("privacy", "reframe"))
    assert paper.run(cleared).kept == 1 and paper.layers() == [(0, 100)]
    paper.run(cleared, changed_too=True)
    assert not paper.layers() and paper.text == "" and paper.things["film"].values[WIDE] == 1.0


def test_an_outcome_counts_effects() -> None:
    paper = Paper()
    done = with_effects(Outcome("Test"), paper.run(asked(cover("A", 0, 100), wide())))
    assert done.counts["added"] == {"privacy": 1, "reframe": 1} and done.line == "1 cover, 1 camera path."
    assert {row["kind"] for row in done.edits} == {"privacy", "reframe"} and done.edits[0]["layers"] == ["A"]
    done = with_effects(Outcome("Test"), paper.run(asked(cover("A", 0, 100), wide())))
    assert done.unchanged == 2 and not any(done.counts.values())
    moving = Curve(WIDE, (Key(1, 1.0), Key(9, 2.0)))
    assert keyframes(replace(cover("A", 0, 100), curves=(moving,))) == 2


def test_what_must_be_read_is_known_beforehand() -> None:
    paper = Paper()
    paper.run(asked(wide()))
    assert paths_of(paper.text, asked(replace(wide(), settings=(), curves=(Curve("crop.min_x", (Key(1, 1.0),)),)))) == {WIDE, "crop.min_x"}
    assert [named(path) for path in ("transform.offset_x", "crop.max_y", "blend_alpha", "transform.rotation", "use_flip_x")] == [
        "position", "crop", "opacity", "rotation", "use flip x",
    ]  # fmt: skip
    own = Own(WIDE, 0, 1.0, digest_of_curve(Moving(WIDE, 0, ((5.0, 1.0, "LINEAR"),)), 5), True)
    assert own.after == digest_of_curve(Moving(WIDE, 0, ((105.0, 1.0, "LINEAR"),)), 105)
