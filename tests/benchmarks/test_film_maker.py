"""Labels of made films are exact: read back from the pixels of losslessly coded films."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from tests.film_maker import make_film, plans_with_each
from tests.films.joins import WIPES, Join, share, wiped
from tests.films.labels import KINDS, TRAPS
from tests.films.planning import AWAY, CLEAR, TITLE, plan_film
from tests.films.rendering import pictures
from tests.films.sources import SourceShot, photographs, video_shots


@pytest.fixture(scope="module")
def street(tmp_path_factory, media_folder):
    """The packaged film's shots, measured on its pixels."""
    return video_shots(media_folder / "bikes.mp4", tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="module")
def flat():
    """Shots of one colour each, never black or white: what is not exactly one of these colours is blended."""
    colours = ((230, 40, 40), (40, 230, 40), (40, 40, 230), (220, 220, 30), (30, 200, 220))
    return [SourceShot(str(colour), np.full((70, 48, 64, 3), colour, np.uint8)) for colour in colours]


@pytest.fixture
def without_grain(monkeypatch):
    monkeypatch.setattr("tests.films.looks.grained", lambda image, *_: image)


def read(path):
    import av

    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def plain(image: np.ndarray) -> bool:
    """One colour, letterbox aside."""
    inside = image[6:-6]
    return bool((inside == inside[0, 0]).all())


@pytest.mark.parametrize("seed", range(4))
def test_cuts_and_blended_frames_are_where_the_labels_say(flat, without_grain, tmp_path, seed):
    """From the decoded film alone: every frame outside the labelled transitions is one plain colour, and it changes exactly at the
    cuts; every labelled blended frame is neither of the colours on its two sides, but for the plain ones within a fade."""
    made = make_film(seed, tmp_path / "a.mkv", flat, 500, KINDS, (), (CLEAR, 30), (64, 36), lossless=True)
    film = read(tmp_path / "a.mkv")
    assert len(film) == made.frames and made.gradual
    blended = {frame for first, last, _ in made.gradual for frame in range(first, last + 1)}
    colours = [tuple(image[18, 32].tolist()) for image in film]
    changes = [n for n in range(1, len(film)) if n not in blended and n - 1 not in blended and colours[n] != colours[n - 1]]
    assert tuple(changes) == made.cuts
    assert all(plain(film[n]) for n in range(len(film)) if n not in blended)
    for first, last, kind in made.gradual:
        before = colours[first - 1] if first else (0, 0, 0)
        after = colours[last + 1] if last + 1 < len(film) else (0, 0, 0)
        for n in range(first, last + 1):
            if kind == "wipe":
                seen = set(map(tuple, film[n][6:-6].reshape(-1, 3).tolist()))
                assert len(seen) > 1 and seen != {before} and seen != {after}
            else:
                assert plain(film[n]) and colours[n] not in (before, after), (kind, n)
        if kind.startswith("fade-through"):
            between = {"fade-through-black": (0, 0, 0), "fade-through-white": (255, 255, 255)}[kind]
            assert colours[first] != between and colours[last] != between


def test_a_film_is_its_plan_frame_by_frame(street, tmp_path):
    """Real footage with traps: what is decoded is what was drawn, as many frames as the labels say."""
    plan = plan_film(5, street, 200, size=(160, 90))
    made = make_film(5, tmp_path / "a.mkv", street, 200, size=(160, 90), lossless=True)
    film = read(tmp_path / "a.mkv")
    drawn = list(pictures(plan, street))
    assert len(film) == len(drawn) == made.frames == plan.labels().frames
    assert all((one == other).all() for one, other in zip(film, drawn, strict=True))


def test_the_same_seed_gives_the_same_film(street, tmp_path):
    labels = [make_film(seed, tmp_path / f"{n}.mkv", street, 120, size=(160, 90), lossless=True) for n, seed in enumerate((7, 7, 8))]
    prints = [hashlib.sha256(np.stack(read(tmp_path / f"{n}.mkv"))).hexdigest() for n in range(3)]
    assert labels[0] == labels[1] != labels[2] and prints[0] == prints[1] != prints[2]


def test_neighbours_are_of_different_shots_and_differ_visibly(street):
    for seed in range(6):
        plan = plan_film(seed, street, 1000, size=(160, 90))
        shots = [clip.shot for clip in plan.clips]
        assert all(one != other for one, other in pairwise(shots))
        film = list(pictures(plan, street))
        for cut in plan.labels().cuts:
            change = np.abs(film[cut].astype(int) - film[cut - 1]).mean()
            assert change > 5, (seed, cut)


