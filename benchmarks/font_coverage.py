"""Makes timeline/font_coverage.json: which characters the fonts have that Blender brings along. Needs fontTools and brotli.

    python benchmarks/font_coverage.py BLENDER/datafiles/fonts

Blender 4.5, 5.0 and 5.2 bring the same fonts. They are WOFF2 files, which Blender's Python cannot read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

NOT_FOR_TEXT = {"lastresort"}


def ranges(codes: set[int]) -> str:
    """Rising code points as hexadecimal ranges, each counted from the end of the one before."""
    found: list[list[int]] = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    parts, last = [], 0
    for first, end in found:
        parts.append(f"{first - last:x}" + (f"+{end - first:x}" if end > first else ""))
        last = end
    return " ".join(parts)


def main() -> None:
    from fontTools.ttLib import TTFont

    table = {}
    for path in sorted(Path(sys.argv[1]).glob("*.woff2")):
        name = path.name.removesuffix(".woff2").split("-")[0].replace(" Regular", "")
        if name not in NOT_FOR_TEXT:
            table[name] = [path.name, ranges(set(TTFont(path, fontNumber=0, lazy=True).getBestCmap()))]
    target = Path(__file__).resolve().parents[1] / "timeline" / "font_coverage.json"
    target.write_text(json.dumps(table, indent=0) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
