# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""What the overlay, the statistics and the report cost on long timelines, the graphics card's work apart.

    python benchmarks/overlay.py [--shots N …]

The shots are made up from a fixed seed, with something of everything. "built" happens once per change of what is known, "a level" once
per level of detail, "a draw" each time Blender draws: which shapes are seen, and which words have room. All of it is processor time.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")
    
from assistant_editor.timeline.charts import charts
from assistant_editor.timeline.footage_lanes import lanes
from assistant_editor.timeline.report import Source, html
from assistant_editor.timeline.statistics import statistics
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.timecode import Clock

from tests.timeline.logged_shots import RATE, film

WINDOW = 1600
"""Pixels the sequencer is wide."""
DRAWS = 200


def took(work: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """(processor seconds a call, what it gave)."""
    begun = time.process_time()
    for _ in range(times):
        given = work()
    return (time.process_time() - begun) / times, given


def measured(shots: int) -> None:
    placed = film(shots)
    end = placed[-1].frames.end
    speech = [FrameRange(one.frames.start + 2, one.frames.end - 2) for one in placed]
    beats = [(frame, not number % 4, 0.5) for number, frame in enumerate(range(1, end, 13))]
    built, found = took(lambda: lanes(placed, RATE, speech, beats))
    print(f"{shots} shots, {end / 25 / 3600:.1f} h: built in {built * 1000:.0f} ms")
    for wide in (end / WINDOW, 10.0, 1.0, 0.1):
        level = found.level(wide)
        made, shapes = took(lambda level=level: found.shapes(level))
        first = end / 3 if wide * WINDOW < end else 0.0
        last = first + wide * WINDOW

        def draw(first: float = first, last: float = last, level: int = level, wide: float = wide) -> int:
            found.names(first, last, wide)
            return found.shapes(found.level(wide)).within(first, last)[1]

        each, seen = took(draw, DRAWS)
        print(
            f"  {wide:8.1f} frames a pixel: {len(shapes.starts):7} shapes, a level {made * 1000:6.1f} ms; {seen:6} of them drawn, "
            f"a draw {each * 1000:.3f} ms"
        )
    counting, told = took(lambda: statistics(placed, RATE, speech))
    drawing, made_charts = took(lambda: charts(told))
    writing, page = took(lambda: html(Source("Bench", "bench.blend", Clock(RATE), 1), told, made_charts, placed))
    print(f"  statistics {counting * 1000:.0f} ms, charts {drawing * 1000:.0f} ms, page {writing * 1000:.0f} ms, {len(page) / 1e6:.1f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=int, nargs="+", default=[100, 1000, 10_000])
    for count in parser.parse_args().shots:
        measured(count)
