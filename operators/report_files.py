"""The files of a report: what may be replaced, what the worker is asked for, and what becomes of its answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..ml.errors import BAD_INPUT, EditorError
from ..ml.files import check_target, shown

if TYPE_CHECKING:
    from ..timeline.charts import Chart
    from ..timeline.shot_log import Placed

PLOTS = "report plots"
FILM = "report stills "
STILL_WIDTH, STILL_QUALITY = 320, 82
MOST_STILLS = 1000
"""Of one page: more would be larger than browsers like to open."""
HEAD = 4096
"""Bytes of a file in which a report's own line is looked for."""


def plots_folder(page: str) -> Path:
    path = Path(page)
    return path.with_name(f"{path.stem}_plots")


def check(page: str, plots: Sequence[Path], overwrite: bool) -> None:
    """Raises `EditorError(BAD_INPUT)` where a file cannot be written, or one is there that is nobody's to replace."""
    check_target(page)
    ours = _is_report(Path(page))
    there = [path for path in (Path(page), *plots) if path.exists()]
    if there and not overwrite and not ours:
        others = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise EditorError(
            f"{shown(there[0])}{others} would be overwritten, and {'is' if len(there) == 1 else 'are'} no report.",
            "Turn on Overwrite, or choose another file.", BAD_INPUT,
        )  # fmt: skip


def _is_report(path: Path) -> bool:
    from ..timeline.report import MADE_BY

    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return MADE_BY.encode() in stream.read(HEAD)


def requests(shots: Iterable[Placed], charts: Sequence[Chart], folder: str, plots: Path | None) -> list[Any]:
    """What the worker is asked: stills into `folder`, film by film so that one that cannot be read spoils no other; the charts as
    pictures into `plots`."""
    from ..ml.drawing import Plot
    from ..ml.protocol import Extract
    from ..ml.stills import Picture
    from ..timeline.charts import for_pictures

    films: dict[str, list[Picture]] = defaultdict(list)
    for shot in shots:
        if Path(shot.logged.path).is_file():
            films[shot.logged.path].append(Picture(shot.logged.path, shot.logged.still, still(folder, shot), STILL_WIDTH))
    wanted: list[Any] = [
        Extract(f"{FILM}{number}", tuple({one.target: one for one in pictures}.values()), existing="replace", quality=STILL_QUALITY)
        for number, pictures in enumerate(films.values())
    ]
    if plots is not None and charts:
        drawings = tuple(Plot(str(plots / f"{chart.name}.png"), for_pictures(chart.drawing)) for chart in charts)
        wanted.append(Extract(PLOTS, existing="replace", plots=drawings))
    return wanted


def still(folder: str, shot: Placed) -> str:
    """The file of a shot's still, the same for shots of one moment of one film."""
    moment = shot.logged.still
    return str(Path(folder) / f"{shot.logged.medium[-40:]}_{moment.numerator}_{moment.denominator}.jpg")


def stills(folder: str, shots: Iterable[Placed]) -> dict[tuple[int, str], bytes]:
    """The pictures that were made, by (number, strip)."""
    found = {}
    for shot in shots:
        path = Path(still(folder, shot))
        if path.is_file():
            found[shot.number, shot.strip] = path.read_bytes()
    return found


CLASSES: tuple[type, ...] = ()
