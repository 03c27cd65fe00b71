"""Runs of text as the tags of SRT and WebVTT files, and back. Pure.

Both are read leniently, as players do: a tag nobody knows is dropped, one that is never closed ends with the cue, and "<" that begins
no tag is text. SRT has no way to write a text that looks like a tag: there an invisible joiner (U+2060) follows its first character,
which the reader takes away again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .subtitle_cues import PLACES, SIDES, Place, Run, Side

JOINER = "\u2060"
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[.\s][^<>]*)?)>|\{(\\[^{}]*)\}")
_VTT_TAG = re.compile(r"<(/?)([a-zA-Z]*)((?:[.\s][^<>]*)?)>|<(\d[\d:.]*)>")
_LITERAL = re.compile(r"(?=<\u2060*/?[a-zA-Z])<|(?=\{\u2060*\\)\{")
_ESCAPED = re.compile(r"([<{])\u2060(?=\u2060*(?:/?[a-zA-Z]|\\))")
_COLOR = re.compile(r"""color\s*=\s*["']?\s*(#[0-9a-fA-F]{3,8}|[a-zA-Z]+)""")
NAMED = {
    "white": "#ffffff", "lime": "#00ff00", "cyan": "#00ffff", "red": "#ff0000", "yellow": "#ffff00", "magenta": "#ff00ff",
    "blue": "#0000ff", "black": "#000000", "green": "#008000", "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0",
    "orange": "#ffa500", "purple": "#800080", "maroon": "#800000", "olive": "#808000", "navy": "#000080", "teal": "#008080",
    "aqua": "#00ffff", "fuchsia": "#ff00ff", "pink": "#ffc0cb", "brown": "#a52a2a",
}  # fmt: skip
"""Colours by the names that HTML, CSS and TTML share."""
_CLASSES = ("white", "lime", "cyan", "red", "yellow", "magenta", "blue", "black")
"""The colours that WebVTT knows without being told."""


def color_of(text: str) -> str:
    """`#rrggbb` of a colour's name or hexadecimal digits, "" for what is none."""
    text = text.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        return "#" + "".join(digit * 2 for digit in text[1:])
    if re.fullmatch(r"#[0-9a-f]{6}(?:[0-9a-f]{2})?", text):
        return text[:7]
    found = re.fullmatch(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?:,[^)]*)?\)", text)
    if found:
        return "#" + "".join(f"{min(255, int(part)):02x}" for part in found.groups())
    return NAMED.get(text, "")


def numpad(place: Place, side: Side) -> int:
    """The key of a number pad that lies where the text stands: 2 is the middle of the bottom. Used by ASS, and by players of SRT."""
    return 3 * PLACES.index(place) + SIDES.index(side) + 1


