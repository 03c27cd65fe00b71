"""Labels are read as their publishers wrote them."""

from __future__ import annotations

import json

import pytest

from benchmarks.shots_labels import Labels, film_of, read_labels, recognised


def test_our_own(tmp_path):
    path = tmp_path / "shots.json"
    entry = {"fps": 24, "hard_cuts": [9, 4], "gradual": [[20, 30, "dissolve"]]}
    data = {
        "a.mp4": entry,
        "b.mp4": entry | {"not_cuts": [7, [40, "flash"]]},
        "c.mp4": entry | {"not_cuts": [[7, "flash"]], "traps": [[7, 9, "flash"]]},
    }
    path.write_text(json.dumps(data))
    known = read_labels(path)
    assert known["a.mp4"] == Labels((4, 9), ((20, 30, "dissolve"),))
    assert known["b.mp4"].traps == ((5, 9, "trap"), (38, 42, "flash"))
    assert known["c.mp4"].traps == ((7, 9, "flash"),)


def test_bbc_planet_earth(tmp_path):
    """Rows of shots; the original files count one too low, the fixed ones do not."""
    rows = "0\t649\n650\t1159\n1160\t4514\n4555\t4771\n"
    original, fixed = tmp_path / "11_Ocean_Deep.txt", tmp_path / "11-scenes.txt"
    original.write_text(rows)
    fixed.write_text(rows)
    assert recognised(original) == recognised(fixed) == "bbc"
    assert read_labels(original) == {"11_Ocean_Deep": Labels((651, 1161), ((4516, 4555, "gradual"),))}
    assert read_labels(fixed) == {"11-scenes": Labels((650, 1160), ((4515, 4554, "gradual"),))}


def test_two_shots_that_share_a_frame_are_parted_by_a_cut(tmp_path):
    path = tmp_path / "11-scenes.txt"
    path.write_text("0 100\n100 200\n")
    assert read_labels(path)["11-scenes"] == Labels((100,))


def test_rai(tmp_path):
    folder = tmp_path / "labels"
    folder.mkdir()
    (folder / "1_gt.txt").write_text("0 10\n11 40\n43 90\n")
    (folder / "23_gt.txt").write_text("0 10\n")
    assert recognised(folder) == "rai"
    assert read_labels(folder) == {"1": Labels((11,), ((41, 42, "gradual"),)), "23": Labels(())}


def test_clipshots(tmp_path):
    path = tmp_path / "test.json"
    path.write_text(json.dumps({"a.mp4": {"frame_num": 200.0, "transitions": [[99, 100], [120, 131]]}, "b.mp4": {"transitions": []}}))
    assert read_labels(path) == {"a.mp4": Labels((100,), ((121, 130, "gradual"),)), "b.mp4": Labels(())}


def test_autoshot_in_one_file_with_its_slips_of_the_pen(tmp_path):
    path, told = tmp_path / "kuaishou_v2.txt", []
    path.write_text("31602670982.mp4 1499\n130,131\n480,525\n\n33338203782.mp4  3449\n722,57\n568,,569\n2959.2960\n179,180,\n")
    known = read_labels(path, notice=told.append)
    assert known == {"31602670982.mp4": Labels((131,), ((481, 524, "gradual"),)), "33338203782.mp4": Labels((180, 569, 2960))}
    assert len(told) == 1 and "722,57" in told[0]


def test_autoshot_in_a_file_a_film(tmp_path):
    (tmp_path / "27683571059.txt").write_text("0 43\n44 102\n103 119\n125 142\n")
    assert recognised(tmp_path) == "autoshot"
    assert read_labels(tmp_path) == {"27683571059": Labels((44, 103), ((120, 124, "gradual"),))}


def test_what_is_not_recognised_is_refused(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"a.mp4": {"cuts": []}}))
    (tmp_path / "01_bad.txt").write_text("0 43 7\n")
    with pytest.raises(ValueError, match="--format"):
        read_labels(tmp_path / "a.json")
    with pytest.raises(ValueError, match="two whole numbers"):
        read_labels(tmp_path / "01_bad.txt", "bbc")


def test_films_are_found_by_name_by_stem_and_by_number(tmp_path):
    videos = tmp_path / "videos"
    videos.mkdir()
    for name in ("bbc_01.mp4", "bbc_11.mp4", "23.mp4"):
        (videos / name).touch()
    assert film_of("23", tmp_path) == videos / "23.mp4"
    assert film_of("11_Ocean_Deep", tmp_path) == film_of("11-scenes", tmp_path) == videos / "bbc_11.mp4"
    assert film_of("bbc_01.mp4", tmp_path) == videos / "bbc_01.mp4"
    assert film_of("02-scenes", tmp_path) is None
