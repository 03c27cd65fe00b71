"""Random hands between random runs: whatever an editor does, a run doubles nothing, loses nothing and undoes nothing of his.

By default the cases are the same every time. `ASSISTANT_EDITOR_EXPLORE=2000` looks for new ones, so many a test;
`--hypothesis-seed=N` repeats a search.
"""

import os
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from assistant_editor.ml.facts import Word
from assistant_editor.timeline import corrections, merge
from assistant_editor.timeline.corrections import NEAR, Correction, Corrections, by_hand, decided, say
from assistant_editor.timeline.ledger import dump, load
from assistant_editor.timeline.picture_cuts import picture_cuts
from assistant_editor.timeline.places import heard
from assistant_editor.timeline.plan import CaptionStyle, Plan
from assistant_editor.timeline.planners import captions as captions_planner
from assistant_editor.timeline.planners import shots as shots_planner
from assistant_editor.timeline.planners.shots import ShotsPlanOptions
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper import RATE, Editor, apply, gradual, refreshed, saying, shots, split, strip, timeline, transcript

EXPLORE = int(os.environ.get("ASSISTANT_EDITOR_EXPLORE", "0"))
quick = settings(
    max_examples=EXPLORE or 40,
    derandomize=not EXPLORE,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LENGTH = 600


@st.composite
def transcripts(draw, engine="faster-whisper"):
    """Words that follow each other, some without any length, with pauses and sentence ends; times are hundredths."""
    at, utterances = Fraction(draw(st.integers(0, 50)), 100), []
    number = 0
    for _ in range(draw(st.integers(1, 4))):
        words = []
        for _ in range(draw(st.integers(1, 12))):
            length = draw(st.integers(0, 90))
            ending = draw(st.sampled_from(["", "", "", ",", "."]))
            words.append(Word(f" w{number}{ending}", at, at + Fraction(length, 100), draw(st.floats(0, 1))))
            at += Fraction(length + draw(st.sampled_from([1, 5, 40, 120])), 100)
            number += 1
        utterances.append(words)
    return transcript(*utterances, engine=engine)


scores = st.floats(0.05, 1.0)
found_shots = st.dictionaries(st.integers(1, LENGTH), scores, max_size=12).map(lambda d: shots(*sorted(d.items()), medium_frames=LENGTH))
caption_options = st.builds(
    saying,
    max_characters=st.sampled_from([8, 20, 42]),
    max_lines=st.integers(1, 2),
    gap_frames=st.integers(0, 3),
    max_speed=st.sampled_from([Fraction(0), Fraction(12)]),
    lead_in=st.sampled_from([Fraction(0), Fraction(1, 5)]),
    lead_out=st.sampled_from([Fraction(0), Fraction(1, 2)]),
    join_seconds=st.sampled_from([Fraction(0), Fraction(1, 2)]),
    cut_seconds=st.sampled_from([Fraction(0), Fraction(1, 2)]),
    style=st.sampled_from([CaptionStyle(), CaptionStyle(box=True)]),
)
shot_options = st.builds(
    ShotsPlanOptions,
    write=st.sampled_from(["cuts", "markers", "both", "labels"]),
    sensitivity=st.sampled_from([0.1, 0.5, 0.9]),
    minimum_seconds=st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(2)]),
)
cutting = shot_options.filter(lambda options: options.write != "labels")


def plan_of(line, facts, spoken, options):
    standing = merge.standing(line)
    plan = Plan()
    if options[0] is not None:
        plan += shots_planner.plan({"m": facts}, line.strips, options[0], standing, RATE)
    if options[1] is not None:
        cuts = picture_cuts(line, {"m": facts}, 0.5, standing.corrections, plan.edits)
        plan += captions_planner.plan({"m": spoken}, line.strips, options[1], standing, RATE, cuts=cuts)
    return plan


def run(line, facts, spoken, options):
    return apply(line, merge.merge(line, plan_of(line, facts, spoken, options)))


def look(line):
    """What an audience and an editor see: names of pieces and records aside."""
    return (
        sorted((r.frames, r.kind, r.channel, r.color_tag) for r in line.strips),
        sorted((c.frames, c.text, c.style) for c in line.captions),
        sorted((m.frame, m.name) for m in line.markers),
    )


