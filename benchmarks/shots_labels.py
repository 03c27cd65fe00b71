"""What is known of films: our own labels, and the published annotations of BBC Planet Earth, RAI, ClipShots and AutoShot.

All readers give frames counted from 0, `cuts` as the first frame of the new shot, and `gradual` as (first blended frame, last
blended frame, kind). The published sets do not name kinds ("gradual").

- ours: JSON {"film.mp4": {"hard_cuts": [...], "gradual": [[first, last, kind], ...], "not_cuts": [frame or [frame, what], ...],
  "traps": [[first, last, what], ...]}}; other keys are ignored. `traps` says the same as `not_cuts` with an extent.
- bbc: one text file a film, a row "first TAB last" for each shot, both inclusive; frames between two rows are a gradual
  transition. L. Baraldi, C. Grana, R. Cucchiara, "A Deep Siamese Network for Scene Detection in Broadcast Videos", ACM
  Multimedia 2015, and the readme of their archive. The frames of the original annotations/shots/NN_*.txt are one too low
  for the films: TransNetV2's training/consolidate_datasets.py adds 1 to all but a leading 0, and so does this reader. Later files
  fixed/NN-scenes.txt (Zenodo 14873790, read as they are by PySceneDetect's benchmark) need no shift.
- rai: the same rows, counted right, in labels/N_gt.txt. L. Baraldi, C. Grana, R. Cucchiara, "Shot and Scene Detection via
  Hierarchical Clustering for Re-using Broadcast Video", CAIP 2015; TransNetV2's training/consolidate_datasets.py.
- clipshots: JSON {"film.mp4": {"transitions": [[begin, end], ...], "frame_num": n}}: `begin` is the last frame of the old shot, `end`
  the first of the new one; a hard cut where end - begin is 1. S. Tang et al., "Fast Video Shot Transition Localization with
  Deep Structured Models", ACCV 2018; eval_res.py of github.com/Tangshitao/ClipShots_basline.
- autoshot: kuaishou_v2.txt: "film.mp4 n" and then rows "begin,end" as in ClipShots; or one text file a film with rows
  "first last" as in RAI. W. Zhu et al., "AutoShot", CVPR workshop NAS 2023, github.com/wentaozhu/AutoShot. The published file has slips
  of the pen ("2959.2960", "722,57"): what is no transition is left out, and said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

AROUND = 2
"""Frames before and after a trap that is given as one frame in which a detection counts as its doing."""
LONGEST = 300
"""Frames. A longer "transition" in AutoShot's file is a slip of the pen."""
FILMS = (".mp4", ".mkv", ".mov", ".avi", ".webm", ".mpg", ".m4v")

Notice = Callable[[str], None]


@dataclass(frozen=True)
class Labels:
    """What is known of a film: first frames of new shots, (first, last, kind) of gradual transitions, (first, last, what) of traps."""

    cuts: tuple[int, ...]
    gradual: tuple[tuple[int, int, str], ...] = ()
    traps: tuple[tuple[int, int, str], ...] = ()


def read_labels(path: Path, layout: str = "auto", notice: Notice = print) -> dict[str, Labels]:
    """Labels by name of film. `path` is a file, or for `bbc`, `rai` and `autoshot` also the folder of text files; where these do
    not name the film, the key is the name of the text file without its ending.

    Raises ValueError where a file is not as described above, or when "auto" does not recognise it.
    """
    layout = recognised(path) if layout == "auto" else layout
    if layout == "ours":
        return {name: _ours(entry) for name, entry in _json(path).items()}
    if layout == "clipshots":
        return {name: _from_pairs(entry["transitions"], lambda _: None) for name, entry in _json(path).items()}
    if layout == "autoshot" and path.is_file() and _heads(path):
        return _autoshot(path, notice)
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    if layout not in {"bbc", "rai", "autoshot"} or not files:
        raise ValueError(f"{path} is no annotation of layout {layout!r}")
    return {_stem(file, layout): _shots(file, shift=int(layout == "bbc" and not file.stem.endswith("-scenes"))) for file in files}


