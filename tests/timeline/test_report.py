"""Charts as drawings and the page they stand in: what they show, that they fit, and that nothing in them is taken for markup."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from assistant_editor.ml.drawing import Area, Box, Drawing, Line, Words
from assistant_editor.timeline import chart_axes, report, shot_card
from assistant_editor.timeline.charts import charts, for_pictures
from assistant_editor.timeline.footage_colours import of_mood
from assistant_editor.timeline.shot_log import MOODS, Mood
from assistant_editor.timeline.statistics import statistics
from assistant_editor.timeline.svg import safe, svg
from assistant_editor.timeline.timecode import Clock

from tests.timeline.logged_shots import PEOPLE, RATE, film, mood, seen, shot

MINUS = "\N{MINUS SIGN}"
EVIL = "<script>alert(1)</script>\"'&\x00\ud800"
SOURCE = report.Source("A cut", "cut.blend, today", Clock(RATE), 1)


def chart(name: str, placed, **more):
    return next(one for one in charts(statistics(placed, RATE, **more)) if one.name == name)


class Page(HTMLParser):
    """Tags that were opened and never closed, and everything a page would load."""

    EMPTY = {"meta", "img", "br", "rect", "polygon", "polyline", "link"}

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.loads: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def page(placed, source=SOURCE) -> str:
    found = statistics(placed, RATE)
    return report.html(source, found, charts(found), placed)


def test_the_page_is_whole_and_loads_nothing() -> None:
    stills = {(1, "film"): b"\xff\xd8 still"}
    read = Page(page(film(20), replace(SOURCE, stills=stills)))
    assert not read.open and read.loads == ["data:image/jpeg;base64,/9ggc3RpbGw="]
    assert not read.tags & {"script", "iframe", "link", "object", "embed", "form"}
    assert "url(" not in page(film(20)) and "http" not in page(film(3)).replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    assert report.MADE_BY in page(film(3))[:4096]


def test_texts_are_texts_wherever_they_stand() -> None:
    logged = {
        "people": (seen(EVIL),), "objects": (seen(EVIL),), "concepts": (seen(EVIL),), "words": EVIL, "flaws": (EVIL,),
        "mood": replace(mood("sad"), contributions=(replace(mood("sad").contributions[0], reason=EVIL),)), "quality": ((EVIL, 0.5),),
        "missing": (EVIL,),
    }  # fmt: skip
    text = page([shot(1, 0, 50, strip=EVIL, **logged)], replace(SOURCE, title=EVIL, project=EVIL, notes=(EVIL,)))
    read = Page(text)
    assert "script" not in read.tags and not read.open and "alert(1)" in read.text
    assert "\x00" not in text and text.encode("utf-8")


def test_figures_say_what_is_known_and_leave_out_what_is_not() -> None:
    told = dict(report.figures(statistics([shot(1, 0, 50), shot(2, 50, 75)], RATE, [])))
    assert told["Mean shot length"] == told["Median shot length"] == "1.5 s" and told["Speech"] == "0% of the time"
    assert not {"Quality, mean", "Mood, mostly", "Most on screen"} & told.keys()


@pytest.mark.parametrize("shots", [1, 7, 300, 5000])
def test_every_shape_lies_within_its_drawing_and_is_valid_svg(shots: int) -> None:
    made = charts(statistics(film(shots), RATE, []))
    for one in made:
        drawing = one.drawing
        assert len(drawing.boxes) < 20_000, "long films are gathered by pixel"
        for box in drawing.boxes:
            assert box.left >= 0 and box.left + box.width <= drawing.width + 1.5
            assert box.top >= 0 and box.height >= 0 and box.top + box.height <= drawing.height + 0.01
        for x, y in (point for shape in (*drawing.areas, *drawing.lines) for point in shape.points):
            assert -0.01 <= x <= drawing.width and -0.01 <= y <= drawing.height
        for words in drawing.words:
            wide = chart_axes.text_width(words.text, words.size)
            left = words.left - {"start": 0, "middle": wide / 2, "end": wide}[words.anchor]
            assert left >= -4 and left + wide <= drawing.width + 4 and words.baseline <= drawing.height, words.text
        ET.fromstring(svg(drawing))


def test_nothing_known_is_no_chart_and_no_shot_none_at_all() -> None:
    assert [one.name for one in charts(statistics([shot(1, 0, 50)], RATE))] == ["rhythm"]
    assert charts(statistics([], RATE)) == ()


def test_the_mood_of_each_shot_is_told_in_colour_and_in_words() -> None:
    drawing = chart("mood_arc", [shot(n, n * 50, n * 50 + 50, mood=mood(label)) for n, label in enumerate(MOODS)]).drawing
    shown = {box.colour: box.hint for box in drawing.boxes if box.hint}
    assert {of_mood(label) for label in MOODS} == set(shown)
    assert {words.text for words in drawing.words} >= set(MOODS)
    assert all(label in shown[of_mood(label)] for label in MOODS)


def test_bars_are_as_long_as_what_they_count() -> None:
    placed = [shot(1, 0, 100, people=(seen("Anna", 4.0), seen("Ben", 1.0)))]
    long, short = (box for box in chart("screen_time_people", placed).drawing.boxes if box.colour.startswith(("#56B4E9", "#E69F00")))
    assert long.width == pytest.approx(4 * short.width)


def test_long_names_end_in_an_ellipsis_and_many_rows_in_how_many_more() -> None:
    drawing = chart("screen_time_people", film(200)).drawing
    names = [words.text for words in drawing.words]
    assert PEOPLE[0] in names and any(name.startswith("Clara") and name.endswith("…") for name in names)
    crowd = [shot(1, 0, 100, people=tuple(seen(f"person {n}") for n in range(40)))]
    assert "and 28 more" in [words.text for words in chart("screen_time_people", crowd).drawing.words]


@pytest.mark.parametrize(("seconds", "times"), [(4, 5), (59, 6), (3600, 7), (36000, 6), (0.5, 1)])
def test_times_of_an_axis_are_round_and_few(seconds: float, times: int) -> None:
    found = chart_axes.ticks(seconds)
    assert found[0] == 0 and len(found) == times <= chart_axes.TICKS + 1 and found[-1] <= seconds


def test_lengths_in_words() -> None:
    assert [chart_axes.length(value) for value in (4.21, 59.96, 65, 3725)] == ["4.2 s", "1 min 0 s", "1 min 5 s", "1 h 2 min"]
    assert [chart_axes.clock(value) for value in (3, 123, 3723)] == ["0:03", "2:03", "1:02:03"]
    assert [chart_axes.round_up(value) for value in (0, 0.3, 7, 10, 11)] == [1, 0.5, 10, 10, 20]
    assert chart_axes.fitted("東京物語", 30, 12) == "東…" and chart_axes.fitted("a", 1, 12) == ""


def test_svg_of_each_shape() -> None:
    drawing = Drawing(
        "A < B", 10, 10, (Box(1, 2, 3.456, 4, "#112233", 0.5, "<hint>"),), (Area(((0, 0), (1, 1), (2, 0)), "#ffffff"),),
        (Line(((0, 0), (5, 5)), "#000000", 2, dashed=True),), (Words(1, 9, "a & b", anchor="end", bold=True),),
    )  # fmt: skip
    text = svg(drawing)
    ET.fromstring(text)
    assert '<rect x="1" y="2" width="3.46" height="4" fill="#112233" fill-opacity="0.5"><title>&lt;hint&gt;</title></rect>' in text
    assert 'stroke-dasharray="7 5"' in text and 'text-anchor="end" font-weight="600">a &amp; b</text>' in text
    assert safe("a\x07\nb\u202e") == "a\nb"


def test_right_to_left_names_are_turned_for_pictures_and_left_for_pages() -> None:
    drawing = Drawing("x", 9, 9, words=(Words(0, 0, "שלום"), Words(0, 0, "Anna")))
    turned = for_pictures(drawing).words
    assert turned[0].text == "םולש" and turned[1].text == "Anna" and drawing.words[0].text == "שלום"


def test_a_card_in_lines() -> None:
    one = shot(
        3, 0, 50, mood=mood("sad", 0.72), people=(seen("Anna", 1.25),), faces=3, objects=tuple(seen(f"thing {n}") for n in range(6)),
        size="close-up", movement="pan left", place="outdoor", light="night", grade=0.64, quality=(("sharpness", 0.4),),
        flaws=("out of focus", "shaky"), words="word " * 100, missing=("concepts",),
    )  # fmt: skip
    found = {fact.kind: fact for fact in shot_card.card(one).facts}
    assert found["mood"].text == f"Sad, 72% sure (unpleasant {MINUS}0.70, calm {MINUS}0.40)" and found["mood"].find == "sad"
    nearly = Mood(-0.004, -0.004, "neutral", 0.5)
    assert shot_card.mood_line(nearly) == "Neutral, 50% sure (pleasant +0.00, excited +0.00)"
    assert found["people"].text == "Anna 1.2 s, 2 more faces" and found["objects"].text.endswith("thing 3 1.0 s and 2 more")
    assert found["place"].text == "Outdoor, night" and found["quality"].text == "64%: sharpness 40%"
    assert found["flaws"].text == "Out of focus, shaky" and found["missing"].text == "concepts" and len(found["words"].text) < 250
    assert shot_card.card(one).why == (
        f"Words: what is said is sad (unpleasant {MINUS}0.42)", f"Picture: slow, dark (unpleasant {MINUS}0.14)",
    )  # fmt: skip
    silent = replace(mood("sad"), contributions=(replace(mood("sad").contributions[0], reason="", valence=0.1),))
    assert shot_card.reasons(silent) == (f"Words (calm {MINUS}0.24)",) and shot_card.reasons(None) == ()
    assert shot_card.card(shot(1, 0, 9)).facts == () and shot_card.people_line(shot(1, 0, 9, faces=1)) == "1 face"


def test_the_same_as_json() -> None:
    placed = film(4)
    told = report.as_json(SOURCE, statistics(placed, RATE, []), placed)
    assert told["schema"] == "assistant_editor.report/1" and len(told["shots"]) == 4 and "seen" not in told["statistics"]
    assert re.fullmatch(r"\d+/\d+", told["shots"][0]["logged"]["still"]) and told["statistics"]["speech"] == 0.0
