"""What holds for every timeline and everything cut out of it. `ASSISTANT_EDITOR_EXPLORE=2000` looks for new cases, so many a test."""

import os
from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from assistant_editor.ml.errors import BAD_INPUT, LOCKED, EditorError
from assistant_editor.timeline.layout import EVER, TRANSITIONS, Cutout, Mark, Rearrangement
from assistant_editor.timeline.ripple import RippleOptions, cut_out, reorder
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.timeline.laid import apply, item, layout, overlapping

EXPLORE = int(os.environ.get("ASSISTANT_EDITOR_EXPLORE", "0"))
quick = settings(
    max_examples=EXPLORE or 120,
    derandomize=not EXPLORE,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
LAST = 240


@st.composite
def rows(draw, most=5):
    """Ranges that follow each other, with and without gaps."""
    at, found = draw(st.integers(1, 30)), []
    for _ in range(draw(st.integers(0, most))):
        length = draw(st.integers(1, 70))
        found.append((at, at + length))
        at += length + draw(st.sampled_from([0, 0, 0, 1, 7, 25]))
    return found


@st.composite
def layouts(draw, plain=False):
    """Pictures with their sound, cameras, transitions, effects, texts, colours, music; with `plain`, nothing that cannot be cut."""
    why = st.just("") if plain else st.sampled_from([""] * 7 + ["it is retimed"])
    held = st.just("") if plain else st.sampled_from([""] * 12 + ["it is locked"])
    quiet = st.sampled_from([False, False, False, True])
    items = []
    for number, (start, end) in enumerate(draw(rows())):
        tail = draw(st.sampled_from([0, 0, 0, 1, -1])) if end - start > 2 else 0
        picture, sound = f"v{number}", f"s{number}"
        items.append(item(picture, start, end, channel=2, partners=(sound,), whole=draw(why), held=draw(held), muted=draw(quiet)))
        later = any(other.channel == 1 and other.frames.end > start for other in items)
        start_of_sound = max([start, *(other.frames.end for other in items if other.channel == 1)]) if later else start
        if start_of_sound < end + tail:
            items.append(item(sound, start_of_sound, end + tail, kind="SOUND", partners=(picture,), held=draw(held), muted=draw(quiet)))
        if draw(st.integers(0, 4)) == 0:
            items.append(item(f"glow{number}", start, end, channel=20, kind="GLOW", inputs=(picture,)))
    for number, (start, end) in enumerate(draw(rows(3))):
        items.append(item(f"cam{number}", start, end, channel=3, whole=draw(why)))
    for number, (start, end) in enumerate(draw(rows(4))):
        kind = draw(st.sampled_from(["TEXT", "TEXT", "COLOR", "META"]))
        items.append(item(f"over{number}", start, end, channel=4, kind=kind, sounds=kind == "META", held=draw(held)))
    if not plain and draw(st.booleans()):
        start, middle, end = sorted(draw(st.lists(st.integers(2, LAST), min_size=3, max_size=3, unique=True)))
        overlap = draw(st.integers(1, min(20, middle - start, end - middle)))
        kinds = draw(st.sampled_from([("MOVIE", "MOVIE"), ("TEXT", "COLOR"), ("MOVIE", "COLOR")]))
        items.append(item("a", start, middle, channel=6, kind=kinds[0]))
        items.append(item("b", middle - overlap, end, channel=7, kind=kinds[1]))
        items.append(item("fade", middle - overlap, middle, channel=8, kind=draw(st.sampled_from(sorted(TRANSITIONS))), inputs=("a", "b")))
        if draw(st.booleans()):
            items.append(item("tint", middle - overlap, middle, channel=9, kind="COLOR_MULTIPLY", inputs=("fade",)))
    if draw(st.booleans()):
        start, end = sorted(draw(st.lists(st.integers(1, LAST), min_size=2, max_size=2, unique=True)))
        items.append(item("music", start, end, channel=10, kind="SOUND", held="" if plain else draw(st.sampled_from(["", "it is locked"]))))
    names = {one.name for one in items}
    items = [replace(one, partners=tuple(other for other in one.partners if other in names)) for one in items]
    assume(items)
    frames = draw(st.lists(st.tuples(st.integers(-5, LAST), st.booleans()), max_size=5))
    marks = [Mark(number, frame, camera=camera) for number, (frame, camera) in enumerate(frames)]
    return layout(*draw(st.permutations(items)), marks=marks, end=draw(st.sampled_from([None, None, LAST])))


@st.composite
def cutouts(draw, line, plain=False, named=True):
    found = []
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(-5, LAST))
        length = draw(st.integers(1, 60))
        some = st.lists(st.sampled_from([one.name for one in line.items]), max_size=2, unique=True)
        strips = tuple(draw(some)) if named else ()
        keep = 0 if plain else draw(st.sampled_from([0, 0, 0, 1, 4, 90]))
        speed = Fraction(1) if plain else draw(st.sampled_from([Fraction(1)] * 3 + [Fraction(2), Fraction(7, 3), Fraction(30)]))
        found.append(Cutout(FrameRange(start, start + length), strips, keep, speed))
    return found