def edited(draw, line):
    """One thing an editor might do, and nothing that has no ground truth (see `survey` for copies that cannot be told apart)."""
    editor = Editor(line)
    actions = ["ripple", "rename"]
    if line.captions:
        actions += ["delete", "retype", "retime", "restyle", "split"] * 2
    if line.markers:
        actions += ["unmark", "remark", "move mark"]
    movies = [ref for ref in line.strips if ref.frames.length > 4]
    if movies:
        actions += ["cut", "trim"]
    action = draw(st.sampled_from(actions))
    if action in ("delete", "retype", "retime", "restyle", "split"):
        target = draw(st.sampled_from(line.captions))
        if action == "delete":
            return editor.delete_caption(target.name), ("delete", target)
        if action == "retype":
            return editor.edit_caption(target.name, text=f"mine {draw(st.integers(0, 99))}"), ("own", target)
        if action == "restyle":
            return editor.edit_caption(target.name, style="mine"), ("own", target)
        if action == "retime":
            start = max(0, target.frames.start + draw(st.integers(-8, 8)))
            frames = FrameRange(start, max(start + 1, target.frames.end + draw(st.integers(-8, 8))))
            return editor.edit_caption(target.name, frames=frames), ("own", target)
        if target.frames.length < 2:
            return line, None
        return editor.split_caption(target.name, draw(st.integers(target.frames.start + 1, target.frames.end - 1))), ("own", target)
    if action == "ripple":
        begins = sorted({ref.frames.start for ref in line.strips})
        return editor.ripple(draw(st.sampled_from(begins)), draw(st.integers(1, 200))), None
    if action == "rename":
        target = draw(st.sampled_from(line.strips))
        return editor.rename(target.name, f"renamed {draw(st.integers(0, 10**6))}"), None
    if action == "unmark":
        return editor.delete_marker(draw(st.sampled_from(line.markers)).index), None
    if action == "remark":
        return editor.edit_marker(draw(st.sampled_from(line.markers)).index, name="mine"), None
    if action == "move mark":
        mark = draw(st.sampled_from(line.markers))
        return editor.edit_marker(mark.index, frame=mark.frame + draw(st.integers(1, 9))), None
    target = draw(st.sampled_from(movies))
    frame = draw(st.integers(target.frames.start + 1, target.frames.end - 1))
    if action == "cut":
        return refreshed(split(line, target.name, frame)), None
    return editor.trim(target.name, target.frames.start, frame), None


def stage(draw):
    sound = draw(st.booleans())
    strips = [strip("a", 0, LENGTH)]
    if sound:
        strips.append(strip("s", 0, LENGTH, kind="SOUND", channel=2))
    return timeline(*strips)


def saved(line):
    """After a save and a load."""
    return replace(line, ledger=dump(load(line.ledger, line.stamp))) if line.ledger else line


def overlaps_added(before, after):
    """Captions that a run laid over each other or over what the editor put somewhere."""
    old = {caption.name: caption.frames for caption in before.captions}
    return [
        (one, other)
        for i, one in enumerate(after.captions)
        for other in after.captions[i + 1 :]
        if one.frames.overlaps(other.frames) and not (old.get(one.name) == one.frames and old.get(other.name) == other.frames)
    ]