def test_traps_stay_clear_of_transitions(street):
    seen = set()
    for seed in range(40):
        made = plan_film(seed, street, 800, size=(160, 90)).labels()
        seen |= {what for _, _, what in made.traps}
        edges = [(cut - 1, cut) for cut in made.cuts] + [(first, last) for first, last, _ in made.gradual]
        for first, last, what in made.traps:
            assert first <= last
            for begin, end in edges:
                assert last + (AWAY if what != "title" else 1) <= begin + 1 or end + AWAY <= first, (what, first, last, begin, end)
    assert seen == set(TRAPS)


@pytest.mark.parametrize("what", TRAPS)
def test_every_trap_is_seen(street, what):
    """In the frames of a trap the picture differs from that of the same shot without it; elsewhere it does not."""
    for seed in range(60):
        plan = plan_film(seed, street, 400, ["cut"], [what], (12, 18) if what == "fast" else (60, 120), (160, 90))
        if plan.labels().traps:
            break
    first = plan.labels().traps[0][0]
    if what in {"fast", "grain"}:
        clip = next(clip for clip in plan.clips if clip.traps)
        assert abs(clip.look.speed) >= 3 or clip.look.grain >= 9
        return
    bare = replace(plan, clips=tuple(replace(clip, traps=()) for clip in plan.clips))
    differ = [bool((one != other).any()) for one, other in zip(pictures(plan, street), pictures(bare, street), strict=True)]
    assert differ[first] and not any(differ[:first])
    if what == "title":
        assert plan.clips[[bool(clip.traps) for clip in plan.clips].index(True)].shot == TITLE


def test_each_kind_is_made_as_often_as_asked(street):
    counts = dict.fromkeys(KINDS, 0)
    films = 0
    for plan in plans_with_each(1, 20, street):
        films += 1
        counts = {kind: counts[kind] + count for kind, count in plan.labels().counts().items()}
        assert 2900 < plan.labels().frames < 3500
    assert min(counts.values()) >= 20 and films <= 8


def test_shares_of_a_blend_lie_strictly_between_and_rise():
    for length in (1, 4, 60):
        for eased in (False, True):
            shares = [share(place, length, eased) for place in range(length)]
            assert shares[0] > 0 and shares[-1] < 1 and shares == sorted(shares)


@pytest.mark.parametrize("wipe", WIPES)
@pytest.mark.parametrize("soft", [0.0, 0.2])
def test_every_frame_of_a_wipe_shows_both_pictures(wipe, soft):
    old, new = np.zeros((36, 64, 3), np.uint8), np.full((36, 64, 3), 200, np.uint8)
    join = Join("wipe", 60, 0, 60, True, wipe, soft)
    parts = [wiped(old, new, share(place, 60, True), join).mean() / 200 for place in range(60)]
    assert 0 < parts[0] < 0.1 and 0.9 < parts[-1] < 1 and parts == sorted(parts)
    assert parts[29] == pytest.approx(0.5, abs=0.05)


def test_shots_of_the_packaged_film_are_told_apart(street):
    assert [int(shot.name.partition("#")[2]) for shot in street] == [0, 32, 78, 139, 189]
    assert all(len(shot.pictures) >= CLEAR for shot in street)


def test_labels_of_a_folder_are_used_for_its_films(fixtures_folder, tmp_path):
    found = video_shots(fixtures_folder / "video" / "big_buck_bunny_60s.mp4", tmp_path)
    assert [int(shot.name.partition("#")[2]) for shot in found] == [60, 287, 380, 555, 813, 1147, 1348]
    assert len(found[3].pictures) == 194
    assert photographs(sorted(fixtures_folder.glob("images/*.jpg")))[0].still


def test_unknown_words_and_too_few_shots_are_refused(street):
    with pytest.raises(ValueError, match="dissolve"):
        plan_film(1, street, kinds=["melt"])
    with pytest.raises(ValueError, match="two"):
        plan_film(1, street[:1])


def test_rates_are_exact(street):
    assert {plan_film(seed, street, 100).rate for seed in range(40)} >= {Fraction(24000, 1001), Fraction(50)}
