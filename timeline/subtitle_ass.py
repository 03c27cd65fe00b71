"""Advanced SubStation Alpha and its predecessor (ASS, SSA), by pysubs2. Pure.

pysubs2 takes a file as Aegisub writes it and raises for the first line that is otherwise; it keeps overrides as text. So lines are put
into its order first, those that cannot be read are left out and counted, and overrides become runs here.
"""

from __future__ import annotations

import re
import warnings as python_warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ..ml.errors import BAD_INPUT, EditorError
from .plan import CaptionStyle
from .subtitle_cues import Cue, Run, Subtitles, hexed, rounded, tidy
from .subtitle_markup import JOINER, from_numpad, numpad

LONGEST = 36_000
"""Seconds: the hour has one digit."""
_FIELDS: dict[str, tuple[str, ...]] = {
    "ass": ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"),
    "ssa": ("marked", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"),
}
_NUMBERS = {"layer", "marked", "marginl", "marginr", "marginv"}
_TIME = re.compile(r"-?\d{1,6}:\d{1,2}:\d{1,2}[.:,]\d{1,3}")
_OVERRIDES = re.compile(r"(?<!\\)\{[^{}]*\}|\\[Nnh]|\\[{}]")
_TAG = re.compile(r"\\(1?c|an|a|i|b|u|r|p)(&H[0-9a-fA-F]+&?|\d+|[^\\]*)")
_COMMA = "\uff0c"
"""Stands for a comma in a name: fields are separated by commas."""
_LOOKS = {"i": "italic", "b": "bold", "u": "underline"}
_OLD = {1: 1, 2: 2, 3: 3, 5: 7, 6: 8, 7: 9, 9: 4, 10: 5, 11: 6}
"""SSA's numbers for places, as a number pad has them."""
STANDARD = "Default"


def read(text: str, format: str) -> Subtitles:
    """A file's cues and styles; `format` is "ass" or "ssa". Sizes of letters are shares of the picture the file was made for."""
    import pysubs2

    ordered, dropped = _ordered(text, format)
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")
        parsed = pysubs2.SSAFile.from_string("\n".join(ordered), format_=format)
    height = _number(parsed.info.get("PlayResY"), 288)
    styles = {name: _style(style, height) for name, style in parsed.styles.items()}
    found, pictures = [], 0
    for event in parsed.events:
        if event.type != "Dialogue":
            continue
        style = styles.get(event.style, CaptionStyle())
        read_ = _runs(event.text, style)
        if read_ is None:
            pictures += 1
            continue
        runs, key = read_
        place, side = from_numpad(key) if key else (style.anchor, style.alignment)
        speaker = event.name.strip().replace(_COMMA, ",")
        found.append(Cue(Fraction(event.start, 1000), Fraction(event.end, 1000), tidy(runs), speaker, place, side, event.style))
    told = [f"{dropped} lines cannot be read and are left out."] if dropped else []
    told += [f"{pictures} drawings are left out."] if pictures else []
    return Subtitles(tuple(found), styles, tuple(told))


def _number(text: object, usual: int) -> int:
    found = re.fullmatch(r"\s*(\d{1,6})\s*", str(text))
    return int(found.group(1)) or usual if found else usual


def _ordered(text: str, format: str) -> tuple[list[str], int]:
    """The lines pysubs2 understands, the fields of events in its order, and how many others there are."""
    kept, dropped, order = [], 0, _FIELDS[format]
    wanted = _FIELDS[format]
    section = ""
    for line in text.split("\n"):
        bare = line.strip().lstrip("\ufeff")
        head, colon, rest = bare.partition(":")
        if bare.startswith("[") and bare.endswith("]"):
            section = bare.strip("[]").strip().lower()
        if section in ("fonts", "graphics", "aegisub extradata"):
            continue
        if section == "events" and head == "Format":
            named = tuple(name.strip().lower() for name in rest.split(","))
            order = named if named and named[-1] == "text" and {"start", "end"} <= set(named) else order
        elif head in ("Dialogue", "Comment") and colon:
            cells = rest.strip().split(",", len(order) - 1)
            fields = dict(zip(order, cells, strict=False))
            if len(cells) < len(order) or not all(_TIME.fullmatch(fields[name].strip()) for name in ("start", "end")):
                dropped += 1
                continue
            bare = f"{head}: " + ",".join(fields.get(name, "0" if name in _NUMBERS else "") for name in wanted)
        elif head == "Style" and colon and not _reads(bare, format):
            dropped += 1
            continue
        kept.append(bare)
    return kept, dropped


def _reads(line: str, format: str) -> bool:
    """Whether pysubs2 can make a style of this line."""
    import pysubs2

    try:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")
            made = pysubs2.SSAFile.from_string(line, format_=format).styles
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return all(0 <= style.fontsize < 1e5 and 0 <= style.outline < 1e4 for style in made.values())


def _style(style: Any, height: int) -> CaptionStyle:
    def rgba(color: Any) -> tuple[float, float, float, float]:
        return (color.r / 255, color.g / 255, color.b / 255, 1 - color.a / 255)

    place, side = from_numpad(int(style.alignment))
    usual = CaptionStyle()
    box = style.borderstyle == 3
    margin = min(0.45, style.marginv / height) if style.marginv > 0 else usual.position[1]
    across = {"left": 0.1, "center": 0.5, "right": 0.9}[side]
    return CaptionStyle(
        font_size=min(0.3, max(0.01, round(style.fontsize / height, 4))),
        position=(across, {"bottom": margin, "middle": 0.5, "top": 1 - margin}[place]),
        color=rgba(style.primarycolor),
        outline=style.outline > 0 and not box,
        shadow=style.shadow > 0 and not box,
        box=box,
        bold=bool(style.bold),
        italic=bool(style.italic),
        outline_color=rgba(style.outlinecolor),
        box_color=rgba(style.backcolor) if box else usual.box_color,
        shadow_color=rgba(style.backcolor) if not box else usual.shadow_color,
        anchor=place,
        alignment=side,
    )


def _runs(text: str, style: CaptionStyle) -> tuple[list[Run], int] | None:
    """The runs of an event's text and the key of the number pad where it stands, 0 where its style says. None for a drawing."""
    plain = Run("", style.italic, style.bold)
    look, key, at, runs = plain, 0, 0, []
    for found in _OVERRIDES.finditer(text):
        runs.append(look.said(_unescaped(text[at : found.start()])))
        at = found.end()
        block = found.group()
        if block[0] == "\\":
            runs.append(look.said({"N": "\n", "n": "\n", "h": "\xa0"}.get(block[1], block[1])))
            continue
        for name, value in _TAG.findall(block):
            if name in _LOOKS and value.isdecimal():
                on = value not in ("0", "400") if name == "b" else value != "0"
                look = replace(look, **{_LOOKS[name]: on})  # type: ignore[arg-type]
            elif name in _LOOKS and not value:
                look = replace(look, **{_LOOKS[name]: getattr(plain, _LOOKS[name])})
            elif name in ("c", "1c"):
                look = replace(look, color=_color(value))
            elif name == "r":
                look = plain
            elif name == "an" and value in set("123456789"):
                key = key or int(value)
            elif name == "a" and value.isdecimal():
                key = key or _OLD.get(int(value[:3]), 0)
            elif name == "p" and value.isdecimal() and value.strip("0"):
                return None
    runs.append(look.said(_unescaped(text[at:])))
    return runs, key


def _color(value: str) -> str:
    """`&HBBGGRR&` as `#rrggbb`, "" where the override takes the style's colour back."""
    digits = value.removeprefix("&H").rstrip("&")
    if not re.fullmatch(r"[0-9a-fA-F]{1,8}", digits):
        return ""
    number = int(digits, 16)
    return f"#{number & 255:02x}{number >> 8 & 255:02x}{number >> 16 & 255:02x}"


def _unescaped(text: str) -> str:
    return re.sub(rf"\\{JOINER}(?={JOINER}*(?:[Nnh{{}}]|\Z))", lambda found: "\\", text)


def _escaped(text: str) -> str:
    """A backslash that would begin an override gets an invisible joiner after it; braces are escaped as libass reads them."""
    text = re.sub(rf"\\(?={JOINER}*(?:[Nnh{{}}\n\xa0]|\Z))", lambda found: "\\" + JOINER, text)
    return text.replace("{", r"\{").replace("}", r"\}").replace("\n", r"\N").replace("\xa0", r"\h")


def write(cues: Sequence[Cue], rate: Fraction, styles: Mapping[str, CaptionStyle], size: tuple[int, int], format: str) -> str:
    """The file as pysubs2 writes it. `size` is the picture's width and height. Raises `EditorError` beyond ten hours."""
    import pysubs2

    made = pysubs2.SSAFile()
    made.info.update({"PlayResX": str(size[0]), "PlayResY": str(size[1]), "WrapStyle": "2", "ScaledBorderAndShadow": "yes"})
    made.styles.clear()
    known = {name: style for name, style in styles.items() if any(one.style == name for one in cues)}
    if any(one.style not in known for one in cues):
        known.setdefault(STANDARD, CaptionStyle())
    names = {name: _plain(name) or STANDARD for name in known}
    for name, style in known.items():
        made.styles[names[name]] = _native(style, size)
    for one in cues:
        if one.end >= LONGEST:
            raise EditorError(
                f"{format.upper()} files end at 9:59:59.99.", "Choose another format, or a start of 00:00:00:00.", BAD_INPUT
            )
        style = known.get(one.style, known.get(STANDARD, CaptionStyle()))
        start, end = (10 * rounded(seconds, rate, 100) for seconds in (one.start, one.end))
        made.events.append(
            pysubs2.SSAEvent(
                start=start, end=max(end, start + 10), name=_plain(one.speaker), text=_overridden(one, style, format),
                style=names[one.style] if one.style in known else STANDARD,
            )
        )  # fmt: skip
    return made.to_string(format, header_notice="")


def _plain(name: str) -> str:
    """A name as a field of a line: no commas, no line breaks."""
    return " ".join(name.replace(",", _COMMA).split())


def _overridden(one: Cue, style: CaptionStyle, format: str) -> str:
    key = numpad(one.place, one.side)
    where = f"\\an{key}" if format == "ass" else f"\\a{next(old for old, pad in _OLD.items() if pad == key)}"
    moved = "" if (one.place, one.side) == (style.anchor, style.alignment) else f"{{{where}}}"
    look, text = Run("", style.italic, style.bold), ""
    for run in one.runs:
        tags = ""
        for name, now, before in (("i", run.italic, look.italic), ("b", run.bold, look.bold), ("u", run.underline, look.underline)):
            tags += f"\\{name}{int(now)}" if now != before else ""
        if run.color != look.color:
            red, green, blue = run.color[1:3], run.color[3:5], run.color[5:7]
            tags += f"\\c&H{blue}{green}{red}&".upper().replace("\\C", "\\c") if run.color else "\\c"
        text += (f"{{{tags}}}" if tags else "") + _escaped(run.text)
        look = run
    return moved + text


def _native(style: CaptionStyle, size: tuple[int, int]) -> Any:
    import pysubs2

    def color(rgba: tuple[float, float, float, float]) -> Any:
        red, green, blue = (int(hexed(rgba)[at : at + 2], 16) for at in (1, 3, 5))
        return pysubs2.Color(red, green, blue, min(255, max(0, round((1 - rgba[3]) * 255))))

    width, height = size
    share = style.position[1] if style.anchor == "bottom" else 1 - style.position[1]
    pixels = style.font_size * height
    return pysubs2.SSAStyle(
        fontsize=round(pixels, 2),
        primarycolor=color(style.color),
        outlinecolor=color(style.outline_color),
        backcolor=color(style.box_color if style.box else style.shadow_color),
        bold=style.bold,
        italic=style.italic,
        borderstyle=3 if style.box else 1,
        outline=round(pixels * 0.05, 1) if style.outline or style.box else 0.0,
        shadow=round(pixels * 0.04, 1) if style.shadow and not style.box else 0.0,
        alignment=pysubs2.Alignment(numpad(style.anchor, style.alignment)),
        marginl=round(width * 0.05),
        marginr=round(width * 0.05),
        marginv=max(1, round(share * height)) if style.anchor != "middle" else 0,
    )