class TestAnyHand:
    @quick
    @given(
        st.data(),
        found_shots,
        transcripts(),
        st.lists(st.tuples(st.none() | shot_options, st.none() | caption_options), min_size=1, max_size=4),
    )
    def test_runs_and_edits(self, data, facts, spoken, runs):
        line = stage(data.draw)
        deleted: set[str] = set()
        for options in runs:
            before_run = line
            line = saved(run(line, facts, spoken, options))
            again = merge.merge(line, plan_of(line, facts, spoken, options))
            assert not again, "a second run with the same facts and options changes something"
            assert again.ledger == line.ledger
            spoken_now = [word for caption in line.captions if caption.tag for word in caption.tag.words]
            by_record = {caption.tag.record: caption for caption in line.captions if caption.tag}
            unique = [(word.start, word.text) for caption in by_record.values() for word in caption.tag.words]
            assert len(unique) == len(set(unique)), "two captions say the same word"
            assert deleted.isdisjoint(word.text for word in spoken_now), "a deleted caption came back"
            if options[1] is not None:
                assert not overlaps_added(before_run, line), "a caption lies over another"
            for _ in range(data.draw(st.integers(0, 3))):
                before = line
                line, what = edited(data.draw, line)
                if what is not None and what[0] == "delete" and what[1].tag is not None:
                    alone = sum(c.tag is not None and c.tag.record == what[1].tag.record for c in before.captions) == 1
                    if alone:
                        deleted |= {word.text for word in what[1].tag.words}

    @quick
    @given(
        st.data(),
        found_shots,
        transcripts(),
        st.lists(st.tuples(cutting, caption_options), min_size=1, max_size=3),
        cutting,
        caption_options,
    )
    def test_without_a_hand_between_the_last_run_decides(self, data, facts, spoken, runs, last_shots, last_captions):
        start = stage(data.draw)
        line = start
        for options in runs:
            line = run(line, facts, spoken, options)
        line = run(line, facts, spoken, (last_shots, last_captions))
        fresh = run(start, facts, spoken, (last_shots, last_captions))
        mine, theirs = look(line), look(fresh)
        assert mine[1:] == theirs[1:]
        assert mine[0] == theirs[0]

    @quick
    @given(st.data(), found_shots, transcripts(), shot_options, caption_options)
    def test_what_the_editor_made_is_untouched(self, data, facts, spoken, first, second):
        line = run(stage(data.draw), facts, spoken, (first, second))
        written, touched = line.captions, {}
        for _ in range(3):
            line, what = edited(data.draw, line)
            if what is None:
                continue
            record = what[1].tag.record
            touched[record] = [c for c in line.captions if c.tag.record == record] if what[0] == "own" else []
        # What moved later with a ripple, or was edited twice, is looked up as it stands now.
        touched = {record: [c for c in line.captions if c.tag.record == record] for record in touched}
        plain = {c.tag.record: (c.frames.length, c.text, c.style) for c in written}
        for record in [r for r, now in touched.items() if [(c.frames.length, c.text, c.style) for c in now] == [plain[r]]]:
            del touched[record]
        after = run(line, facts, spoken, (data.draw(shot_options), data.draw(caption_options)))
        for record, pieces in touched.items():
            now = {c.name: c for c in after.captions if c.tag.record == record}
            assert sorted(now) == sorted(piece.name for piece in pieces)
            for piece in pieces:
                if piece.text.startswith("mine"):
                    assert now[piece.name].text == piece.text
                if piece.style == "mine":
                    assert now[piece.name].style == "mine"
                if len(pieces) > 1:
                    assert (now[piece.name].text, now[piece.name].frames) == (piece.text, piece.frames)

    @quick
    @given(st.data(), transcripts(), caption_options, st.lists(st.integers(700, 3000), min_size=1, max_size=3, unique=True))
    def test_copies(self, data, spoken, options, places):
        """Duplicates with their captions are recognised, duplicates without are captioned; both come to the same."""
        line = run(stage(data.draw), shots(), spoken, (None, options))
        one = look(line)[1]
        copied, bare = Editor(line).duplicate(places[0]), Editor(line).duplicate(places[0], captions=False)
        for candidate in (copied, bare):
            after = run(candidate, shots(), spoken, (None, options))
            both = one + [(frames.moved(places[0]), text, style) for frames, text, style in one]
            assert look(after)[1] == sorted(both)
            assert len({c.tag.record for c in after.captions}) == len(after.captions)
            assert not merge.merge(after, plan_of(after, shots(), spoken, (None, options)))

    @quick
    @given(st.data(), transcripts(), caption_options)
    def test_pasted_into_another_scene(self, data, spoken, options):
        line = run(stage(data.draw), shots(), spoken, (None, options))
        other = Editor(line).paste_into(timeline(stamp="scene-b"))
        changes = merge.merge(other, plan_of(other, shots(), spoken, (None, data.draw(caption_options))))
        assert not changes

    @quick
    @given(st.data(), transcripts(), transcripts(), caption_options)
    def test_another_transcript_replaces_all_that_is_untouched(self, data, spoken, heard_otherwise, options):
        start = stage(data.draw)
        line = run(run(start, shots(), spoken, (None, options)), shots(), heard_otherwise, (None, options))
        assert look(line)[1] == look(run(start, shots(), heard_otherwise, (None, options)))[1]

    @quick
    @given(st.data(), found_shots, transcripts(), shot_options, caption_options)
    def test_reset_doubles_nothing(self, data, facts, spoken, first, second):
        line = run(stage(data.draw), facts, spoken, (first, second))
        line = replace(line, ledger=merge.reset(line))
        before = look(line)
        after = look(run(line, facts, spoken, (first, second)))
        assert after[1:] == before[1:]
        assert len(after[0]) == len(before[0])


