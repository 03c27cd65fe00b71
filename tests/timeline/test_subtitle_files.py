# ruff: noqa: RUF001  text of many languages is what is tested
"""Subtitle files: what is written is read back, whatever it is; what others wrote is read as far as it can be."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.subtitle_cues import Cue, Run, cue, frame_of, moment, tidy
from assistant_editor.timeline.subtitle_files import FORMATS, format_of, read, sniffed, write
from hypothesis import given, settings
from hypothesis import strategies as st

RATES = {
    "23.976": Fraction(24000, 1001), "24": Fraction(24), "25": Fraction(25), "29.97": Fraction(30000, 1001), "50": Fraction(50),
    "59.94": Fraction(60000, 1001), "60": Fraction(60),
}  # fmt: skip
TEN_HOURS = 36_000
RATE = Fraction(25)


def back(cues: list[Cue], format: str, rate: Fraction = RATE, **more: object) -> tuple[Cue, ...]:
    return read(write(cues, format, rate, **more), f"a{FORMATS[format][1][0]}", rate).cues  # type: ignore[arg-type]


@pytest.mark.parametrize("rate", RATES.values(), ids=RATES)
@pytest.mark.parametrize("units", [1000, 100], ids=["milliseconds", "centiseconds"])
def test_every_frame_of_ten_hours_is_found_again_and_no_player_shows_it_early_or_late(rate: Fraction, units: int) -> None:
    """All frames: of the first ten minutes, of the last minute, and every 7th and 11th of the rest."""
    last = int(TEN_HOURS * rate) - 1
    frames = {*range(0, int(600 * rate)), *range(last - int(60 * rate), last), *range(0, last, 701), *range(5, last, 1103)}
    late = 0
    for frame in frames:
        shown = Fraction(moment(frame, rate, units), units)
        assert frame_of(shown, rate) == frame
        assert shown > (frame - 1) / rate
        late += shown > frame / rate
    # At 59.94 a frame is shorter than two centiseconds: some moments can only be named a little late, or read as the frame before.
    assert late == 0 or (units == 100 and rate > 50)


@pytest.mark.parametrize("rate", RATES.values(), ids=RATES)
@pytest.mark.parametrize("format", FORMATS)
def test_frames_survive_every_format(format: str, rate: Fraction) -> None:
    chance = random.Random(f"{format} {rate}")
    last = int(TEN_HOURS * rate) - 300
    frames = sorted({*(chance.randrange(last) for _ in range(120)), 0, 1, 2, 3, last})
    cues = [cue(frame / rate, (frame + 1 + number % 90) / rate, f"Frame {frame}") for number, frame in enumerate(frames)]
    found = back(cues, format, rate)
    assert [(one.text, frame_of(one.start, rate), frame_of(one.end, rate)) for one in found] == [
        (one.text, frame_of(one.start, rate), frame_of(one.end, rate)) for one in cues
    ]
    if format in ("ttml", "csv"):
        assert [(one.start, one.end) for one in found] == [(one.start, one.end) for one in cues]


LETTERS = st.text(
    st.one_of(
        st.sampled_from("aB .,!?-'\"&<>{}\\/|;:#*_=+@0123456789\n\n\u200e\u200f\u2060\u200d\u00a0‘”—…♪"),
        st.characters(min_codepoint=0x20, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc", "Zl", "Zp")),
        st.sampled_from("שלוםمرحبا日本語한국어😀👩‍🚀"),
    ),
    min_size=1, max_size=40,
)  # fmt: skip
HARD = st.sampled_from(
    (
        "<i>", "</i>", "<b>a</b>", "a < b > c", "{\\an8}", "{\\i1}x", "\\N", "a\\Nb", "\\", "a\\", "\\{", "{}", "{", "}", "{x}", "<",
        "<\u2060i>", "{\u2060\\an8}", "\\\u2060N", "\u2060", "42", "1", "00:00:01,000 --> 00:00:02,000", "0:00:01.000,0:00:02.000", "-->",
        "NOTE", "STYLE", "WEBVTT", "&amp;", "&lt;i&gt;", "&", "=1+1", "'=1", "+", "-", "a,b;c\td", '"', '"a",', "<v Bob>", "<3", "]]>",
        "<!-- -->", "Dialogue: 0,0:00:00.00,0:00:01.00,,,0,0,0,,x", "[Events]", "\u2060" * 3 + "00:00:01,000 --> 00:00:02,000",
    )
)  # fmt: skip
TEXTS = st.one_of(LETTERS, HARD, st.tuples(HARD, LETTERS).map("".join), st.tuples(LETTERS, st.just("\n"), HARD).map("".join))
COLORS = st.sampled_from(("", "", "#ffff00", "#12ab9f", "#000000"))
RUNS = st.builds(Run, TEXTS, st.booleans(), st.booleans(), st.booleans(), COLORS)
NAMES = st.sampled_from(("", "Ann & Bob", "Smith, John", "<v>", "O'Neil"))
SPEAKERS = st.one_of(NAMES, LETTERS.map(lambda text: " ".join(text.split())))


@st.composite
def some_cues(draw: st.DrawFn) -> list[Cue]:
    at, cues = 0, []
    for _ in range(draw(st.integers(1, 5))):
        start = at + draw(st.integers(0, 40))
        end = start + draw(st.integers(1, 60))
        at = draw(st.sampled_from((start + 1, end)))  # some overlap
        runs = tidy(draw(st.lists(RUNS, min_size=1, max_size=3)))
        place, side = draw(st.sampled_from(("bottom", "middle", "top"))), draw(st.sampled_from(("left", "center", "right")))
        who = " ".join("".join(run.text for run in tidy([Run(draw(SPEAKERS))])).split())
        if "".join(run.text for run in runs).strip():
            cues.append(Cue(start / RATE, end / RATE, runs, who, place, side))
    return cues


KEEPS: dict[str, set[str]] = {
    "srt": {"runs", "place", "side"},
    "vtt": {"runs", "place", "side", "speaker"},
    "ass": {"runs", "place", "side", "speaker"},
    "ssa": {"runs", "place", "side", "speaker"},
    "ttml": {"runs", "place", "side", "speaker"},
    "sbv": set(),
    "csv": {"runs", "place", "side", "speaker"},
}
"""What each format has room for beside times and text."""


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=150, deadline=None)
@given(cues=some_cues())
def test_whatever_is_written_is_read_back(format: str, cues: list[Cue]) -> None:
    if not cues:
        return
    keeps = KEEPS[format]
    found = back(cues, format)
    wanted = sorted(cues, key=lambda one: (one.start, one.end))

    def seen(one: Cue) -> tuple[object, ...]:
        look = one.runs if "runs" in keeps else one.text
        return (frame_of(one.start, RATE), frame_of(one.end, RATE), look, *(getattr(one, name) for name in sorted(keeps - {"runs"})))

    assert [seen(one) for one in found] == [seen(one) for one in wanted]


STYLES = {
    "Plain": CaptionStyle(),
    "Shout, loud": CaptionStyle(bold=True, color=(1.0, 1.0, 0.0, 1.0), box=True, outline=False, font_size=0.08),
    "Thought": CaptionStyle(italic=True, anchor="top", position=(0.5, 0.93)),
}


@pytest.mark.parametrize("format", ["ass", "ssa", "ttml"])
def test_styles_come_back_with_their_names(format: str) -> None:
    cues = [
        Cue(Fraction(n), Fraction(n + 1), (Run("plain "), Run("other", italic=True, bold=True)), style=name, place="top")
        for n, name in enumerate(STYLES)
    ]
    found = read(write(cues, format, RATE, STYLES, (1280, 720)), "a", RATE)
    assert [one.runs for one in found.cues] == [one.runs for one in cues]
    names = [one.style for one in found.cues]
    assert len(set(names)) == 3 and set(names) <= set(found.styles)
    looks = [found.styles[name] for name in names]
    assert [(look.bold, look.italic) for look in looks] == [(False, False), (True, False), (False, True)]
    assert [tuple(look.color[:3]) for look in looks] == [(1, 1, 1), (1, 1, 0), (1, 1, 1)]
    if format != "ttml":
        assert [look.box for look in looks] == [False, True, False]
        assert [look.anchor for look in looks] == ["bottom", "bottom", "top"]
        assert looks[1].font_size == pytest.approx(0.08, abs=0.002)


def test_what_other_programs_write() -> None:
    srt = "\ufeff1\r\n00:00:01,000 --> 00:00:02,500 X1:40 X2:600\r\n<i>Hello\r\nthere</i>\r\n\r\n2\r\n0:00:03.5 -> 0:00:04.5\r\n42\r\n"
    found = read(srt.encode("utf-8"), "a.srt", RATE).cues
    assert [(one.start, one.end, one.text) for one in found] == [
        (1, Fraction(5, 2), "Hello\nthere"), (Fraction(7, 2), Fraction(9, 2), "42"),
    ]  # fmt: skip
    assert found[0].runs == (Run("Hello\nthere", italic=True),)
    vtt = (
        "WEBVTT - a title\nX-TIMESTAMP-MAP=LOCAL:0\n\nNOTE a remark\n00 not a cue\n\nSTYLE\n::cue(.loud) { color: red }\n\n"
        "intro\n00:01.000 --> 00:02.000 line:0 align:start\n<v.x Ann>Hi <c.loud>you</c> &amp; <00:01.500>me</v>\n\n"
        "00:00:03.000 --> 00:00:04.000 line:85%\n- One\n- Two\n"
    )
    first, second = read(vtt.encode(), "a.vtt", RATE).cues
    assert (first.speaker, first.text, first.place, first.side) == ("Ann", "Hi you & me", "top", "left")
    assert first.runs[1] == Run("you", color="#ff0000") and (second.text, second.place) == ("- One\n- Two", "bottom")
    ass = (
        "[Script Info]\nPlayResY: 720\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour,"
        " BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment,"
        " MarginL, MarginR, MarginV, Encoding\nStyle: Top,Arial,36,&H0000FFFF,&H0,&H0,&H0,-1,0,0,0,100,100,0,0,1,2,0,8,0,0,20,1\n"
        "Style: Broken,Arial,nan,x\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
        "Dialogue: 0,0:00:01.00,0:00:02.00,Top,Bold {\\b0\\i1}thin{\\r}, {\\c&H0000FF&}red\\Nnext\nDialogue: 0,oops\n"
        "Comment: 0,0:00:01.00,0:00:02.00,Top,hidden\nDialogue: 0,0:00:03.00,0:00:04.00,Top,{\\p1}m 0 0 l 10 10\n"
    )
    got = read(ass.encode(), "a.ass", RATE)
    looks = (Run("Bold ", bold=True), Run("thin", italic=True), Run(", ", bold=True), Run("red\nnext", bold=True, color="#ff0000"))
    assert got.cues[0].runs == looks
    assert got.cues[0].place == "top" and got.styles["Top"].color == (1, 1, 0, 1) and len(got.cues) == 1
    assert any("2 lines" in told for told in got.warnings) and any("1 drawings" in told for told in got.warnings)


NTSC = 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"'


@pytest.mark.parametrize(
    ("head", "time", "seconds"),
    [
        ('ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"', "24f", Fraction(1001, 1000)),
        ('ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"', "00:00:01:12", 1 + Fraction(12 * 1001, 24000)),
        (f'{NTSC} ttp:timeBase="smpte" ttp:dropMode="dropNTSC"', "00:01:00:02", Fraction(1800 * 1001, 30000)),
        (f'{NTSC} ttp:timeBase="smpte" ttp:dropMode="nonDrop"', "00:01:00:00", Fraction(1800 * 1001, 30000)),
        ('ttp:tickRate="10000000"', "15000000t", Fraction(3, 2)),
        ("", "00:00:01.25", Fraction(5, 4)),
        ("", "1500ms", Fraction(3, 2)),
        ("", "0.5m", Fraction(30)),
    ],
)  # fmt: skip
def test_times_of_ttml(head: str, time: str, seconds: Fraction) -> None:
    root = f'<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" {head}>'
    text = f'{root}<body><div><p begin="{time}" dur="1s">x</p></div></body></tt>'
    assert read(text.encode(), "a.ttml", RATE).cues[0].start == seconds


def test_regions_styles_and_nested_times_of_ttml() -> None:
    text = """<?xml version="1.0"?><tt xmlns="http://www.w3.org/2006/10/ttaf1" xmlns:s="http://www.w3.org/2006/10/ttaf1#styling">
    <head><styling><style xml:id="a" s:fontStyle="italic"/><style xml:id="b" style="a b" s:color="yellow"/></styling>
    <layout><region xml:id="up" s:origin="10% 5%" s:extent="80% 20%" s:displayAlign="after"/></layout></head>
    <body begin="10s"><div begin="1s"><p begin="1s" end="2s" region="up" style="b">One<br/>two
       three</p></div></body></tt>"""
    found = read(text.encode(), "a.dfxp", RATE).cues[0]
    assert (found.start, found.end, found.text, found.place) == (12, 13, "One\ntwo three", "top")
    assert found.runs == (Run("One\ntwo three", italic=True),) and found.style == "b"


def test_documents_that_would_blow_up_are_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><tt xmlns="http://www.w3.org/ns/ttml"><body>&b;</body></tt>'
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(EditorError, match="document type"):
            read(bomb.encode(encoding), "a.ttml", RATE)


def test_tables_of_other_programs() -> None:
    table = "Speaker;Timecode In;Timecode Out;Text\nAnn;01:00:00:05;01:00:01:00;Hello\nBob;oops;;\n;01:00:02,5;01:00:03;Last\n"
    found = read(table.encode(), "a.csv", Fraction(25))
    assert [(one.start, one.end, one.speaker, one.text) for one in found.cues] == [
        (3600 + Fraction(5, 25), Fraction(3601), "Ann", "Hello"), (Fraction(7205, 2), Fraction(3603), "", "Last"),
    ]  # fmt: skip
    assert found.warnings == ("1 lines have no times that can be read.",)
    with pytest.raises(EditorError, match="no column end"):
        read(b"start,text\n1,a\n", "a.csv", RATE)


def test_a_table_counts_drop_frames() -> None:
    rate = Fraction(30000, 1001)
    found = read(b"start,end,text\n00:01:00;02,00:10:00;00,x\n", "a.csv", rate).cues[0]
    assert (frame_of(found.start, rate), frame_of(found.end, rate)) == (1800, 17982)


WORDS = {
    "cp1252": "Où est-ce que vous êtes allés ? Ça va être déjà l’été à la plage — très bien",
    "cp1250": "Příliš žluťoučký kůň úpěl ďábelské ódy. Zażółć gęślą jaźń, proszę bardzo.",
    "cp1251": "Привет, как дела? Я думаю, что всё будет хорошо.",
    "koi8-r": "Привет, как дела? Я думаю, что всё будет хорошо.",
    "cp1253": "Καλημέρα, τι κάνεις σήμερα; Όλα καλά.",
    "cp1255": "שלום, מה שלומך היום? הכול בסדר גמור.",
    "cp1256": "مرحبا، كيف حالك اليوم؟ كل شيء على ما يرام.",
    "cp932": "おはようございます。今日はいい天気ですね。",
    "gb18030": "你好，今天天气怎么样？我们去公园走走吧。这是我的朋友。",
    "big5": "你好，今天天氣怎麼樣？我們去公園走走吧。這是我的朋友。",
    "euc-kr": "안녕하세요. 오늘 날씨가 어때요? 공원에 갑시다.",
}  # fmt: skip


@pytest.mark.parametrize("encoding", WORDS)
def test_legacy_encodings_are_guessed_and_said(encoding: str) -> None:
    text = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{WORDS[encoding]}\n\n" for n in (1, 2))
    found = read(text.encode(encoding), "a.srt", RATE)
    assert (found.encoding, found.cues[0].text) == (encoding, WORDS[encoding])
    assert any(encoding in told for told in found.warnings)
    assert not read(text.encode(encoding), "a.srt", RATE, encoding).warnings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_needs_no_guess_but_for_utf_16_without_a_mark(encoding: str) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nשלום \u200fabc\u200e 日本 é\n"
    found = read(text.encode(encoding), "a.srt", RATE)
    assert found.cues[0].text == "שלום \u200fabc\u200e 日本 é"
    assert bool(found.warnings) == (encoding in ("utf-16-le", "utf-16-be"))


def test_the_content_says_the_format_whatever_the_ending() -> None:
    cues = [cue(Fraction(1), Fraction(2), "One, two\nthree"), cue(Fraction(3), Fraction(4), "Four")]
    for format in FORMATS:
        for ending in (".srt", ".txt", ".vtt", ""):
            assert sniffed(write(cues, format, RATE).decode(), f"a{ending}") == format
    assert [format_of(f"A{endings[-1].upper()}") for _title, endings in FORMATS.values()] == list(FORMATS)
    with pytest.raises(EditorError, match=r"\.srt, \.vtt"):
        format_of("a.docx")


GOOD = "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n"
HOSTILE = {
    "cut off": (GOOD + "2\n00:00:03,000 --> 00:0").encode(),
    "no numbers": (GOOD.replace("1\n", "", 1) + "00:00:03,000 --> 00:00:04,000\nTwo\n").encode(),
    "carriage returns": GOOD.replace("\n", "\r").encode(),
    "no empty lines": GOOD.replace("\n\n", "\n").encode() + b"2\n00:00:03,000 --> 00:00:04,000\nTwo",
    "control characters": GOOD.replace("One", "O\x00\x01\x1b[31mne\x7f").encode(),
    "open tags": GOOD.replace("One", "<i><b>One</i></u><font color=>").encode(),
    "many tags": GOOD.replace("One", "<i>" * 20_000 + "One").encode(),
    "many brackets": GOOD.replace("One", "<" * 100_000 + "One").encode(),
    "many braces": GOOD.replace("One", "{\\" * 50_000 + "One").encode(),
    "half a letter": GOOD.encode() + "é".encode()[:1],
    "long numbers": ("9" * 6000 + "\n" + GOOD).encode(),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_damaged_files_give_what_is_in_them(data: bytes) -> None:
    found = read(data, "a.srt", RATE)
    assert found.cues[0].text.endswith("One") or "ne" in found.cues[0].text
    assert found.cues[0].start == 1
    assert not any(ord(char) < 32 and char != "\n" for one in found.cues for char in one.text)


def test_times_that_cannot_be() -> None:
    text = "1\n00:00:05,000 --> 00:00:04,000\nback\n\n2\n00:00:00,000 --> 00:00:00,000\nzero\n\n"
    text += "3\n00:00:01,000 --> 00:00:09,000\nlong\n\n4\n"
    text += "00:00:02,000 --> 00:00:03,000\nwithin\n\n5\n00:00:02,000 --> 00:00:03,000\n\n"
    found = read(text.encode(), "a.srt", RATE)
    assert [(one.text, one.start, one.end) for one in found.cues] == [
        ("zero", 0, 1), ("long", 1, 9), ("within", 2, 3), ("back", 5, 6),
    ]  # fmt: skip
    assert len(found.warnings) == 2


NOTHING = [
    b"", b" \n\r\n", b"\xef\xbb\xbf", b"hello", b"\x00\x01\x02" * 99, bytes(range(256)) * 9, b"WEBVTT\n", b"<tt/>", b"<a><b/></a>",
]  # fmt: skip


@pytest.mark.parametrize("data", NOTHING)
@pytest.mark.parametrize("name", ["a.srt", "a.ttml"])
def test_what_is_no_subtitle_file_is_said_in_a_sentence(data: bytes, name: str) -> None:
    with pytest.raises(EditorError) as caught:
        read(data, name, RATE)
    assert caught.value.remedy and caught.value.code == "bad_input"


HEADS = (b"", b"WEBVTT\n\n", b"[Script Info]\n[Events]\n", b"<tt ", b"start,end,text\n", GOOD.encode())


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=300), head=st.sampled_from(HEADS))
def test_no_bytes_are_a_defect(data: bytes, head: bytes) -> None:
    try:
        assert read(head + data, "a.srt", RATE).cues
    except EditorError as told:
        assert told.message and told.remedy


@settings(max_examples=150, deadline=None)
@given(cues=some_cues(), format=st.sampled_from(list(FORMATS)), at=st.integers(0, 10_000), what=st.binary(max_size=6))
def test_no_damage_to_a_file_is_a_defect(cues: list[Cue], format: str, at: int, what: bytes) -> None:
    data = write(cues, format, RATE)
    place = at % (len(data) + 1)
    try:
        read(data[:place] + what + data[place + len(what) :], "a.srt", RATE)
        read(data[:place], "a.srt", RATE)
    except EditorError as told:
        assert told.message and told.remedy


def test_a_huge_file_is_read_and_a_monstrous_one_refused() -> None:
    cues = [cue(Fraction(n), Fraction(n + 1), f"Line {n}") for n in range(20_000)]
    assert len(back(cues, "srt")) == 20_000
    with pytest.raises(EditorError, match="too large"):
        read(b"1" * 50_000_001, "a.srt", RATE)


def test_what_a_format_cannot_hold_is_said() -> None:
    with pytest.raises(EditorError, match=r"9:59:59\.99"):
        write([cue(Fraction(36_000), Fraction(36_001), "late")], "ass", RATE)
    with pytest.raises(EditorError, match="before the file's zero"):
        write([cue(Fraction(-1), Fraction(1), "early")], "srt", RATE)
    assert write([replace(cue(Fraction(0), Fraction(1), "x"), runs=())], "srt", RATE) == b""