class Map:
    """Where a frame stands by the moves a rearrangement tells: what strips and markers are compared with."""

    def __init__(self, made: Rearrangement) -> None:
        moves = [(m.frames.start, m.frames.end, m.start, m.speed) for m in made.moves]
        self.moves = moves or [(EVER.start, EVER.end, EVER.start, Fraction(1))]
        self._starts = [row[0] for row in self.moves]

    def row(self, frame):
        number = bisect_right(self._starts, frame) - 1
        return self.moves[number] if number >= 0 and frame < self.moves[number][1] else None

    def __call__(self, frame):
        row = self.row(frame)
        return None if row is None else -(-(frame - row[0]) // row[3]) + row[2]

    def end(self, frame):
        """Where what ends with the frame before this one ends."""
        row = self.row(frame - 1)
        return -(-(frame - row[0]) // row[3]) + row[2]

    def plain(self, frame):
        return (row := self.row(frame)) is not None and row[3] == 1


def carried_out(work, line, *more):
    """The rearrangement; none where it was rightly refused."""
    try:
        made = work(line, *more)
    except EditorError as error:
        assert error.remedy and error.code in (LOCKED, BAD_INPUT)
        tied = any(one.held for one in line.items)
        fixed = any(isinstance(option, RippleOptions) and (option.fixed or option.music) for option in more)
        alone = "selected" in more or work is reorder
        assert tied or fixed or alone, str(error)
        assume(False)
    fresh = apply(line, made)
    assert overlapping(fresh) <= overlapping(line)
    for one in line.items:
        if one.held:
            assert one in fresh.items and one.name not in made.gone
    assert not set(made.gone) & {piece.item for piece in made.pieces}
    return made


def by_item(line, made):
    """(strip, its pieces that are kept, copies of what was cut out)."""
    found = {one.name: ([], []) for one in line.items}
    top = max(one.channel for one in line.items)
    for piece in made.pieces:
        found[piece.item][piece.channel > top].append(piece)
    return [(one, *found[one.name]) for one in line.items]


def splittable(line, one):
    """Not lasting, nor in a chain of what lasts."""
    chain, waiting = set(), [one.name]
    while waiting:
        name = waiting.pop()
        if name not in chain:
            chain.add(name)
            waiting += [n for other in line.items if name in other.inputs or other.name == name for n in (other.name, *other.inputs)]
    return not all(other.lasting for other in line.items if other.name in chain and not other.inputs)


def fixed_of(line, options):
    return {one.name for one in line.items if one.held or one.channel in options.fixed or one.name in options.music}


def check_all(line, made, options, copied=False, in_order=True):
    """Every strip that may move is where the moves say, frame by frame."""
    where = Map(made)
    stays = fixed_of(line, options)
    for one, kept, copies in by_item(line, made):
        carried = one.inputs and one.name not in {p.item for p in made.pieces} and one.name not in made.gone
        if one.name in stays or carried:
            assert not kept and not copies
            continue
        left = [frame for frame in range(one.frames.start, one.frames.end) if where(frame) is not None]
        if one.name not in made.gone and not kept and not copies:
            assert all(where(frame) == frame for frame in range(one.frames.start, one.frames.end))
            continue
        if splittable(line, one):
            shown = [frame for piece in kept for frame in range(piece.frames.start, piece.frames.end)]
            lost = [frame for piece in copies for frame in range(piece.frames.start, piece.frames.end)]
            slow = [frame for frame in left if where.plain(frame)]
            assert len(set(shown)) == len(shown) and set(slow) <= set(shown) <= set(left)
            for piece in kept:
                assert piece.stands == FrameRange(where(piece.frames.start), where.end(piece.frames.end))
                assert not piece.more and (piece.speed == 1) == (piece.stands.length == piece.frames.length)
            if copied:
                assert sorted([*lost, *left]) == list(range(one.frames.start, one.frames.end))
                for piece in copies:
                    before = max((where.end(row[1]) for row in where.moves if row[1] <= piece.frames.start), default=None)
                    cut = max(row[1] for row in where.moves if row[1] <= piece.frames.start)
                    assert piece.start == before + piece.frames.start - cut and piece.muted and piece.speed == 1
        else:
            assert all(piece.speed == 1 for piece in kept) or one.inputs or any(one.name in other.inputs for other in line.items)
            if all(where.plain(frame) for frame in left):
                shown = [[frame for part in piece.parts for frame in range(part.start, part.end)] for piece in kept]
                for piece, frames in zip(kept, shown, strict=True):
                    assert [where(frame) for frame in frames] == list(range(piece.stands.start, piece.stands.end))
                if in_order:
                    assert shown == ([left] if left else [])
                elif one.kind == "TEXT" and not one.inputs and not any(one.name in other.inputs for other in line.items):
                    assert len(kept) == bool(left)
                else:
                    assert sorted(frame for frames in shown for frame in frames) == left
        if one.whole or one.kind in TRANSITIONS:
            assert len(kept) <= 1 and all(piece.frames == one.frames and piece.speed == 1 for piece in kept)


def check_marks(line, made, options):
    where, moved = Map(made), dict(made.marks)
    fresh = {mark.index: moved.get(mark.index, mark.frame) for mark in line.marks}
    for mark in line.marks:
        frame = where(mark.frame)
        if frame is not None:
            assert fresh[mark.index] == frame
        elif options.keep_markers and not mark.camera:
            assert fresh[mark.index] is not None
    for seen in {mark.frame for mark in line.marks} | {LAST}:  # the same camera films what is left
        if where(seen) is not None and where.row(seen)[3] == 1:
            def camera(frame, places):
                before = [(places[m.index], m.frame, m.index) for m in line.marks if m.camera and places[m.index] is not None]
                return max((row for row in before if row[0] <= frame), default=(0, 0, None))[2]

            then = camera(seen, {mark.index: mark.frame for mark in line.marks})
            now = camera(where(seen), fresh)
            assert then == now


options_of = st.builds(
    RippleOptions,
    fixed=st.sampled_from([frozenset(), frozenset(), frozenset({10})]),
    music=st.sampled_from([frozenset(), frozenset(), frozenset({"music"})]),
    keep_markers=st.booleans(),
)


@quick
@given(st.data(), layouts(), options_of, st.sampled_from(["all", "copy"]))
def test_all_that_may_moves_by_what_was_taken_out_before(data, line, options, mode):
    wanted = data.draw(cutouts(line))
    made = carried_out(cut_out, line, wanted, mode, options)
    where = Map(made)
    check_all(line, made, options, mode == "copy")
    check_marks(line, made, options)
    asked = {frame for cut in wanted for frame in range(cut.frames.start, cut.frames.end)}
    gone = {frame for frame in range(-10, LAST + 200) if where(frame) is None}
    assert gone <= asked
    for one, other in pairwise(where.moves):
        length = -(-(one[1] - one[0]) // one[3])
        assert one[2] + length == other[2]  # nothing but what was asked for, and closed up
        for border in {one[1], other[0]}:
            for strip in line.items:
                if (strip.kind in TRANSITIONS or strip.whole) and strip.name not in fixed_of(line, options):
                    carried = strip.name not in {p.item for p in made.pieces} and strip.name not in made.gone
                    assert carried or not strip.frames.start < border < strip.frames.end


@quick
@given(st.data(), layouts(plain=True))
def test_exactly_what_was_asked_for_goes_where_everything_can_be_cut(data, line):
    wanted = data.draw(cutouts(line, plain=True))
    made = cut_out(line, wanted, "all")
    asked = set()
    for cut in wanted:
        names = {*cut.strips, *(partner for one in line.items if one.name in cut.strips for partner in one.partners)}
        there = [one for one in line.items if one.name in names and one.frames.overlaps(cut.frames)]
        frames = range(cut.frames.start, cut.frames.end)
        if cut.strips:
            first, last = min((o.frames.start for o in there), default=0), max((o.frames.end for o in there), default=0)
            frames = range(max(first, cut.frames.start), min(last, cut.frames.end))
        asked |= set(frames)
    where = Map(made)
    assert {frame for frame in range(-10, LAST + 400) if where(frame) is None} == asked
    for frame in range(-10, LAST + 400):
        assert where(frame) in (None, frame - len([gone for gone in asked if gone < frame]))


@quick
@given(st.data(), layouts(plain=True))
def test_cutting_out_is_leaving_out_of_the_order(data, line):
    wanted = data.draw(cutouts(line, plain=True, named=False))
    gone = {frame for cut in wanted for frame in range(cut.frames.start, cut.frames.end)}
    first, last = min(one.frames.start for one in line.items), max(one.frames.end for one in line.items)
    assume(gone <= set(range(first, last)) and len(gone) < last - first)
    left, order = [frame for frame in range(first, last) if frame not in gone], []
    for frame in left:
        if order and order[-1].end == frame:
            order[-1] = FrameRange(order[-1].start, frame + 1)
        else:
            order.append(FrameRange(frame, frame + 1))
    assert replace(reorder(line, order), notices=()) == cut_out(line, wanted, "all")


@quick
@given(st.data(), layouts(plain=True))
def test_one_after_the_other_is_all_at_once(data, line):
    """From the end, so that the first cutouts still are where they were."""
    wanted = data.draw(cutouts(line, plain=True, named=False))
    ordered = sorted(wanted, key=lambda cut: cut.frames.start, reverse=True)
    assume(all(later.frames.start >= earlier.frames.end for later, earlier in pairwise(ordered)))
    step = line
    for cut in ordered:
        step = apply(step, cut_out(step, [cut], "all"))
    once = apply(line, cut_out(line, wanted, "all"))
    assume(once.items)

    def seen(result):
        return sorted((one.kind, one.channel, one.frames) for one in result.items), sorted(mark.frame for mark in result.marks)

    assert seen(step) == seen(once)
    if line.frames.end == max(one.frames.end for one in line.items):
        assert step.frames == once.frames
    assert cut_out(once, [], "all") == Rearrangement()


@quick
@given(st.data(), layouts(), st.sampled_from(["selected", "lift"]))
def test_only_what_is_meant_and_tied_changes_and_keeps_its_sync(data, line, mode):
    wanted = data.draw(cutouts(line))
    made = carried_out(cut_out, line, wanted, mode)
    assert not made.marks and not made.moves and (mode == "selected" or made.frames is None)
    tied, waiting = set(), [name for cut in wanted for name in cut.strips]
    if any(not cut.strips for cut in wanted):
        waiting = [one.name for one in line.items]
    while waiting:
        name = waiting.pop()
        if name not in tied:
            tied.add(name)
            waiting += [o.name for o in line.items if name in (*o.partners, *o.inputs)]
            waiting += [other for o in line.items if o.name == name for other in (*o.partners, *o.inputs)]
    changed = {piece.item for piece in made.pieces} | set(made.gone)
    assert changed <= tied
    moved = defaultdict(dict)
    for one, kept, copies in by_item(line, made):
        assert not copies
        if one.name not in changed:
            moved[one.name] = {frame: frame for frame in range(one.frames.start, one.frames.end)}
        if not splittable(line, one):
            continue
        for piece in kept:
            assert piece.start <= piece.frames.start
            assert mode == "selected" or piece.start == piece.frames.start
            if piece.speed == 1:
                since = piece.frames.start
                moved[one.name].update({frame: piece.start + frame - since for frame in range(since, piece.frames.end)})
        for before, after in pairwise(kept):
            assert before.frames.end <= after.frames.start
            assert before.stands.end == after.start if mode == "selected" else before.stands.end <= after.start
    for one in line.items:
        for other in (*one.partners, *one.inputs):
            shared = moved[one.name].keys() & moved[other].keys()
            assert all(moved[one.name][frame] == moved[other][frame] for frame in shared)


@quick
@given(st.data(), layouts(), options_of)
def test_parts_stand_in_the_order_that_was_asked_for(data, line, options):
    borders = sorted(data.draw(st.sets(st.integers(-10, LAST + 60), min_size=2, max_size=9)))
    order = data.draw(st.permutations([FrameRange(a, b) for a, b in pairwise(borders)]))
    order = order[: data.draw(st.integers(1, len(order)))]
    made = carried_out(reorder, line, order, options)
    check_all(line, made, options, in_order=False)
    assert reorder(line, order, options) == made
    if any(one.kind in TRANSITIONS for one in line.items) or not made.moves:
        return
    where, at = Map(made), None
    for frames in order:
        assert at is None or where(frames.start) == at
        assert [where(frame) - where(frames.start) for frame in range(frames.start, frames.end)] == list(range(frames.length))
        at = where.end(frames.end)


@quick
@given(layouts(), options_of)
def test_the_order_as_it_is_changes_nothing(line, options):
    first, last = min(one.frames.start for one in line.items), max(one.frames.end for one in line.items)
    assert reorder(line, [FrameRange(first, last)], options) == Rearrangement()
    assert reorder(line, [FrameRange(first - 7, last), FrameRange(last, last + 9)], options) == Rearrangement()
    assert cut_out(line, [], "all", options) == Rearrangement()
