"""The shot list as a table: RFC 4180, UTF-8, one header line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .shot_list import Row
from .timecode import Clock

COLUMNS = (
    "number", "state", "strip", "channel", "in", "out", "length", "in_frame", "out_frame", "frames", "transition",
    "transition_first", "transition_last", "scene", "confidence", "uncertain", "file", "medium", "source_in", "source_out",
    "source_in_seconds", "source_out_seconds",
)  # fmt: skip


def csv(rows: Sequence[Row], clock: Clock, zero: int) -> str:
    """The rows as CSV. `zero` is the timeline frame at timecode 00:00:00:00; `out` is the frame after the last one.

    `transition_first` and `transition_last` are the first and last blended frame of the medium, both in the transition. Source
    timecodes count from the medium's first picture, as long as the shot is on the timeline; all source cells are empty where a
    strip's source is not known.
    """
    return "".join(line(cells) for cells in (COLUMNS, *(_cells(row, clock, zero) for row in rows)))


def _cells(row: Row, clock: Clock, zero: int) -> tuple[str, ...]:
    first, last = (str(row.transition.first), str(row.transition.last)) if row.transition else ("", "")
    spans = (row.source.start, row.source.end) if row.source else ()
    frames = row.frames
    counted = (row.first, row.first + frames.length) if row.source else ()
    source = (*(clock.timecode(frame) for frame in counted), *(f"{float(s):.6f}" for s in spans)) or ("",) * 4
    return (
        str(row.number or ""), row.state, row.strip, str(row.channel),
        clock.timecode(frames.start - zero), clock.timecode(frames.end - zero), clock.timecode(frames.length),
        str(frames.start), str(frames.end), str(frames.length), row.kind, first, last, row.scene,
        f"{row.confidence:.3f}", "yes" if row.uncertain else "no", row.path, row.medium, *source,
    )  # fmt: skip


def line(cells: Iterable[str]) -> str:
    """One row of a table."""
    return ",".join(map(_quoted, cells)) + "\r\n"


def _quoted(cell: str) -> str:
    if any(character in cell for character in '",\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