def frames_shown(line):
    """Every frame of pictures and sound that is to be seen or heard: where it stands, and which moment of the medium it is."""
    return {(ref.kind, ref.channel, frame, ref.source.seconds(frame)) for ref in line.strips for frame in range(*_ends(ref.frames))}


def _ends(frames):
    return frames.start, frames.end


def stacked(line):
    """How many strips begin before the one before them in their channel ends."""
    ranges = sorted((ref.channel, ref.frames) for ref in line.strips)
    return sum(a[0] == b[0] and a[1].end > b[1].start for a, b in pairwise(ranges))


kinds = st.sampled_from(["cut", "dissolve", "fade_in", "fade_out", "wipe"])
changes_of_picture = st.tuples(kinds, st.integers(0, 120), st.integers(1, 60), scores)


@st.composite
def films(draw):
    """Cuts and gradual transitions that do not overlap, as a detector gives them."""
    found, at = [], 0
    for kind, after, length, score in draw(st.lists(changes_of_picture, max_size=8)):
        at += after
        if at >= LENGTH - 1:
            break
        if kind == "cut":
            at += not at
            found.append((at, score))
            at += 1
        else:
            last = min(LENGTH - 1, at + length)
            found.append(gradual(kind, at, last, score))
            at = last + 2
    return shots(*found, medium_frames=LENGTH)


@st.composite
def said(draw):
    """What an editor may say of boundaries in the shot list."""
    said = Corrections()
    for _ in range(draw(st.integers(0, 3))):
        frame = draw(st.integers(1, LENGTH - 1))
        word = draw(st.sampled_from(["boundary", "no boundary"]))
        said = say(said, Correction("m", frame / RATE, word, frame))
    return said


gap_options = st.builds(
    ShotsPlanOptions,
    write=st.sampled_from(["cuts", "both", "both", "markers", "labels"]),
    sensitivity=st.sampled_from([0.1, 0.5, 0.9]),
    minimum_seconds=st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(2)]),
    gradual=st.sampled_from(["out", "out", "out", "middle", "ends", "keep"]),
)


def handled(draw, line):
    """One thing an editor might do to pieces with gaps between them."""
    editor = Editor(line)
    movies = [ref for ref in line.strips if ref.kind == "MOVIE"]
    action = draw(st.sampled_from(["fill", "restore", "close", "insert", "part", "lift", "any", "any"]))
    beside = [
        (left, right)
        for left, right in pairwise(movies)
        if left.channel == right.channel and left.frames.end < right.frames.start and left.source == right.source
    ]
    if action == "any" or not beside:
        return edited(draw, line)[0]
    left, right = draw(st.sampled_from(beside))
    if action == "fill":
        return editor.trim(left.name, left.frames.start, right.frames.start)
    if action == "part":
        middle = draw(st.integers(left.frames.end, right.frames.start))
        return editor.trim(draw(st.sampled_from([left.name])), left.frames.start, middle)
    if action == "restore":
        return Editor(editor.remove_strips(right.name)).trim(left.name, left.frames.start, right.frames.end)
    if action == "close":
        return editor.ripple(right.frames.start, left.frames.end - right.frames.start)
    if action == "insert":
        other = strip(f"insert {draw(st.integers(0, 10**6))}", left.frames.end, right.frames.start, medium="other", channel=left.channel)
        return refreshed(replace(line, strips=(*line.strips, other)))
    return editor.remove_strips(right.name)


