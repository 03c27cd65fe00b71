"""Which clips go through CTranslate2 together, and that their company changes nothing."""

from __future__ import annotations

import pytest
from assistant_editor.ml import models
from assistant_editor.ml.engines.recogniser_ct2 import SPREAD, FasterWhisper, together
from assistant_editor.ml.engines.recognisers import LEAST, Asked
from assistant_editor.ml.engines.voice import RATE
from assistant_editor.ml.media import samples
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.integers(LEAST, 3000), max_size=20), st.integers(1, 4))
def test_every_clip_is_in_one_part_with_others_of_about_its_length(windows, workers):
    parts = list(together(windows, workers))
    assert sorted(place for part in parts for place in part) == list(range(len(windows)))
    assert all(max(windows[place] for place in part) - min(windows[place] for place in part) <= SPREAD for part in parts)


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (2, [1, 1]), (7, [3, 4]), (8, [4, 4])])
def test_two_workers_share_what_is_alike(count, sizes):
    assert [len(part) for part in together([2000] * count, 2)] == sizes


@pytest.fixture(scope="module")
def recogniser(models_folder):
    where = models.path_of(models.speech_model("faster-whisper", "tiny.en"), models_folder)
    return FasterWhisper(where, "tiny.en", pytest.fail)


def test_a_clip_says_the_same_alone_and_in_company(recogniser, media_folder):
    reading = samples(str(media_folder / "two_cities.wav"))
    clips = [reading[start * RATE : (start + 6) * RATE] for start in (0, 8, 16)]
    encoded = recogniser.encode(clips)
    together_said = recogniser.decode(encoded, [0, 1, 2], ["en"] * 3, Asked(), 0.0)
    assert sorted(place for places in recogniser.parts(clips) for place in places) == [0, 1, 2]
    assert [len(one.text.split()) > 3 for one in together_said] == [True] * 3
    for place in range(3):
        (alone,) = recogniser.decode(encoded, [place], ["en"], Asked(), 0.0)
        assert alone.text == together_said[place].text
        assert alone.log_probability == pytest.approx(together_said[place].log_probability, abs=0.01)
    words = recogniser.align(encoded, [2, 0], ["en"] * 2, Asked(), [together_said[2], together_said[0]])
    assert ["".join(word.text for word in own).strip() for own in words] == [together_said[2].text.strip(), together_said[0].text.strip()]
    assert all(0 <= word.start <= word.end <= 7 for own in words for word in own)
