"""Timed Text Markup Language: IMSC 1.1 Text is written, TTML 1 and 2 are read as far as subtitles use them. Pure.

Times are written in frames ("1234f") of the scene's exact rate, so nothing is rounded. Read are clock times, offsets and frames, at
whatever rate, drop-frame or not (W3C: TTML2, 12.3; IMSC 1.1). A file with a document type is refused: entities can blow up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from ..ml.errors import BAD_INPUT, EditorError
from .plan import CaptionStyle
from .subtitle_cues import Cue, Place, Run, Side, Subtitles, frame_of, hexed, shares, tidy
from .subtitle_markup import color_of
from .timecode import Clock

_TT, _TTP, _TTS, _TTM = (f"{{http://www.w3.org/ns/ttml{part}}}" for part in ("", "#parameter", "#styling", "#metadata"))
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_OLD = re.compile(r"http://www\.w3\.org/200\d/\d\d/ttaf1")
"""Drafts that real files still name."""
_DEEPEST = 40
_DISPLAY: dict[Place, str] = {"bottom": "after", "middle": "center", "top": "before"}
_ALIGN: dict[Side, str] = {"left": "start", "center": "center", "right": "end"}


def write(cues: Sequence[Cue], rate: Fraction, styles: Mapping[str, CaptionStyle], size: tuple[int, int], language: str = "") -> str:
    """An IMSC 1.1 Text document; `size` is the picture's width and height, `language` a BCP 47 tag, "" unknown."""
    base = max(1, frame_of(Fraction(1), rate))
    multiplier = rate / base
    agents = {who: f"agent{number}" for number, who in enumerate(dict.fromkeys(one.speaker for one in cues if one.speaker), 1)}
    used = {one.style for one in cues}
    known = {name: f"style{number}" for number, name in enumerate((name for name in styles if name in used), 1)}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<tt xmlns="{_TT[1:-1]}" xmlns:ttp="{_TTP[1:-1]}" xmlns:tts="{_TTS[1:-1]}" xmlns:ttm="{_TTM[1:-1]}"'
        f' ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text" ttp:timeBase="media" ttp:frameRate="{base}"'
        f' ttp:frameRateMultiplier="{multiplier.numerator} {multiplier.denominator}" ttp:cellResolution="32 15"'
        f' tts:extent="{size[0]}px {size[1]}px" xml:space="preserve" xml:lang={quoteattr(language)}>',
        "<head>",
        "<metadata>",
        *(
            f'<ttm:agent type="person" xml:id="{key}"><ttm:name type="full">{_text(who)}</ttm:name></ttm:agent>'
            for who, key in agents.items()
        ),
        "</metadata>",
        "<styling>",
        '<style xml:id="base" tts:fontFamily="proportionalSansSerif" tts:fontSize="80%" tts:lineHeight="125%" tts:textAlign="center"/>',
        *(_style(name, key, styles[name]) for name, key in known.items()),
        "</styling>",
        "<layout>",
        *(
            f'<region xml:id="{place}" tts:origin="10% 10%" tts:extent="80% 80%" tts:displayAlign="{align}"/>'
            for place, align in _DISPLAY.items()
        ),
        "</layout>",
        "</head>",
        '<body style="base"><div>',
        *(_paragraph(one, rate, agents, known) for one in cues),
        "</div></body>",
        "</tt>",
        "",
    ]
    return "\n".join(lines)


def _text(text: str) -> str:
    """Escaped; characters that XML forbids are none."""
    return escape(re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text))


def _style(name: str, key: str, style: CaptionStyle) -> str:
    looks = [f'tts:color="{hexed(style.color)}"']
    looks += ['tts:fontStyle="italic"'] if style.italic else []
    looks += ['tts:fontWeight="bold"'] if style.bold else []
    looks += [f'tts:backgroundColor="{hexed(style.box_color)}{round(style.box_color[3] * 255):02x}"'] if style.box else []
    looks += [f'tts:textOutline="{hexed(style.outline_color)} 5%"'] if style.outline else []
    return f'<style xml:id="{key}" ttm:desc={quoteattr(_text(name))} {" ".join(looks)}/>'


