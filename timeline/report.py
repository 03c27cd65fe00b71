"""What is known of a cut as one page of HTML: figures, charts, and a row for every shot with its still. Pure.

The page stands alone: its charts are inline SVG, its stills are inside it, it runs no script and loads nothing. Every text that is
not written here is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..ml.codec import to_json
from . import shot_card
from .chart_axes import length
from .charts import Chart
from .footage_colours import of_grade, of_mood
from .shot_log import Placed
from .statistics import Share, Statistics
from .svg import FONT, safe, svg
from .timecode import Clock

SCHEMA = "assistant_editor.report/1"
MADE_BY = '<meta name="generator" content="Assistant Editor report">'
"""By this line a report is known as ours."""
STYLE = f"""
:root {{ color-scheme: light; }}
body {{ font: 15px/1.5 {FONT}; color: #222; background: #fff; margin: 0 auto; padding: 24px; max-width: 1080px; }}
h1 {{ font-size: 26px; margin: 0 0 4px; }} h2 {{ font-size: 19px; margin: 36px 0 10px; }}
p.about, figcaption, td small {{ color: #5a5a5a; }} p.about {{ margin: 0 0 20px; }} p.note {{ margin: 10px 0 0; }}
dl {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 12px; margin: 0; }}
dl div {{ border: 1px solid #ddd; border-radius: 6px; padding: 8px 12px; }}
dt {{ color: #5a5a5a; font-size: 13px; }} dd {{ margin: 0; font-size: 20px; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }}
figure {{ margin: 0 0 22px; }} figure svg {{ width: 100%; height: auto; display: block; }} figcaption {{ font-size: 13px; }}
table {{ border-collapse: collapse; width: 100%; font-size: 14px; }}
th, td {{ text-align: left; vertical-align: top; padding: 8px; border-top: 1px solid #ddd; overflow-wrap: anywhere; }}
thead th {{ border-top: 0; color: #5a5a5a; font-size: 13px; font-weight: 600; }}
td.still {{ width: 200px; }} td.still img {{ width: 192px; height: auto; display: block; border-radius: 3px; }}
td.when {{ width: 96px; font-variant-numeric: tabular-nums; white-space: nowrap; }}
td.feel, td.good {{ width: 150px; }} td.good {{ width: 130px; }}
i.key {{ display: inline-block; width: 11px; height: 11px; border: 1px solid #888; border-radius: 2px; margin-right: 6px; }}
ul {{ margin: 4px 0 0; padding: 0 0 0 16px; font-size: 13px; color: #5a5a5a; }}
b.flaw {{ font-weight: 600; color: #a33f00; }} q {{ quotes: "“" "”"; }}
@media print {{ body {{ max-width: none; padding: 0; }} tr, figure {{ break-inside: avoid; }} }}
"""


@dataclass(frozen=True)
class Source:
    """What a report is of. `stills` are JPEG pictures by (number, strip) of the shot; `notes` what the reader must know; `zero` is the
    timeline's frame that timecodes count from."""

    title: str
    project: str
    clock: Clock
    zero: int
    stills: Mapping[tuple[int, str], bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def html(source: Source, found: Statistics, charts: Sequence[Chart], placed: Sequence[Placed]) -> str:
    """The page, from its first to its last line. `placed` are the shots of its table, in their order."""
    return "\n".join((
        "<!doctype html>", '<html lang="en">', "<head>", '<meta charset="utf-8">', MADE_BY,
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; style-src \'unsafe-inline\'">',
        f"<title>{safe(source.title)}</title>", f"<style>{STYLE}</style>", "</head>", "<body>",
        f"<h1>{safe(source.title)}</h1>", f'<p class="about">{safe(source.project)}</p>',
        *_figures(found), *(f'<p class="note">{safe(note)}</p>' for note in source.notes),
        *_charts(charts), *_shots(source, placed), "</body>", "</html>", "",
    ))  # fmt: skip


def _figures(found: Statistics) -> Iterator[str]:
    told = figures(found)
    yield "<dl>"
    for name, value in told:
        yield f"<div><dt>{safe(name)}</dt><dd>{safe(value)}</dd></div>"
    yield "</dl>"


def figures(found: Statistics) -> list[tuple[str, str]]:
    """What is said in figures: (what, how much)."""
    told = [("Length", length(found.seconds)), ("Shots", str(len(found.seen)))]
    if found.rhythm is not None:
        told += [
            ("Mean shot length", length(found.rhythm.mean)),
            ("Median shot length", length(found.rhythm.median)),
            ("Shortest, longest", f"{length(found.rhythm.shortest)}, {length(found.rhythm.longest)}"),
            ("Cuts", str(found.rhythm.cuts)),
        ]
    if found.speech is not None:
        told.append(("Speech", f"{found.speech:.0%} of the time"))
    if found.words:
        told.append(("Words a minute", f"{found.words:.0f}"))
    if found.moods:
        told.append(("Mood, mostly", _first(found.moods)))
    if found.people:
        told.append(("Most on screen", _first(found.people)))
    if found.grade is not None:
        told.append(("Quality, mean", f"{found.grade:.0%}"))
    return told


def _first(shares: Sequence[Share]) -> str:
    return f"{shares[0].label}, {shares[0].share:.0%}"


def _charts(charts: Sequence[Chart]) -> Iterator[str]:
    if charts:
        yield "<h2>Charts</h2>"
    for chart in charts:
        yield f"<figure>{svg(chart.drawing)}<figcaption>{safe(chart.told)}</figcaption></figure>"


def _shots(source: Source, placed: Sequence[Placed]) -> Iterator[str]:
    if not placed:
        return
    yield "<h2>Shots</h2>"
    still = '<th scope="col">Still</th>' if source.stills else ""
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Shot", "What is seen and said", "Mood", "Picture"))
    yield f"<table><thead><tr>{still}{heads}</tr></thead><tbody>"
    for shot in placed:
        yield _row(source, shot)
    yield "</tbody></table>"


def _row(source: Source, shot: Placed) -> str:
    log, clock = shot.logged, source.clock
    cells = []
    if source.stills:
        picture = source.stills.get((shot.number, shot.strip))
        shown = f'<img alt="Shot {shot.number}" src="data:image/jpeg;base64,{b64encode(picture).decode()}">' if picture else ""
        cells.append(f'<td class="still">{shown}</td>')
    start = clock.timecode(shot.frames.start - source.zero)
    long = length(float(shot.frames.length / clock.rate))
    cells.append(f'<td class="when"><strong>{shot.number}</strong><br>{start}<br><small>{long}</small></td>')
    known = {fact.kind: fact for fact in shot_card.card(shot).facts}
    seen = [f"{safe(known[kind].title)}: {safe(known[kind].text)}" for kind in ("people", "objects", "concepts") if kind in known]
    if log.words:
        seen.append(f"<q>{safe(log.words)}</q>")
    seen.append(f"<small>{safe(shot.strip)}</small>")
    cells.append(f"<td>{'<br>'.join(seen)}</td>")
    cells.append(f'<td class="feel">{_mood(shot)}</td>')
    frame = [safe(known[kind].text) for kind in ("size", "movement", "place") if kind in known]
    if "quality" in known:
        frame.insert(0, f'<i class="key" style="background:{of_grade(log.grade)}"></i>{log.grade:.0%}')
    frame += [f'<b class="flaw">{safe(flaw)}</b>' for flaw in log.flaws]
    cells.append(f'<td class="good">{"<br>".join(frame)}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _mood(shot: Placed) -> str:
    mood = shot.logged.mood
    if mood is None:
        return ""
    why = "".join(f"<li>{safe(reason)}</li>" for reason in shot_card.reasons(mood))
    key = f'<i class="key" style="background:{of_mood(mood.label)}"></i>'
    return f"{key}{safe(mood.label)} <small>{mood.confidence:.0%}</small>" + (f"<ul>{why}</ul>" if why else "")


def as_json(source: Source, found: Statistics, placed: Sequence[Placed]) -> dict[str, Any]:
    """The same for programs: the statistics, and every shot as it stands."""
    told = {name: value for name, value in to_json(found).items() if name != "seen"}
    shots = [to_json(shot) for shot in placed]
    return {"schema": SCHEMA, "title": source.title, "notes": list(source.notes), "statistics": told, "shots": shots}
