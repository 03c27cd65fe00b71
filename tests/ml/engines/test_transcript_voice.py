"""Speech found, and gathered into clips that cut no word."""

from __future__ import annotations

import threading
from itertools import pairwise

import numpy as np
import pytest
from assistant_editor.ml.engines import voice
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.media import samples
from hypothesis import given, settings
from hypothesis import strategies as st

SECOND = voice.RATE / voice.HOP


def chances(*parts: tuple[float, float]) -> np.ndarray:
    """(probability, seconds) one after the other."""
    return np.concatenate([np.full(round(seconds * SECOND), value, np.float32) for value, seconds in parts])


class TestSpeech:
    def test_short_pauses_do_not_split_and_clicks_do_not_count(self):
        chance = chances((0, 1), (0.9, 1), (0.1, 0.1), (0.9, 1), (0, 1), (0.9, 0.06), (0, 1))
        assert len(voice.speech(chance)) == 1

    def test_a_pause_splits(self):
        assert len(voice.speech(chances((0.9, 1), (0.1, 0.2), (0.9, 1)))) == 2

    def test_where_nothing_is_sure_what_is_likely_for_long_may_be_speech(self):
        chance = chances((0, 1), (0.3, 0.1), (0.05, 1), (0.4, 1.5), (0, 1))
        assert voice.speech(chance) == []
        assert voice.Clip(0, np.zeros(len(chance) * voice.HOP, np.float32), chance).spoken > 0
        ((first, end),) = voice.faint(chance)
        assert (first, end) == (round(1 * SECOND) + round(0.1 * SECOND) + round(1 * SECOND), len(chance) - round(1 * SECOND))

    def test_doubt_between_the_thresholds_does_not_end_speech(self):
        assert len(voice.speech(chances((0.9, 1), (0.4, 1), (0.9, 1)))) == 1

    @given(st.lists(st.floats(0, 1, width=32), max_size=300))
    def test_every_sure_hop_but_clicks_is_inside(self, values):
        regions = voice.speech(np.array(values, np.float32))
        assert all(0 <= start < end <= len(values) for start, end in regions)
        assert all(before[1] < after[0] for before, after in pairwise(regions))
        for hop in range(len(values) - voice.CLICK + 1):
            if min(values[hop : hop + voice.CLICK]) >= voice.SPEECH:
                assert any(start <= hop < end for start, end in regions)


@st.composite
def regions(draw):
    at, found = 0, []
    for gap, length in draw(st.lists(st.tuples(st.integers(6, 400), st.integers(3, 3000)), max_size=12)):
        found.append((at + gap, at + gap + length))
        at += gap + length
    return found