def _paragraph(one: Cue, rate: Fraction, agents: Mapping[str, str], styles: Mapping[str, str]) -> str:
    start, end = (frame_of(seconds, rate) for seconds in (one.start, one.end))
    more = f' style="{styles[one.style]}"' if one.style in styles else ""
    more += f' ttm:agent="{agents[one.speaker]}"' if one.speaker else ""
    more += f' tts:textAlign="{_ALIGN[one.side]}"' if one.side != "center" else ""
    return f'<p begin="{start}f" end="{end}f" region="{one.place}"{more}>{"".join(_span(run, one.style in styles) for run in one.runs)}</p>'


def _span(run: Run, styled: bool) -> str:
    text = "<br/>".join(map(_text, run.text.split("\n")))
    looks = [f'tts:color="{run.color}"'] if run.color else []
    looks += [f'tts:fontStyle="{"italic" if run.italic else "normal"}"', f'tts:fontWeight="{"bold" if run.bold else "normal"}"']
    looks += ['tts:textDecoration="underline"'] if run.underline else []
    plain = not (styled or run.color or run.italic or run.bold or run.underline)
    return f"<span>{text}</span>" if plain else f"<span {' '.join(looks)}>{text}</span>"


@dataclass(frozen=True)
class _Times:
    """How a document writes times."""

    rate: Fraction
    subframes: int
    ticks: Fraction
    timecode: Clock | None

    def seconds(self, text: str) -> Fraction | None:
        """A moment or a length, None for what is neither."""
        text = text.strip()
        found = re.fullmatch(r"(\d{1,6}):(\d{2}):(\d{2})(?:\.(\d{1,9})|[:;](\d{1,4})(?:\.(\d{1,4}))?)?", text)
        if found:
            hours, minutes, seconds, part, frames, sub = found.groups()
            if self.timecode is not None and frames is not None:
                return self._counted(int(hours), int(minutes), int(seconds), int(frames))
            whole = Fraction(int(hours) * 3600 + int(minutes) * 60 + int(seconds))
            whole += Fraction(int(part), 10 ** len(part)) if part else 0
            return whole + (int(frames or 0) + Fraction(int(sub or 0), self.subframes)) / self.rate
        found = re.fullmatch(r"(\d{1,12})(?:\.(\d{1,9}))?(h|ms|m|s|f|t)", text)
        if not found:
            return None
        count = Fraction(int(found.group(1))) + Fraction(int(found.group(2) or 0), 10 ** len(found.group(2) or "0"))
        unit = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
        return count * unit[found.group(3)] if found.group(3) in unit else count / (self.rate if found.group(3) == "f" else self.ticks)

    def _counted(self, hours: int, minutes: int, seconds: int, frames: int) -> Fraction:
        """An SMPTE timecode: its frames are counted, whatever the clock says."""
        assert self.timecode is not None
        whole = 60 * hours + minutes
        number = (whole * 60 + seconds) * self.timecode.base + frames - self.timecode.dropped * (whole - whole // 10)
        return number / self.rate


def read(text: str) -> Subtitles:
    """A document's cues. Raises `EditorError(BAD_INPUT)` for what is no TTML, or has a document type."""
    root = _parsed(text)
    if not root.tag.endswith("}tt") and root.tag != "tt":
        raise EditorError("This XML file is no TTML.", "Choose a file whose first element is tt.", BAD_INPUT)
    return _Reader(root).subtitles()


def _parsed(text: str) -> ElementTree.Element:
    if re.search(r"<!\s*(?:DOCTYPE|ENTITY)", text):
        raise EditorError("This file declares a document type, which may hide what blows up.", "Remove the line <!DOCTYPE …>.", BAD_INPUT)
    text = _OLD.sub("http://www.w3.org/ns/ttml", text)
    text = text.replace("http://www.w3.org/ns/ttml#style\"", "http://www.w3.org/ns/ttml#styling\"")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as reason:
        raise EditorError(f"This XML file is damaged: {reason}.", "Get it again, or open it in a text editor.", BAD_INPUT) from reason


@dataclass(frozen=True)
class _Context:
    """What an element passes on to those within it."""

    begin: Fraction
    end: Fraction | None
    look: Run
    region: str = ""
    speaker: str = ""
    side: Side = "center"
    style: str = ""


class _Reader:
    def __init__(self, root: ElementTree.Element) -> None:
        self.root = root
        self.times = _times(root)
        self.named = {key: one for one in root.iter(f"{_TT}style") if (key := one.get(_ID))}
        self.regions = {key: one for one in root.iter(f"{_TT}region") if (key := one.get(_ID))}
        names = {key: one.find(f"{_TTM}name") for one in root.iter(f"{_TTM}agent") if (key := one.get(_ID))}
        self.agents = {key: " ".join((one.text or "").split()) for key, one in names.items() if one is not None}
        self.found: list[Cue] = []
        self.unread = self.too_deep = 0

    def subtitles(self) -> Subtitles:
        body = self.root.find(f"{_TT}body")
        if body is not None:
            self._walk(body, _Context(Fraction(0), None, Run("")), 0)
        told = [f"{self.unread} paragraphs have no times and are left out."] if self.unread else []
        told += [f"{self.too_deep} elements lie too deep and are left out."] if self.too_deep else []
        rated = self.root.get(f"{_TTP}frameRate") is not None
        styles = {self._name(key, one): self._caption_style(one) for key, one in self.named.items()}
        return Subtitles(tuple(self.found), styles, tuple(told), rate=self.times.rate if rated else None)

    def _walk(self, element: ElementTree.Element, outer: _Context, depth: int) -> None:
        if depth > _DEEPEST:
            self.too_deep += 1
            return
        here = self._context(element, outer)
        if element.tag != f"{_TT}p":
            for inner in element:
                if inner.tag in (f"{_TT}div", f"{_TT}p"):
                    self._walk(inner, here, depth + 1)
            return
        timed = [inner for inner in element if inner.tag == f"{_TT}span" and inner.get("begin") is not None]
        if timed and element.get("begin") is None and here.end is None:
            for inner in timed:
                self._cue(inner, self._context(inner, here))
            return
        self._cue(element, here)

    def _cue(self, element: ElementTree.Element, here: _Context) -> None:
        if here.end is None:
            self.unread += 1
            return
        speakers = [here.speaker] if here.speaker else []
        own = self._own(here.style)
        runs = [replace(run, color="") if run.color == own else run for run in self._runs(element, here, speakers, 0)]
        place = self._place(here.region)
        self.found.append(Cue(here.begin, here.end, tidy(runs), ", ".join(speakers), place, here.side, here.style))

    def _context(self, element: ElementTree.Element, outer: _Context) -> _Context:
        begin, end, length = (self.times.seconds(element.get(name, "")) for name in ("begin", "end", "dur"))
        start = outer.begin + (begin or 0)
        stop = outer.begin + end if end is not None else start + length if length is not None else outer.end
        if end is not None and length is not None:
            stop = min(outer.begin + end, start + length)
        named = [name for name in element.get("style", "").split() if name in self.named]
        region = element.get("region", outer.region)
        align = self._look_value(element, "textAlign")
        sides: dict[str, Side] = {"start": "left", "left": "left", "end": "right", "right": "right", "center": "center"}
        return _Context(
            start, stop, self._look(element, outer.look), region,
            self.agents.get(element.get(f"{_TTM}agent", "").split(" ")[0], outer.speaker),
            sides.get(align, outer.side),
            self._name(named[-1], self.named[named[-1]]) if named else outer.style,
        )  # fmt: skip

    def _own(self, style: str) -> str:
        """The colour a named style has, which its runs need not repeat."""
        return next((self._look(one, Run("")).color for key, one in self.named.items() if self._name(key, one) == style), "")

    def _name(self, key: str, style: ElementTree.Element) -> str:
        return style.get(f"{_TTM}desc") or key

    def _caption_style(self, element: ElementTree.Element) -> CaptionStyle:
        look = self._look(element, Run(""))
        usual = CaptionStyle(italic=look.italic, bold=look.bold)
        return replace(usual, color=shares(look.color)) if look.color else usual

    def _look_value(self, element: ElementTree.Element, name: str, seen: tuple[str, ...] = ()) -> str:
        """A styling attribute of an element: its own, else that of the last style it names that has it."""
        own = element.get(f"{_TTS}{name}")
        if own is not None:
            return own.strip()
        for key in reversed(element.get("style", "").split()[:16]):
            if key in self.named and key not in seen and len(seen) < _DEEPEST:
                found = self._look_value(self.named[key], name, (*seen, key))
                if found:
                    return found
        return ""

    def _look(self, element: ElementTree.Element, outer: Run) -> Run:
        slope, weight, line, color = (self._look_value(element, name) for name in ("fontStyle", "fontWeight", "textDecoration", "color"))
        return Run(
            "",
            slope in ("italic", "oblique") if slope else outer.italic,
            weight == "bold" if weight else outer.bold,
            "underline" in line.split() if line else outer.underline,
            color_of(color) if color else outer.color,
        )

    def _runs(self, element: ElementTree.Element, here: _Context, speakers: list[str], depth: int) -> list[Run]:
        runs = [here.look.said(_blanks(element.text))]
        for inner in element:
            if inner.tag == f"{_TT}br":
                runs.append(here.look.said("\n"))
            elif inner.tag == f"{_TT}span":
                if depth > _DEEPEST:
                    self.too_deep += 1
                else:
                    within = self._context(inner, here)
                    if within.speaker and within.speaker not in speakers:
                        speakers.append(within.speaker)
                    runs += self._runs(inner, within, speakers, depth + 1)
            runs.append(here.look.said(_blanks(inner.tail)))
        return runs

    def _place(self, key: str) -> Place:
        """Where a region's text stands in the picture: by its own extent, and which of its sides the text leans to."""
        region = self.regions.get(key)
        if region is None:
            return "bottom"
        merged = {name: self._look_value(region, name) for name in ("displayAlign", "origin", "extent")}
        for inner in region.findall(f"{_TT}style"):
            merged.update({name: found for name in merged if (found := inner.get(f"{_TTS}{name}"))})
        top, height = (_share(merged[name], usual) for name, usual in (("origin", 0.0), ("extent", 1.0)))
        lean = {"before": 0.0, "center": 0.5, "after": 1.0}.get(merged["displayAlign"], 0.0)
        at = top + lean * height
        return "top" if at < 0.34 else "middle" if at < 0.67 else "bottom"


def _blanks(text: str | None) -> str:
    """Line breaks in the XML itself are blanks; only br breaks a line."""
    return re.sub(r"[ \t\r\n]*[\r\n][ \t\r\n]*", " ", text or "")


def _share(text: str, usual: float) -> float:
    """The second of two percentages, as a share; `usual` for what is none."""
    found = re.fullmatch(r"\S+\s+(\d{1,3}(?:\.\d{1,6})?)%", text.strip())
    return float(found.group(1)) / 100 if found else usual


def _times(root: ElementTree.Element) -> _Times:
    base = _positive(root.get(f"{_TTP}frameRate"), 30)
    parts = re.findall(r"\d{1,9}", root.get(f"{_TTP}frameRateMultiplier", "1 1"))
    top, bottom = (int(parts[0]), int(parts[1])) if len(parts) == 2 else (1, 1)
    rate = Fraction(base * top, bottom) if top and bottom else Fraction(base)
    subframes = _positive(root.get(f"{_TTP}subFrameRate"), 1)
    ticks = root.get(f"{_TTP}tickRate")
    per_second = Fraction(_positive(ticks, 1)) if ticks else rate * subframes if root.get(f"{_TTP}frameRate") else Fraction(1)
    drop = root.get(f"{_TTP}dropMode", "nonDrop") != "nonDrop"
    smpte = root.get(f"{_TTP}timeBase") == "smpte"
    return _Times(rate, subframes, per_second, Clock(rate, drop) if smpte else None)


def _positive(text: str | None, usual: int) -> int:
    found = re.fullmatch(r"\s*(\d{1,9})\s*", text or "")
    return (int(found.group(1)) or usual) if found else usual
