"""Moods: sources fused into valence, arousal and a label, with the share of each; what voice, picture, rhythm and words say."""

from __future__ import annotations

import base64
from fractions import Fraction
from itertools import pairwise, permutations

import numpy as np
import pytest
from assistant_editor.ml.facts import EXPRESSIONS, PICTURE_VALUES, Looks, Pictures, Span, Voice
from assistant_editor.timeline import mood_sources, moods
from assistant_editor.timeline.feelings import Feeling
from assistant_editor.timeline.moods import Evidence
from assistant_editor.timeline.shot_log import MOODS, SOURCES, Contribution
from hypothesis import given
from hypothesis import strategies as st

axes = st.floats(-3, 3)
evidence = st.lists(
    st.builds(Evidence, st.sampled_from(SOURCES), axes, axes, st.floats(0, 1), st.text("ab", max_size=3)),
    max_size=6,
    unique_by=lambda e: e.source,
)


def span(start: float, end: float) -> Span:
    return Span(Fraction(start), Fraction(end))


def coded(rows: np.ndarray) -> str:
    return base64.b64encode(rows.tobytes()).decode()


def pictures(**values: list[float]) -> Pictures:
    """Two looks a second; what is not given is not known."""
    count = len(next(iter(values.values())))
    table = np.full((count, len(PICTURE_VALUES)), np.nan, np.float16)
    for name, column in values.items():
        table[:, PICTURE_VALUES.index(name)] = column
    seconds = tuple(Fraction(number, 2) for number in range(count))
    camera = np.zeros((count, 6), np.float16)
    return Pictures(span(0, count / 2), Fraction(0), Fraction(24), "made", tuple(range(count)), seconds, coded(table), coded(camera))


def voice(level: list[float], hertz: list[float], speech: float = 1.0, pulses: float = 4.0) -> Voice:
    """One value a second, `pulses` syllables in each; a hundred rows a second."""
    rows = 100 * len(level)
    moments = np.arange(rows) / 100
    wave = 6 * np.cos(2 * np.pi * pulses * moments) - 6
    levels = np.clip((np.repeat(level, 100) + wave + 100) / 0.4, 1, 255).astype(np.uint8)
    tune = 2.6 * np.sqrt(2) * np.sin(2 * np.pi * 0.7 * moments) / 12
    pitch = np.clip(48 * (np.log2(np.repeat(hertz, 100) / 40) + tune), 1, 255).astype(np.uint8)
    said = np.full(rows, round(255 * speech), np.uint8)
    voiced = np.full(rows, 255, np.uint8)
    columns = (coded(column) for column in (said, levels, voiced, pitch, said))
    return Voice(span(0, len(level)), Fraction(0), Fraction(1, 100), "made", *columns, -70.0)


def feeling(negative: float = 0.0, positive: float = 0.0, **shares: float) -> Feeling:
    rest = 1 - sum(shares.values())
    return Feeling(negative, 1 - negative - positive, positive, tuple(shares.get(n, rest if n == "neutral" else 0.0) for n in EXPRESSIONS))


@given(evidence)
def test_the_contributions_add_up_to_the_mood(found: list[Evidence]) -> None:
    mood = moods.fused(found)
    counted = [one for one in found if one.certainty > 0]
    assert (mood is None) == (not counted)
    if mood is None:
        return
    assert mood.label in MOODS and 0 < mood.confidence <= 1
    for axis, whole in enumerate((mood.valence, mood.arousal)):
        parts = [one.shares[axis] * (one.valence, one.arousal)[axis] for one in mood.contributions]
        assert sum(parts) == pytest.approx(whole, abs=1e-3) and abs(whole) < 1
        assert sum(one.shares[axis] for one in mood.contributions) < 1
    assert {one.source for one in mood.contributions} == {one.source for one in counted}


@given(evidence.filter(lambda found: len(found) < 4))
def test_the_order_of_the_sources_does_not_matter(found: list[Evidence]) -> None:
    known = {repr((m.valence, m.arousal, m.label)) for order in permutations(found) if (m := moods.fused(order))}
    assert len(known) <= 1


@given(axes, axes, st.floats(0.01, 0.98))
def test_a_source_that_is_surer_moves_the_mood_further(valence: float, arousal: float, certainty: float) -> None:
    less, more = (moods.fused([Evidence("words", valence, arousal, sure, "")]) for sure in (certainty, certainty + 0.02))
    assert less is not None and more is not None
    assert abs(more.valence) >= abs(less.valence) and abs(more.arousal) >= abs(less.arousal)