class TestClips:
    @given(regions(), st.integers(0, 2**32 - 1))
    def test_all_speech_is_in_clips_that_fit_and_do_not_overlap(self, found, seed):
        chance = np.random.default_rng(seed).random(found[-1][1] if found else 0)
        clips = voice.clips(found, chance)
        assert all(0 < end - start <= voice.LONGEST for start, end in clips)
        assert all(before[1] <= after[0] for before, after in pairwise(clips))
        covered = sum(min(end, last) - max(start, first) for start, end in clips for first, last in found if start < last and first < end)
        assert covered == sum(end - start for start, end in found)

    def test_the_longest_late_pause_ends_a_clip(self):
        found = [(0, 300), (310, 600), (640, 800), (810, 1200)]
        assert voice.clips(found, np.ones(1200), longest=937) == [(0, 600), (640, 1200)]

    def test_rather_not_after_a_few_words(self):
        found = [(0, 500), (512, 530), (546, 900), (910, 1300)]
        assert voice.clips(found, np.ones(1300), longest=937) == [(0, 500), (512, 1300)]

    def test_a_long_pause_ends_it_early(self):
        assert voice.clips([(0, 50), (50 + voice.LONG_PAUSE, 400)], np.ones(400)) == [(0, 50), (50 + voice.LONG_PAUSE, 400)]

    def test_without_any_pause_the_least_likely_speech_is_cut(self):
        chance = np.ones(1500)
        chance[700] = 0.6
        assert voice.clips([(0, 1500)], chance, longest=937) == [(0, 700), (700, 1500)]

    @given(regions())
    def test_padding_never_overlaps(self, found):
        length = (found[-1][1] if found else 0) * voice.HOP + 100
        ranges = voice.padded(found, length)
        edges = [edge for pair in ranges for edge in pair]
        assert edges == sorted(edges) and all(0 <= edge <= length for edge in edges)
        for (start, end), (first, last) in zip(found, ranges, strict=True):
            assert first <= start * voice.HOP and end * voice.HOP <= last

    def test_a_short_clip_takes_what_is_around_it_as_far_as_its_window_has_room(self):
        second = voice.RATE // voice.HOP
        (whole,) = voice.padded([(second, 3 * second)], 9 * voice.RATE)
        assert whole == (0, 9 * voice.RATE)
        ((first, last),) = voice.padded([(60 * second, 62 * second)], 200 * voice.RATE)
        assert last - first == voice.ROOM
        ((first, last),) = voice.padded([(60 * second, 80 * second)], 200 * voice.RATE)
        assert (60 * second * voice.HOP - first, last - 80 * second * voice.HOP) == (voice.PAD, voice.PAD)

    @given(st.integers(0, 60), st.integers(1, 9))
    def test_batches_hold_every_clip_once_and_differ_by_one_at_most(self, count, most):
        batches = list(voice.shares([voice.Clip(n, np.zeros(0), np.zeros(0)) for n in range(count)], most))
        assert [clip.start for batch in batches for clip in batch] == list(range(count))
        sizes = {len(batch) for batch in batches}
        assert not sizes or (max(sizes) <= most and max(sizes) - min(sizes) <= 1)


class TestAhead:
    def test_the_next_one_is_on_its_way_before_it_is_asked_for(self):
        begun = threading.Event()

        def items():
            yield 1
            begun.set()
            yield 2

        coming = voice.ahead(items())
        assert next(coming) == 1 and begun.wait(10)
        assert list(coming) == [2]

    def test_what_goes_wrong_there_is_told_here(self):
        def items():
            yield 1
            raise EditorError("The sound ends.", "", "x")

        with pytest.raises(EditorError, match="The sound ends"):
            list(voice.ahead(items()))


class TestListen:
    @given(st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=12), st.integers(1, 7))
    @settings(max_examples=40, deadline=None)
    def test_the_same_speech_however_it_comes(self, parts, size):
        """Speech is 1, silence 0; a stand-in for the network, so that hours can be heard in no time."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(voice, "probabilities", lambda sound: sound[:: voice.HOP].astype(np.float32))
            patch.setattr(voice, "STRETCH", 3 * voice.LONGEST * voice.HOP)
            sound = np.concatenate([np.zeros(0, np.float32), *(np.full(n * 31 * voice.HOP, said, np.float32) for said, n in parts)])
            chunks = [sound[start : start + size * 7 * voice.HOP] for start in range(0, len(sound), size * 7 * voice.HOP)]
            heard = list(voice.listen(chunks, lambda: None))
        clips = [clip for group, _ in heard for clip in group]
        assert heard[-1][1] == len(sound)
        assert all(np.array_equal(sound[clip.start : clip.start + len(clip.samples)], clip.samples) for clip in clips)
        starts = [clip.start for clip in clips]
        assert starts == sorted(starts)
        spoken = np.zeros(len(sound), bool)
        for clip in clips:
            assert not spoken[clip.start : clip.start + len(clip.samples)].any(), "a sample was heard twice"
            spoken[clip.start : clip.start + len(clip.samples)] = True
        assert not (sound[~spoken] > 0).any(), "speech was not heard"

    def test_nothing_to_hear(self):
        assert list(voice.listen([], lambda: None)) == [([], 0)]


def test_the_network_tells_speech_from_noise(media_folder):
    speech = samples(media_folder / "two_cities.wav")
    assert 0.5 < (voice.probabilities(speech) > voice.SPEECH).mean() < 1
    noise = np.random.default_rng(1).normal(0, 0.05, voice.RATE * 10).astype(np.float32)
    for sound in (noise, np.zeros(voice.RATE * 10, np.float32), np.sin(np.arange(voice.RATE * 10) / 5).astype(np.float32)):
        assert voice.speech(voice.probabilities(sound)) == []
