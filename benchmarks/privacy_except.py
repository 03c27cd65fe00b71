"""Everyone but one: how often who is to stay visible is, and whether anybody else is bare then. Part of `privacy.py`, inside Blender.

Faces are found and told apart with the real identity network, everyone is given the name that the truth says (as an editor does, in the
list of people), and the film is anonymised with each of them excepted in turn.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.inside_blender import EXTENSION
from benchmarks.privacy_labelled import BARE, INK, core, covered

SPARED = 0.95
"""Who stays visible is spared in a frame when so much of the face is to be seen."""
SHOWN = 0.5
NAMES = ("Ada", "Ben", "Cleo")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Face:
    """Who is where in a frame of the scene: left, top, width, height in its pixels, and how much of it is to be seen."""

    who: str
    box: Box
    share: float = 1.0


def part(name: str) -> Any:
    return importlib.import_module(f"{EXTENSION}.{name}")


def named(scene: Any, truth: Mapping[int, Sequence[Face]]) -> dict[str, str]:
    """Finds faces and people, and gives everyone the name of the face that most of their looks lie on: who was called how -> name given."""
    import bpy

    ours = bpy.ops.assistant_editor
    ours.know_people("EXEC_DEFAULT", allow=True)
    ours.find_faces("EXEC_DEFAULT", strips="ALL")
    known, work = part("operators.people_known"), part("operators.work")
    line = work.look(scene)
    facts = known.faces(line, scene.assistant_editor)
    stage = part("operators.effect_stage").stage_of(scene, line, None)
    votes: dict[int, Counter[str]] = {}
    tracks = [track for one in facts.values() for track in one.tracks]
    for strip in line.strips:
        for track in facts[strip.medium].tracks:
            rows = part("timeline.seen").boxes(track)
            for sample, row in zip(track.samples, rows, strict=True):
                frame = round(strip.source.frame(facts[strip.medium].seconds[sample]))
                wide, tall = facts[strip.medium].picture
                middle = (row[0] + row[2] / 2) / wide, (row[1] + row[3] / 2) / tall
                x, y = stage.shown[strip.name].on_canvas(*middle, stage.canvas)
                for face in truth.get(frame, ()):
                    left, top, across, down = face.box
                    if left < x < left + across and top < stage.canvas[1] - y < top + down:
                        votes.setdefault(id(track), Counter())[face.who] += 1
    given: dict[str, str] = {}
    names = {face.who for faces in truth.values() for face in faces}
    while True:
        people = known.persons_of(facts)  # whoever is named is one person with all of that name, and the others are counted anew
        counts: dict[str, Counter[str]] = {}
        for track in tracks:
            if (person := people.of(track)) and person not in names:
                counts.setdefault(person, Counter()).update(votes.get(id(track), Counter()))
        left_over = {person: count.most_common(1)[0][0] for person, count in counts.items() if count}
        if not left_over:
            return given
        person, name = next(iter(left_over.items()))
        ours.name_person("EXEC_DEFAULT", person=person, name=name)
        given[f"{len(given) + 1}: {person}"] = name


def excepted(
    scene: Any, truth: Mapping[int, Sequence[Face]], picture: Callable[[int], Any], names: Sequence[str], every: int = 1
) -> list[dict[str, Any]]:
    """A row for each of `names`, excepted in turn. `picture(frame)`: the scene's frame as it is rendered, rows from above."""
    import bpy

    rows = []
    for name in names:
        if bpy.ops.assistant_editor.anonymise("EXEC_DEFAULT", strips="ALL", privacy_method="cover", privacy_keep=name) != {"FINISHED"}:
            raise SystemExit(str(part("operators.desk").desk.error))
        inks = [strip for strip in scene.sequence_editor.strips if strip.type == "COLOR"]
        before = [tuple(strip.color) for strip in inks]
        for strip in inks:
            strip.color = INK
        row: dict[str, Any] = {"excepted": name, "faces": 0, "spared": 0, "others": 0, "others bare": 0}
        for frame in sorted(truth)[::every]:
            there = [face for face in truth[frame] if face.share >= SHOWN]
            if not there:
                continue
            image = picture(frame)
            patch = covered(image)
            for face in there:
                inside = core(face.box, (image.shape[1], image.shape[0]))
                open_ = float((inside & ~patch).sum() / max(1, inside.sum()))
                mine = face.who == name
                row["faces" if mine else "others"] += 1
                row["spared"] += mine and open_ >= SPARED
                row["others bare"] += not mine and open_ > BARE
        for strip, colour in zip(inks, before, strict=True):
            strip.color = colour  # as it was written: else it would be the editor's
        rows.append(row)
    return rows


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    head = "| film | excepted | faces | spared | others | others bare |\n|---|---|---|---|---|---|"
    body = [
        f"| {row['film']} | {row['excepted']} | {row['faces']} | {row['spared'] / max(1, row['faces']):.0%} "
        f"| {row['others']} | {row['others bare']} |"
        for row in rows
    ]
    return "\n".join([head, *body])


def of_labels(labels: Mapping[str, Any], start: int, who: str, scale: float = 1.0) -> dict[int, list[Face]]:
    """The labelled faces of a film with one person in it, whose strip begins at frame `start` of a scene of its size times `scale`."""
    return {
        start + int(number): [Face(who, tuple(part * scale for part in row[1:5])) for row in rows if row[0] == "face"]
        for number, rows in labels["frames"].items()
    }


def of_made(labels: Sequence[Sequence[Mapping[str, Any]]]) -> dict[int, list[Face]]:
    """Who is where in a made film, whose strip begins at frame 1."""
    return {number + 1: [Face(NAMES[one["face"]], tuple(one["box"]), one["share"]) for one in frame] for number, frame in enumerate(labels)}
