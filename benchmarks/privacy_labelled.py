"""How much of what people drew boxes around is still to be seen after Anonymise, by what it was told to cover. Part of `privacy.py`.

`privacy_labels.json` holds boxes drawn by eye on frames of films that come with Python packages. Each film is anonymised by every mode with
patches of a colour that is nowhere in it, the labelled frames are rendered, and what of each box has that colour is covered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

LABELS = Path(__file__).with_name("privacy_labels.json")
INK = (1.0, 0.0, 1.0)
CORE, BARE = 0.85, 0.05
"""As for the made films: the part of a box, in its width, that must be covered, as an ellipse; the share of it from which it is bare."""
CARS = "car, truck, bus"
MODES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "Faces": ({"privacy_what": "faces"}, ("face",)),
    "Faces, Look Twice": ({"privacy_what": "faces", "privacy_second": True}, ("face",)),
    "Faces and Heads": ({"privacy_what": "heads"}, ("face", "head")),
    "People": ({"privacy_what": "people"}, ("face", "head", "person")),
    "Faces and Heads, Look Twice": ({"privacy_what": "heads", "privacy_second": True}, ("face", "head")),
    "People, Look Twice": ({"privacy_what": "people", "privacy_second": True}, ("face", "head", "person")),
    f"Things: {CARS}, Look Twice": ({"privacy_what": "things", "privacy_things": CARS, "privacy_second": True}, ("car", "plate")),
    f"Things: {CARS}": ({"privacy_what": "things", "privacy_things": CARS}, ("car", "plate")),
    "Things: bicycle": ({"privacy_what": "things", "privacy_things": "bicycle"}, ("bicycle",)),
}
"""Options of the operator, and the kinds of labels that are to be covered then."""
OBJECTS = {"heads", "people", "things"}


def known(film: Path) -> dict[str, Any]:
    """The labels of this film. Raises `SystemExit` for another, or another version of it."""
    whole = json.loads(LABELS.read_text(encoding="utf-8"))["films"]
    found = whole.get(film.name)
    if found is None or hashlib.sha256(film.read_bytes()).hexdigest() != found["sha256"]:
        films = ", ".join(f"{name} of {one['package']}" for name, one in whole.items())
        raise SystemExit(f"{film} is none of the labelled films: {films}.")
    return dict(found)


def modes(objects: bool) -> Iterable[str]:
    """Those that can be tried: what people and things are, only an object model knows."""
    return [name for name, (options, _kinds) in MODES.items() if objects or options["privacy_what"] not in OBJECTS]


def core(box: Sequence[float], size: tuple[int, int]) -> Any:
    """(height, width) bool: the part of a box (left, top, width, height) that must be covered, of a picture (width, height)."""
    left, top, wide, tall = box
    y, x = np.mgrid[0 : size[1], 0 : size[0]] + 0.5
    across, down = (x - left - wide / 2) / (wide / 2 * CORE), (y - top - tall / 2) / (tall / 2 * CORE)
    return across**2 + down**2 <= 1


def covered(picture: Any) -> Any:
    """(height, width) bool of a rendered picture (height, width, 3), 0..1: where the patches lie, their soft rims included."""
    return (picture[:, :, 0] > 0.6) & (picture[:, :, 1] < 0.4) & (picture[:, :, 2] > 0.6)


def scored(labels: Mapping[str, Sequence[Sequence[Any]]], kinds: Sequence[str], pictures: Callable[[int], Any]) -> dict[str, Any]:
    """One mode on one film. `pictures(frame)`: the render of a frame of the film, rows from above."""
    found: dict[str, dict[str, Any]] = {}
    shares = []
    for number, rows in labels.items():
        picture = pictures(int(number))
        patch = covered(picture)
        shares.append(float(patch.mean()))
        for kind, *rest in rows:
            if kind not in kinds:
                continue
            name = f"{kind}, faint" if "faint" in rest else kind
            inside = core(rest[:4], (picture.shape[1], picture.shape[0]))
            open_ = float((inside & ~patch).sum() / max(1, inside.sum()))
            row = found.setdefault(name, {"labels": 0, "bare": 0, "uncovered": 0.0, "where": []})
            row["labels"] += 1
            row["uncovered"] += open_
            if open_ > BARE:
                row["bare"] += 1
                row["where"].append([int(number), *rest[:4], round(open_, 2)])
    return {"kinds": found, "changed": float(np.mean(shares)) if shares else 0.0}


def table(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """mode -> film -> scored, as Markdown: all films together, one row a mode and kind of label."""
    lines = ["| told to cover | labelled | boxes | bare | uncovered | picture changed |", "|---|---|---|---|---|---|"]
    for mode, films in found.items():
        kinds = dict.fromkeys(kind for one in films.values() for kind in one["kinds"])
        changed = np.mean([one["changed"] for one in films.values()])
        for kind in kinds:
            rows = [one["kinds"][kind] for one in films.values() if kind in one["kinds"]]
            count, bare, open_ = (sum(row[name] for row in rows) for name in ("labels", "bare", "uncovered"))
            lines.append(f"| {mode} | {kind} | {count} | {bare} | {open_ / max(1, count):.3f} | {changed:.2f} |")
    return "\n".join(lines)