class TestAnyHandOnGaps:
    """Runs that cut transitions out, between any other choices and an editor's hand."""

    @quick
    @given(st.data(), films(), st.lists(gap_options, min_size=1, max_size=5))
    def test_runs_and_edits(self, data, facts, runs):
        line = stage(data.draw)
        taken: set = set()
        overlaps = 0
        for options in runs:
            before = frames_shown(line)
            line = saved(run(line, facts, None, (options, None)))
            after = frames_shown(line)
            again = merge.merge(line, plan_of(line, facts, None, (options, None)))
            assert not again, "a second run with the same facts and options changes something"
            assert again.ledger == line.ledger
            gone, back = before - after, after - before
            spans = [b.transition.span for b in facts.boundaries if b.transition]
            assert all(any(span.holds(seconds) for span in spans) for *_, seconds in gone), "more than transitions was cut out"
            assert {(kind, seconds) for kind, _, _, seconds in back} <= taken, "something came back that no run had cut out"
            taken |= {(kind, seconds) for kind, _, _, seconds in gone}
            assert not gone or options.cuts_out
            assert stacked(line) <= overlaps, "a strip lies over another"
            for _ in range(data.draw(st.integers(0, 3))):
                line = handled(data.draw, line)
            overlaps = stacked(line)

    @quick
    @given(st.data(), films(), st.lists(gap_options, min_size=1, max_size=4), gap_options.filter(lambda options: options.write != "labels"))
    def test_without_a_hand_between_the_last_run_decides(self, data, facts, runs, last):
        start = stage(data.draw)
        line = start
        for options in runs:
            line = run(line, facts, None, (options, None))
        colored = any(options.write == "labels" for options in runs)
        line, fresh = run(line, facts, None, (last, None)), run(start, facts, None, (last, None))
        mine, theirs = look(line), look(fresh)
        assert mine[2] == theirs[2]
        assert frames_shown(line) == frames_shown(fresh)
        assert colored or mine[0] == theirs[0]

    @quick
    @given(st.data(), films(), gap_options.filter(lambda options: options.cuts_out), st.lists(gap_options, max_size=3))
    def test_what_was_put_back_by_hand_stays(self, data, facts, options, later):
        line = run(stage(data.draw), facts, None, (options, None))
        movies = [ref for ref in line.strips if ref.kind == "MOVIE"]
        beside = [(a, b) for a, b in pairwise(movies) if a.frames.end < b.frames.start]
        if not beside:
            return
        left, right = data.draw(st.sampled_from(beside))
        back = FrameRange(left.frames.end, right.frames.start)
        line = Editor(Editor(line).remove_strips(right.name)).trim(left.name, left.frames.start, right.frames.end)
        for chosen in (options, *later, options):
            line = run(line, facts, None, (chosen, None))
            shown = {frame for kind, _, frame, _ in frames_shown(line) if kind == "MOVIE"}
            assert set(range(back.start, back.end)) <= shown

    @quick
    @given(st.data(), films(), said(), st.lists(gap_options, min_size=1, max_size=3))
    def test_corrections_hold_whatever_is_chosen(self, data, facts, spoken, runs):
        line = replace(stage(data.draw), corrections=corrections.dump(spoken))
        for options in runs:
            line = run(line, facts, None, (options, None))
            assert not merge.merge(line, plan_of(line, facts, None, (options, None)))
        last = ShotsPlanOptions("cuts", options.sensitivity, Fraction(5), gradual="middle")
        line = run(line, facts, None, (last, None))
        begins = {ref.frames.start for ref in line.strips if ref.kind == "MOVIE"}
        wanted = {b.frame for b in decided("m", facts.boundaries, 0.0, spoken)} & set(by_hand("m", facts.boundaries, spoken))
        assert all(frame in begins for frame in wanted if 0 < frame < LENGTH)
        for one in spoken.moments:
            if one.said == "no boundary":
                near = {b.frame for b in facts.boundaries if abs(b.seconds - one.seconds) <= NEAR} - wanted
                assert begins.isdisjoint(near - {0})


def test_places_are_where_the_paper_says():
    line = timeline(strip("a", 0, LENGTH), strip("s", 0, LENGTH, kind="SOUND", channel=2))
    assert [place.strip for place in heard(line.strips)] == ["s"]