def test_a_source_that_is_switched_off_does_not_count() -> None:
    words, picture = Evidence("words", -0.6, -0.2, 1.0, "words"), Evidence("picture", 0.5, 0.3, 1.0, "bright")
    mood = moods.fused([words, picture], sources=("picture",))
    assert mood is not None and [one.source for one in mood.contributions] == ["picture"] and mood.valence > 0
    assert moods.fused([words], sources=("picture",)) is None


@pytest.mark.parametrize("label", [name for name in MOODS if name not in ("dark", "sweet", "funny", "angry", "tense")])
def test_where_a_mood_lies_is_what_it_is_called(label: str) -> None:
    exact = 8.0
    valence, arousal = (axis * exact / (1 + exact) for axis in moods.PLACES[label])
    likely = moods.likelihoods(valence, arousal, {}, (exact, exact))
    assert max(likely, key=likely.__getitem__) == label and sum(likely.values()) == pytest.approx(1)
    unsure = moods.likelihoods(valence / 4, arousal / 4, {}, (0.05, 0.05))
    common = moods.likelihoods(0.0, 0.0, {}, (0.0, 0.0))
    assert unsure[label] == pytest.approx(common[label], abs=0.1), "where little is known, a label is as likely as it is common"


@pytest.mark.parametrize(("label", "other"), [("angry", "tense"), ("tense", "angry")])
def test_what_lies_on_neither_axis_is_told_by_hints(label: str, other: str) -> None:
    valence, arousal = -0.35, 0.35
    likely = moods.likelihoods(valence, arousal, {label: 0.8}, (2.0, 2.0))
    assert likely[label] > 2 * likely[other] and sum(likely.values()) == pytest.approx(1)


def test_the_sentence_names_what_moved_it_most_and_leaves_out_the_rest() -> None:
    mood = moods.fused([
        Evidence("rhythm", 0.0, -0.5, 1.0, "slow"), Evidence("words", -0.7, -0.3, 1.0, "words -0.7"),
        Evidence("picture", -0.01, 0.0, 1.0, "pale")
    ])  # fmt: skip
    assert mood is not None and moods.told(mood) == f"{mood.label}: words -0.7, slow"


def test_what_music_says_counts_by_its_certainty() -> None:
    one = moods.evidence_of(Contribution("music", 0.2, 0.6, 0.5, "fast music"))
    assert one == Evidence("music", 0.2, 0.6, 0.5, "fast music") and moods.evidence_of(None) is None


def test_words_are_weighed_by_how_much_of_them_is_heard() -> None:
    bad, good = feeling(negative=0.9, sadness=0.8), feeling(positive=0.9, joy=0.8)
    both = mood_sources.words([(1.0, 10, bad), (0.1, 10, good)])
    assert both is not None and both.valence < -0.4 and both.reason == "words −0.6 (sad)"  # noqa: RUF001  a minus sign
    few, many = (mood_sources.words([(1.0, count, bad)]) for count in (1, 20))
    assert few is not None and many is not None and few.certainty < 0.2 < 0.9 < many.certainty
    plain = mood_sources.words([(1.0, 5, feeling())])
    assert plain is not None and plain.reason == "neutral words"
    assert mood_sources.words([]) is None and mood_sources.words([(0.0, 10, bad)]) is None


@pytest.mark.parametrize("name", [name for name in EXPRESSIONS if name not in ("neutral", "surprise")])
def test_words_and_faces_of_an_emotion_give_its_mood(name: str) -> None:
    wanted = mood_sources.HINTS[name]
    sign = {"joy": (0.0, 0.8)}.get(name, (0.8, 0.0))
    said = mood_sources.words([(1.0, 12, feeling(*sign, **{name: 0.85}))])
    seen = mood_sources.faces(np.array([0.85 if one == name else 0.025 for one in EXPRESSIONS]), 1)
    for one in (said, seen):
        mood = moods.fused([one])
        assert mood is not None and mood.label == wanted and mood.confidence > 1 / 3


def test_faces_that_show_nothing_and_faces_that_show_a_bit_of_everything_are_told_apart() -> None:
    def reason(**shares: float) -> str:
        rest = (1 - sum(shares.values())) / (len(EXPRESSIONS) - len(shares))
        seen = mood_sources.faces(np.array([shares.get(one, rest) for one in EXPRESSIONS]), 2)
        assert seen is not None
        return seen.reason

    assert reason(joy=0.6) == "happy faces"
    assert reason(neutral=0.6) == reason(neutral=0.3) == "neutral faces"
    assert reason(fear=0.3, sadness=0.25) == "undecided faces"