def recognised(path: Path) -> str:
    """Which of the layouts a file or folder has. Raises ValueError when none."""
    if path.is_dir():
        names = [file.name for file in path.glob("*.txt")]
        if names and all(re.fullmatch(r"\d+_gt\.txt", name) for name in names):
            return "rai"
        if names and all(re.fullmatch(r"\d\d([_-].*)?\.txt", name) for name in names):
            return "bbc"
        if names and all(re.fullmatch(r"\d{6,}\.txt", name) for name in names):
            return "autoshot"
    elif path.suffix == ".json":
        entries = [entry for entry in _json(path).values() if isinstance(entry, dict)]
        if entries and all("hard_cuts" in entry for entry in entries):
            return "ours"
        if entries and all("transitions" in entry for entry in entries):
            return "clipshots"
    elif _heads(path):
        return "autoshot"
    elif path.name.endswith("_gt.txt"):
        return "rai"
    elif re.fullmatch(r"\d\d[_-].*\.txt", path.name):
        return "bbc"
    raise ValueError(f"{path} is not recognised as labels of ours, BBC, RAI, ClipShots or AutoShot; say which with --format")


def film_of(name: str, data: Path) -> Path | None:
    """The film in `data` (or its folder `videos`) that labels of this name are about: by file name, by stem, or by the number it
    ends in (bbc_01.mp4 for 01_From_Pole_to_Pole). None when it is not there."""
    files = [file for folder in (data, data / "videos") if folder.is_dir() for file in sorted(folder.iterdir())]
    films = [file for file in files if file.suffix.lower() in FILMS]
    for same in (lambda film: film.name == name, lambda film: film.stem == name, lambda film: _number(film.stem) == _number(name) != ""):
        found = [film for film in films if same(film)]
        if found:
            return found[0]
    return None


def _number(name: str) -> str:
    """The number of an episode: "01" of bbc_01, 01_From_Pole_to_Pole and 01-scenes; empty when there is none."""
    found = re.fullmatch(r"(?:bbc_)?(\d\d)(?:[_-].*)?", name)
    return found.group(1) if found else ""


def _json(path: Path) -> Mapping[str, Any]:
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise ValueError(f"{path} holds no object by name of film")
    return data


def _ours(entry: Mapping[str, Any]) -> Labels:
    gradual = [(int(first), int(last), str(*kind) if kind else "gradual") for first, last, *kind in entry.get("gradual", [])]
    if "traps" in entry:
        traps = [(int(first), int(last), str(what)) for first, last, what in entry["traps"]]
    else:
        pairs = [(one, "trap") if isinstance(one, int) else (one[0], one[1]) for one in entry.get("not_cuts", [])]
        traps = [(frame - AROUND, frame + AROUND, what) for frame, what in pairs]
    return Labels(tuple(sorted(entry["hard_cuts"])), tuple(sorted(gradual)), tuple(sorted(traps)))


def _from_pairs(pairs: Iterable[Sequence[int]], refuse: Callable[[Sequence[int]], None]) -> Labels:
    """From (last frame of the old shot, first frame of the new one)."""
    cuts, gradual = [], []
    for pair in pairs:
        begin, end = pair
        if end <= begin:
            refuse(pair)
        elif end - begin == 1:
            cuts.append(end)
        else:
            gradual.append((begin + 1, end - 1, "gradual"))
    return Labels(tuple(sorted(cuts)), tuple(sorted(gradual)))


def _shots(path: Path, shift: int) -> Labels:
    """From rows "first last" of shots, both inclusive."""
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    try:
        shots = [(int(first) + shift, int(last) + shift) for first, last in rows]
    except ValueError as reason:
        raise ValueError(f"{path} does not hold two whole numbers in every row") from reason
    # Two shots that share a frame, as a few do in BBC, are parted by a cut at the later one's first.
    return _from_pairs(((min(old[1], new[0] - 1), new[0]) for old, new in pairwise(shots)), lambda _: None)


def _stem(path: Path, layout: str) -> str:
    return path.stem.removesuffix("_gt") if layout == "rai" else path.stem


def _heads(path: Path) -> bool:
    """Whether this text names its films, as AutoShot's does."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return re.match(r"\S+\.mp4\b", file.readline().strip()) is not None


def _autoshot(path: Path, notice: Notice) -> dict[str, Labels]:
    pairs: dict[str, list[tuple[int, int]]] = {}
    film = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        head = re.match(r"\s*(\S+\.mp4)\b", line)
        row = re.fullmatch(r"\s*(\d+)\s*[,.]+\s*(\d+)\s*,?\s*", line)
        if head:
            film = head.group(1)
            pairs[film] = []
        elif row and 0 < int(row.group(2)) - int(row.group(1)) <= LONGEST:
            pairs[film].append((int(row.group(1)), int(row.group(2))))
        elif line.strip():
            notice(f"{path.name}, line {number}: {line.strip()!r} is no transition; it is left out.")
    return {name: _from_pairs(found, lambda _: None) for name, found in pairs.items()}
