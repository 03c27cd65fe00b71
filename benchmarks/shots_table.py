"""What the shot benchmark prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.shots_labels import Labels
from benchmarks.shots_scoring import ENDS, NEAR, TOLERANCES, Extent, Score, Tally


@dataclass
class Row:
    """One detector: per film and over all of them. `typed`: it says which of its boundaries are gradual."""

    typed: bool = False
    films: dict[str, Tally] = field(default_factory=dict)
    frames: int = 0
    seconds: float = 0.0

    @property
    def pooled(self) -> Tally:
        whole = Tally()
        for one in self.films.values():
            whole.add(one)
        return whole


def show(rows: Mapping[str, Row], labels: Mapping[str, Labels], decoding: Mapping[str, tuple[int, float]], per_film: bool) -> None:
    """All tables. `decoding` is frames and seconds by what was decoded for."""
    cuts = sum(len(one.cuts) for one in labels.values())
    gradual = sum(len(one.gradual) for one in labels.values())
    traps = sum(len(one.traps) for one in labels.values())
    frames = max(count for count, _ in decoding.values())
    print(f"{len(labels)} film(s), {frames} frames, {cuts} hard cuts, {gradual} gradual transitions, {traps} traps.\n")
    _hard(rows)
    _speed(rows, decoding)
    if gradual:
        _gradual(rows)
        _kinds(rows)
    _points(rows)
    if traps:
        _traps(rows)
    if per_film:
        _films(rows, labels)


def _three(score: Score) -> str:
    return f"{score.precision:>8.3f}{score.recall:>7.3f}{score.f1:>7.3f}"


def _hard(rows: Mapping[str, Row]) -> None:
    print("Hard cuts. A match is at most n frames away and used once.")
    print(f"{'':<26}" + "".join(f"{f'n = {n}: P':>8}{'R':>7}{'F1':>7}   " for n in TOLERANCES))
    for name, row in rows.items():
        print(f"{name:<26}" + "".join(_three(row.pooled.hard[tolerance]) + "   " for tolerance in TOLERANCES))
    print()


def _speed(rows: Mapping[str, Row], decoding: Mapping[str, tuple[int, float]]) -> None:
    print("Frames a second, decoding included; loading of libraries and weights is not timed.")
    for name, row in rows.items():
        print(f"{name:<26}{row.frames / max(row.seconds, 1e-9):>10.0f}")
    for name, (frames, seconds) in decoding.items():
        print(f"{name:<26}{frames / max(seconds, 1e-9):>10.0f}")
    print()


def _gradual(rows: Mapping[str, Row]) -> None:
    print(f"Gradual transitions: found at all (R); both ends within {ENDS} frames (P, R, F1); over those met by an extent: mean overlap")
    print("(IoU), mean error of first and last frame, and the share called by the right kind.")
    print(f"{'':<26}{'found R':>8}   {'P':>8}{'R':>7}{'F1':>7}   {'IoU':>7}{'first':>7}{'last':>7}{'kind':>7}")
    for name, row in rows.items():
        one, within = row.pooled.all_kinds, row.pooled.gradual
        known = bool(one.met)
        precision = f"{within.precision:>8.3f}" if row.typed else f"{'-':>8}"
        f1 = f"{within.f1:>7.3f}" if row.typed else f"{'-':>7}"
        middle = f"{precision}{within.recall:>7.3f}{f1}" if known or row.typed else f"{'-':>8}{'-':>7}{'-':>7}"
        print(f"{name:<26}{one.found / max(1, one.labelled):>8.3f}   {middle}   {_shape(one, row.typed)}")
    print()


def _shape(one: Extent, typed: bool) -> str:
    if not one.met:
        return f"{'-':>7}{'-':>7}{'-':>7}{'-':>7}"
    kind = f"{one.named / one.met:>7.3f}" if typed else f"{'-':>7}"
    return f"{one.overlap / one.met:>7.3f}{one.first_off / one.met:>7.1f}{one.last_off / one.met:>7.1f}{kind}"


def _kinds(rows: Mapping[str, Row]) -> None:
    kinds = sorted({kind for row in rows.values() for kind in row.pooled.kinds})
    counts = next(iter(rows.values())).pooled.kinds
    print(f"Gradual transitions by kind: recall found at all / with both ends within {ENDS} frames.")
    print(f"{'':<26}" + "".join(f"{f'{kind} ({counts[kind].labelled})':>26}" for kind in kinds))
    for name, row in rows.items():
        known = row.pooled.kinds
        cells = []
        for kind in kinds:
            one = known[kind]
            within = f"{one.within / one.labelled:.3f}" if row.typed or row.pooled.all_kinds.met else "-"
            cells.append(f"{f'{one.found / one.labelled:.3f} / {within}':>26}")
        print(f"{name:<26}" + "".join(cells))
    print()


def _points(rows: Mapping[str, Row]) -> None:
    print(f"All boundaries, kind ignored: as points, {NEAR} frames; and counted as in the published figures of BBC, RAI, ClipShots, SHOT.")
    print(f"{'':<26}{'P':>8}{'R':>7}{'F1':>7}   {'publ.: P':>8}{'R':>7}{'F1':>7}")
    for name, row in rows.items():
        print(f"{name:<26}{_three(row.pooled.points)}   {_three(row.pooled.published)}")
    print()


def _traps(rows: Mapping[str, Row]) -> None:
    whats = sorted({what for row in rows.values() for what in row.pooled.traps})
    names = list(rows)
    print("Traps sprung: how many of each hold a boundary that is none.")
    print(f"{'':<22}{'of':>5}" + "".join(f"{_short(name):>19}" for name in names))
    for what in [*whats, "all"]:
        scores = []
        for name in names:
            known = rows[name].pooled.traps
            scores.append(sum(known.values(), Score()) if what == "all" else known[what])
        print(f"{what:<22}{scores[0].wrong + scores[0].missed:>5}" + "".join(f"{score.wrong:>19}" for score in scores))
    print()


def _films(rows: Mapping[str, Row], labels: Mapping[str, Labels]) -> None:
    print(f"Per film: F1 of hard cuts at 0 frames / of gradual transitions within {ENDS} frames (or recall found at all, r).")
    print(f"{'':<34}{'cuts':>5}{'grad':>5}" + "".join(f"{_short(name):>19}" for name in rows))
    for film, known in labels.items():
        cells = []
        for row in rows.values():
            one = row.films[film]
            extent = one.all_kinds
            second = f"{one.gradual.f1:.2f}" if row.typed else f"r{extent.found / max(1, extent.labelled):.2f}"
            cells.append(f"{f'{one.hard[0].f1:.3f} / {second}':>19}")
        print(f"{film[-33:]:<34}{len(known.cuts):>5}{len(known.gradual):>5}" + "".join(cells))
    print()


def _short(name: str) -> str:
    return name.removeprefix("PySceneDetect ")[-17:]