def test_light_and_colours_please_and_excite_as_in_the_study() -> None:
    def of(brightness: float, saturation: float, warmth: float = 0.0) -> Evidence:
        facts = pictures(brightness=[brightness] * 4, saturation=[saturation] * 4, warmth=[warmth] * 4)
        found = mood_sources.picture(mood_sources.measured(facts), span(0, 2))
        assert found is not None
        return found

    dark, usual, bright = of(0.1, 0.3), of(0.42, 0.32), of(0.75, 0.3)
    assert dark.valence < usual.valence < bright.valence and dark.arousal > bright.arousal
    assert of(0.42, 0.8).arousal > usual.arousal > of(0.42, 0.02).arousal
    assert of(0.42, 0.32, 0.6).arousal > of(0.42, 0.32, -0.6).arousal
    assert dark.reason.startswith("dark") and dark.hints and not usual.hints and usual.reason == ""
    assert mood_sources.picture(mood_sources.measured(pictures(brightness=[np.nan], saturation=[np.nan])), span(0, 1)) is None
    assert mood_sources.picture(None, span(0, 1)) is None


def test_a_shot_between_two_looks_takes_the_nearest_one() -> None:
    known = mood_sources.measured(pictures(brightness=[0.1, 0.9], saturation=[0.3, 0.3]))
    assert known is not None
    assert float(known.within(span(0.3, 0.35))[0, PICTURE_VALUES.index("brightness")]) == pytest.approx(0.9, abs=0.01)
    assert len(known.within(span(100, 101))) == 0


def test_short_shots_and_movement_are_fast_and_a_single_take_says_nothing_by_its_length() -> None:
    looks = pictures(motion=[0.001] * 40 + [0.15] * 20)
    cuts = [0, 8, 16, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]
    spans = [span(start, end) for start, end in pairwise(cuts)]
    known = mood_sources.pace(spans, mood_sources.measured(looks), None)
    slow, fast = mood_sources.rhythm(0, known), mood_sources.rhythm(5, known)
    assert slow is not None and fast is not None and slow.arousal < -0.2 and fast.arousal > 0.2
    assert "slow" in slow.reason and "fast" in fast.reason and slow.valence == fast.valence == 0
    take = mood_sources.pace([span(0, 600)], None, None)
    assert mood_sources.rhythm(0, take) is None


def test_movement_is_read_from_looks_where_pictures_were_not_measured() -> None:
    seconds = (Fraction(0), Fraction(1, 2), Fraction(1))
    facts = Looks(span(0, 2), Fraction(0), Fraction(24), (0, 12, 24), seconds, (1.0,) * 3, (1.0,) * 3, (0.1, 0.3, 0.9), "made", 0, "")
    assert mood_sources.motion(None, facts, span(0, 1)) == pytest.approx(0.2)
    assert mood_sources.motion(None, facts, span(5, 6)) is None and mood_sources.motion(None, None, span(0, 1)) is None


def test_loud_high_and_fast_speech_is_excited_beside_the_rest_of_the_medium() -> None:
    facts = voice([-30.0] * 20 + [-18.0] * 5 + [-40.0] * 5, [120.0] * 20 + [190.0] * 5 + [95.0] * 5)
    known = mood_sources.speech(facts)
    usual, excited, weary = (mood_sources.voice(known, span(*part)) for part in ((5, 10), (20, 25), (25, 30)))
    assert usual is not None and excited is not None and weary is not None
    assert weary.arousal < usual.arousal - 0.3 < usual.arousal + 0.3 < excited.arousal
    assert excited.reason in ("loud, high voice", "high voice, loud") and "quiet" in weary.reason
    assert excited.valence == 0, "of valence the voice says nothing"


def test_fast_speech_is_told_from_slow_without_a_transcript() -> None:
    slow, fast = (
        mood_sources.voice(mood_sources.speech(voice([-30.0] * 10, [120.0] * 10, pulses=rate)), span(0, 10)) for rate in (2.0, 8.0)
    )
    assert slow is not None and fast is not None and slow.arousal < fast.arousal
    assert "slow speech" in slow.reason and "fast speech" in fast.reason


def test_a_level_with_nothing_to_compare_it_with_says_nothing() -> None:
    loud, soft = (mood_sources.voice(mood_sources.speech(voice([level] * 10, [120.0] * 10)), span(0, 10)) for level in (-12.0, -45.0))
    assert loud is not None and soft is not None and loud.arousal == pytest.approx(soft.arousal, abs=0.02)


def test_where_nobody_speaks_there_is_no_voice() -> None:
    assert mood_sources.speech(voice([-30.0] * 5, [120.0] * 5, speech=0.1)) is None
    assert mood_sources.voice(None, span(0, 5)) is None


def test_shots_are_counted_by_mood() -> None:
    one = moods.fused([Evidence("words", 0.0, 0.0, 1.0, "")])
    assert moods.counted([one, one, None]) == "3 shots: 2 neutral, 1 without a mood." and moods.counted([]) == "0 shots."