def from_numpad(key: int) -> tuple[Place, Side]:
    return PLACES[(key - 1) // 3], SIDES[(key - 1) % 3]


@dataclass(frozen=True)
class Marked:
    """What the tags of a cue's text say."""

    runs: tuple[Run, ...]
    speaker: str = ""
    place: Place = "bottom"
    side: Side = "center"


class _Reader:
    """Tags read one after another. Closing a tag ends what it began and nothing else: `<i><b></i></b>` is met in real files."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._open: list[tuple[str, dict[str, Any]]] = []
        self._look = Run("")

    def text(self, text: str) -> None:
        if text:
            self.runs.append(self._look.said(text))

    def open(self, name: str, **look: Any) -> None:
        """From here on the text has this look."""
        if len(self._open) < _DEEPEST:
            self._open.append((name, look))
            self._look = replace(self._look, **look)

    def close(self, name: str) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == name:
                del self._open[place]
                self._look = Run("")
                for _name, look in self._open:
                    self._look = replace(self._look, **look)
                return


_DEEPEST = 64
"""Tags within tags that are followed."""
_FLAGS = {"i": "italic", "em": "italic", "b": "bold", "strong": "bold", "u": "underline"}
_KNOWN = {*_FLAGS, "font", "s", "strike", "span", "div", "p", "br", "c", "v", "lang", "ruby", "rt"}
"""Other names in angle brackets are text: somebody wrote them."""


def from_srt(text: str) -> Marked:
    """The text of an SRT cue: i, b, u and font tags, and the `{\\an8}` and `{\\i1}` that players have taken over from ASS."""
    reader = _Reader()
    place: Place = "bottom"
    side: Side = "center"
    at = 0
    for tag in _TAG.finditer(text):
        reader.text(_ESCAPED.sub(r"\1", text[at : tag.start()]))
        at = tag.end()
        closing, name, rest, override = tag.group(1), (tag.group(2) or "").lower(), tag.group(3) or "", tag.group(4)
        if override is not None:
            found = re.search(r"\\an?([1-9])(?!\d)", override)
            if found and "\\an" in override:
                place, side = from_numpad(int(found.group(1)))
            for flag, on in re.findall(r"\\([ibu])([01])(?!\d)", override):
                reader.open(f"\\{flag}", **{_FLAGS[flag]: on == "1"})
        elif name not in _KNOWN:
            reader.text(tag.group())
        elif closing:
            reader.close(name)
        elif name in _FLAGS:
            reader.open(name, **{_FLAGS[name]: True})
        elif name == "font":
            color = _COLOR.search(rest)
            reader.open(name, **({"color": known} if color and (known := color_of(color.group(1))) else {}))
        elif name == "br":
            reader.text("\n")
    reader.text(_ESCAPED.sub(r"\1", text[at:]))
    return Marked(tuple(reader.runs), "", place, side)


def to_srt(runs: Sequence[Run], place: Place = "bottom", side: Side = "center") -> str:
    """The runs with SRT's tags; a place other than the middle of the bottom as `{\\an8}`."""
    moved = "" if (place, side) == ("bottom", "center") else f"{{\\an{numpad(place, side)}}}"
    return moved + "".join(_tagged(run, _LITERAL.sub(lambda found: found.group() + JOINER, run.text)) for run in runs)


def _tagged(run: Run, text: str) -> str:
    if run.color:
        text = f'<font color="{run.color}">{text}</font>'
    for name, on in (("u", run.underline), ("b", run.bold), ("i", run.italic)):
        text = f"<{name}>{text}</{name}>" if on else text
    return text


def from_vtt(text: str, classes: Mapping[str, str]) -> Marked:
    """The text of a WebVTT cue. `classes` are the colours of the file's own classes."""
    reader = _Reader()
    speakers: list[str] = []
    at = 0
    for tag in _VTT_TAG.finditer(text):
        reader.text(html.unescape(text[at : tag.start()]))
        at = tag.end()
        closing, name, rest = tag.group(1), (tag.group(2) or "").lower(), tag.group(3) or ""
        if tag.group(4) is not None:
            continue
        names, _, annotation = rest.partition(" ") if not rest[:1].isspace() else ("", "", rest)
        colors = [found for part in names.split(".") if (found := classes.get(part) or (NAMED[part] if part in _CLASSES else ""))]
        if closing:
            reader.close(name)
        elif name in _FLAGS and len(name) == 1:
            reader.open(name, **{_FLAGS[name]: True})
        elif name in ("c", "v", "lang", "ruby"):
            reader.open(name, **({"color": colors[-1]} if colors else {}))
            if name == "v" and (who := html.unescape(" ".join(annotation.split()))) and who not in speakers:
                speakers.append(who)
    reader.text(html.unescape(text[at:]))
    return Marked(tuple(reader.runs), ", ".join(speakers))


def to_vtt(runs: Sequence[Run], speaker: str = "") -> str:
    """The runs with WebVTT's tags; colours are the classes that `vtt_classes` describes."""
    text = "".join(_vtt_tagged(run) for run in runs)
    who = " ".join(speaker.split())
    return f"<v {_escaped(who)}>{text}</v>" if who else text


def _vtt_tagged(run: Run) -> str:
    text = _escaped(run.text)
    text = f"<c.{_class_of(run.color)}>{text}</c>" if run.color else text
    for name, on in (("u", run.underline), ("b", run.bold), ("i", run.italic)):
        text = f"<{name}>{text}</{name}>" if on else text
    return text


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\u200e", "&lrm;").replace("\u200f", "&rlm;").replace("\xa0", "&nbsp;")


def _class_of(color: str) -> str:
    return next((name for name in _CLASSES if NAMED[name] == color), f"color{color[1:]}")


def vtt_classes(colors: Sequence[str]) -> str:
    """The style sheet of the colours that WebVTT does not know by itself."""
    own = dict.fromkeys(color for color in colors if color and _class_of(color).startswith("color"))
    return "\n".join(f"::cue(.{_class_of(color)}) {{ color: {color}; }}" for color in own)


def classes_of(sheet: str) -> dict[str, str]:
    """The colours of the classes in a WebVTT style sheet."""
    rules = re.findall(r"::cue\(\s*(?:c)?\.([\w-]+)\s*\)\s*\{([^{}]*)\}", sheet)
    found = {name: re.search(r"(?:^|[;\s])color\s*:\s*([^;]+)", body) for name, body in rules}
    return {name: color for name, match in found.items() if match and (color := color_of(match.group(1)))}
