"""The cheap signs say what they are said to say."""

from __future__ import annotations

import numpy as np
from assistant_editor.ml.engines.boundary_signs import COUNT, LAGS, REACH, signs

MEAN, SPREAD, STEP, SHARE_CHANGED, BRIGHTER = range(5)
WAY, SHARE, ASIDE = 6, 7, 8
FLASH = 6 + 3 * len(LAGS)
COLUMNS = FLASH + 4


def pictures(count: int) -> np.ndarray:
    """Two unlike noisy pictures, uint8 (count, 27, 48, 3) each."""
    random = np.random.default_rng(3)
    still = random.integers(20, 235, (2, 9, 16, 3)).repeat(3, 1).repeat(3, 2)
    return np.clip(still[:, None] + random.normal(0, 2, (2, count, 27, 48, 3)), 0, 255).astype(np.uint8)


def test_a_row_for_every_frame():
    found = signs(pictures(40)[0])
    assert found.shape == (40, COUNT) and found.dtype == np.float32 and np.isfinite(found).all()
    assert signs(pictures(1)[0]).shape == (1, COUNT)


def test_a_cut_is_one_step_and_a_dissolve_is_none():
    old, new = pictures(80)
    cut = signs(np.concatenate([old[:40], new[40:]]))
    share = np.clip((np.arange(80) - 25) / 30, 0, 1)[:, None, None, None]
    dissolve = signs((old * (1 - share) + new * share).astype(np.uint8))
    assert cut[:, STEP].argmax() == 40 and cut[40, STEP] > 2 * dissolve[:, STEP].max()
    middle = dissolve[40, 6 + 3 * 3 : 9 + 3 * 3]  # at a lag of 16 frames
    assert middle[0] > 0.3 and 0.4 < middle[1] < 0.6 and middle[2] < 0.5 * middle[0]


def test_a_flash_comes_back():
    old, _ = pictures(60)
    flash = old.copy()
    flash[30] = 250
    returned = signs(flash)[30, FLASH]
    cut = signs(np.concatenate([old[:30], pictures(60)[1][30:]]))[30, FLASH]
    assert returned < 0.4 * cut


def test_the_edge_of_a_wipe_wanders_through_the_columns():
    old, new = pictures(48)
    wipe = np.stack([np.where(np.arange(48)[None, :, None] < number, new[number], old[number]) for number in range(48)])
    columns = signs(wipe.astype(np.uint8))[:, COLUMNS : COLUMNS + 12]
    assert [int(columns[number].argmax()) for number in (6, 18, 30, 42)] == [1, 4, 7, 10]


def test_what_is_further_than_the_reach_changes_nothing():
    old, new = pictures(200)
    other = old.copy()
    other[: 100 - REACH - 1] = new[: 100 - REACH - 1]
    other[101 + REACH :] = new[101 + REACH :]
    assert np.array_equal(signs(other)[100], signs(old)[100])
    assert max(LAGS) == REACH
