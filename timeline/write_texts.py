"""Text strips on the timeline: captions, translations, sounds, and the highlights over them. All checks before the first write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..ml.errors import LOCKED, EditorError
from . import compat, faces, lanes, texts
from .appearance import style_of, style_of_highlight, style_of_new
from .changes import Changes, Update
from .fonts import Fonts
from .ledger import looks_of
from .moving import move_texts
from .naming import numbering
from .plan import TEXT_KINDS, Caption, CaptionStyle, Edit, Highlight, TextKind
from .state import Timeline
from .stepping import Steps, without_animation
from .tags import put_tag_text
from .texts import Journal
from .timebase import FrameRange
from .typeset import Row, rows
from .visual import visual

_MUCH_SMALLER = 0.7
"""Share of the letters' size below which it is said that they are smaller."""
_MOST_BYTES = 12
"""A character that is drawn takes up to four bytes, and capitals or the parts of a letter are up to three for one."""
_QUOTED = 40
Item = tuple[str, Caption]
"""The record of a text to add, and the text."""


@dataclass
class Typesetter:
    """Writes the texts of one set of changes. `tag` makes a tag's text of a record, an edit and the text kept with it."""

    scene: Any
    timeline: Timeline
    present: Timeline
    changes: Changes
    journal: Journal
    tag: Callable[[str, Edit, str], str]
    channels: dict[str, list[int]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    styles: dict[str, str] = field(default_factory=dict)
    """The digests of what came of looks, by record; `digests` those of new captions' looks, by look."""
    digests: dict[CaptionStyle, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.strips = compat.open_sequence(self.scene).strips
        added = self.changes.added
        self.captions = _by_kind((add.record, add.edit) for add in added.get(Caption, ()))  # type: ignore[misc]
        new: list[Any] = [(add.record, add.edit) for add in added.get(Highlight, ())]
        self.highlights: list[tuple[str, Highlight]] = sorted(new, key=lambda item: (item[1].frames.start, item[1].line))
        self.fonts = Fonts()
        self._sizes: dict[tuple[Any, ...], float] = {}
        self._loaded: dict[str, Any] = {"": None}
        self._made: dict[str, Any] = {}

    def prepare(self) -> None:
        """Chooses channels and gets the fonts. Raises `EditorError` where there is no channel, no place for keyframes, or a text that
        this Blender would cut off."""
        updated = [update.edit for update in self.changes.updates]
        highlights = bool(self.highlights) or any(isinstance(edit, Highlight) for edit in updated)
        if highlights and (reason := compat.animation_held(self.scene)):
            raise EditorError(f"{reason} It would hold the steps of the highlights.", "Make it local and run again.", LOCKED)
        self._refuse_too_long()
        if self.captions or self.highlights:
            self._choose_channels()
        wanted = [edit.style for items in self.captions.values() for _record, edit in items]
        wanted += [update.edit.style for update in self.changes.updates if isinstance(update.edit, Caption) and "style" in update.fields]
        for name in dict.fromkeys(style.font for style in wanted):
            self._font(name)

    def _refuse_too_long(self) -> None:
        new = [edit for items in self.captions.values() for _record, edit in items]
        changed = [(update.edit, update.fields) for update in self.changes.updates]
        new += [edit for edit, fields in changed if isinstance(edit, Caption) and not fields.isdisjoint({"text", "style"})]
        for edit in new if compat.TEXT_BYTES else ():
            if len(edit.text) * _MOST_BYTES > compat.TEXT_BYTES:
                begins = " ".join(edit.text.split())[:_QUOTED]
                what = f"The {edit.identity.kind} at frame {edit.frames.start}, “{begins}…”,"
                texts.refuse_too_long(what, visual(edit.text, edit.style.uppercase), "Allow fewer characters a line, or fewer lines.")

    def _choose_channels(self) -> None:
        going = {change.target for change in self.changes.removes if change.kind in (*TEXT_KINDS, "highlight")}
        pictures = [
            (strip.channel, FrameRange(compat.left(strip), compat.right(strip)))
            for strip in self.strips
            if strip.type != "SOUND" and not strip.mute and compat.left(strip) < compat.right(strip)
        ]
        wanted: dict[str, list[FrameRange]] = {kind: [edit.frames for _record, edit in items] for kind, items in self.captions.items()}
        if self.highlights:
            wanted["highlight"] = [edit.frames for _record, edit in self.highlights]
        placed: list[tuple[str, int, FrameRange]] = []
        for kind, frames in wanted.items():
            self.channels[kind] = lanes.assign(self.present, frames, going, pictures, kind, placed)
            if len(wanted) > 1:
                placed += zip([kind] * len(frames), self.channels[kind], frames, strict=True)

    def _font(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name], notice = faces.load(name, self.journal.append)
            self.notices += [notice] if notice else []
        return self._loaded[name]

    def _size(self, style: CaptionStyle) -> float:
        """The font size of all texts with letters like these: one for the run, at which the longest of their lines fits the frame."""
        key = _letters(style)
        if key not in self._sizes:
            edits = [edit for items in self.captions.values() for _record, edit in items]
            edits += [update.edit for update in self.changes.updates if isinstance(update.edit, Caption)]
            said = [edit.text for edit in edits if edit.style is style or _letters(edit.style) == key]
            own = [ref for ref in self.present.captions if ref.tag is not None and ref.tag.scene == self.timeline.stamp]
            looks = looks_of(self.timeline.ledger) if own else {}
            said += [ref.text for ref in own if ref.tag and _letters(looks.get(ref.tag.record, style)) == key]
            self._sizes[key] = texts.letter_size(self.scene, style, said, self.fonts.suited)
            share = self._sizes[key] / (style.font_size * self.scene.render.resolution_y)
            if share < _MUCH_SMALLER:
                told = f"Letters have {share:.0%} of the size asked for: a line is too long for the picture. Allow fewer characters a line."
                self.notices.append(told)
        return self._sizes[key]

    def write(self, standing: set[str]) -> int:
        """Adds the texts. `standing` are the names that are taken."""
        if self.captions or self.highlights:
            self.journal.append(partial(texts.sweep, self.strips, standing))
        return sum(self._write(kind, items, standing) for kind, items in self.captions.items())

    def _write(self, kind: str, items: list[Item], standing: set[str]) -> int:
        looks: list[CaptionStyle] = []
        groups: dict[tuple[int, int], list[tuple[str, Caption, str]]] = {}
        latest: CaptionStyle | None = None
        worn, lane, group = CaptionStyle(), 0, []
        shown = ""
        for (record, caption), channel in zip(items, self.channels[kind], strict=True):
            style, text = caption.style, caption.text
            shown = text if text.isascii() and not style.uppercase else visual(text, style.uppercase)
            suited = self.fonts.suited(style, shown)
            if suited is not latest or channel != lane:  # comparing styles costs as much as the rest, and they are few objects
                latest, lane, worn = suited, channel, suited
                if worn not in looks:
                    looks.append(worn)
                group = groups.setdefault((channel, looks.index(worn)), [])
            group.append((record, caption, shown))
        for (channel, look), group in groups.items():
            worn, name = looks[look], numbering(kind.capitalize(), (*standing, *self.names))
            first = group[0][1].style
            size, ranges = self._size(first), [caption.frames for _record, caption, _shown in group]
            put_on = partial(texts.dress, style=worn, size=size, font=self._font(worn.font))
            strips = texts.new_texts(self.strips, name, channel, ranges, put_on, self.journal)
            digest = style_of_new(strips[0], (worn, size))
            for strip, (record, caption, shown) in zip(strips, group, strict=True):
                strip.text = shown
                put_tag_text(strip, self.tag(record, caption, "" if shown == caption.text else caption.text))
                if caption.style is worn or caption.style == worn:
                    self.digests[caption.style] = digest
                else:
                    self.styles[record] = digest
            self.names += [strip.name for strip in strips]
            if self.highlights:
                self._made.update((record, strip) for strip, (record, _caption, _shown) in zip(strips, group, strict=True))
        return len(items)

    def update(self, change: Update, strip: Any) -> str:
        """Changes a text strip field by field, but for its frames and the steps of a highlight. The text that its tag is to keep."""
        edit, fields = change.edit, change.fields
        if isinstance(edit, Highlight):
            return ""
        assert isinstance(edit, Caption)
        shown = visual(edit.text, edit.style.uppercase)
        if not fields.isdisjoint({"text", "style"}) and strip.text != shown:
            strip.text = shown
        if "style" in fields:
            worn = self.fonts.suited(edit.style, shown)
            texts.dress(strip, worn, self._size(edit.style), self._font(worn.font))
            self.styles[change.record] = style_of(strip)
        return "" if strip.text == edit.text else edit.text

    def move(self, name_now: Callable[[str], str]) -> None:
        """Gives changed texts their frames."""
        moves = {
            name_now(change.target): change.edit.frames
            for change in self.changes.updates
            if "frames" in change.fields and isinstance(change.edit, (Caption, Highlight))
        }
        move_texts(self.strips, moves, self.present.held_channels)

    def highlight(self, standing: set[str], name_now: Callable[[str], str]) -> int:
        """Adds the highlights and brings those that stand up to date; captions stand as they are to be by now."""
        changed = [(update, update.edit) for update in self.changes.updates if isinstance(update.edit, Highlight)]
        if not self.highlights and not changed:
            return 0
        self.journal.append(without_animation(self.scene))
        done: list[tuple[str, Highlight, Any, Any]] = []
        by_hand = {update.record for update, _edit in changed if "style" not in update.fields}
        groups: dict[tuple[int, str], list[tuple[str, Highlight, Any]]] = {}
        looks: dict[str, str] = {}
        for (record, edit), channel in zip(self.highlights, self.channels.get("highlight", ()), strict=True):
            base = self._base(edit, name_now)
            if edit.caption not in looks:
                looks[edit.caption] = repr((style_of(base), edit.style.motion, edit.style.highlight_color))
            groups.setdefault((channel, looks[edit.caption]), []).append((record, edit, base))
        for (channel, _look), group in groups.items():
            name = numbering("Highlight", (*standing, *self.names))
            put_on = partial(texts.overlay, base=group[0][2], style=group[0][1].style)
            strips = texts.new_texts(self.strips, name, channel, [edit.frames for _record, edit, _base in group], put_on, self.journal)
            for strip, (record, edit, base) in zip(strips, group, strict=True):
                strip.text = base.text
                put_tag_text(strip, self.tag(record, edit, "" if base.text == edit.text else edit.text))
                done.append((record, edit, strip, base))
            self.names += [strip.name for strip in strips]
        for update, edit in changed:
            strip, base = self.strips[name_now(update.target)], self._base(edit, name_now)
            strip.text = base.text
            if "style" in update.fields:
                texts.overlay(strip, base, edit.style)
            put_tag_text(strip, self.tag(update.record, edit, "" if base.text == edit.text else edit.text))
            done.append((update.record, edit, strip, base))
        self._step(done, by_hand)
        return len(self.highlights)

    def _base(self, edit: Highlight, name_now: Callable[[str], str]) -> Any:
        return self.strips[name_now(edit.over)] if edit.over else self._made[edit.caption]

    def _step(self, done: list[tuple[str, Highlight, Any, Any]], by_hand: set[str]) -> None:
        """Crops each highlight to what is to be seen, by steps. The look of those changed `by_hand` is not remembered as ours."""
        render = self.scene.render
        measured: dict[str, list[Row] | None] = {}
        curves = Steps(self.scene)
        for record, edit, strip, base in done:
            if base.name not in measured:
                measured[base.name] = rows(base, render)
            lines = measured[base.name]
            if lines is None or edit.line >= len(lines):
                self._unmeasured(edit, strip, curves)
            else:
                line = lines[edit.line]
                strip.crop.min_y = _within(line.bottom, render.resolution_y)
                strip.crop.max_y = render.resolution_y - _within(line.top, render.resolution_y)
                spans = [(frame, line.span(first, last)) for frame, first, last in edit.steps]
                width = render.resolution_x
                curves.put(strip, "min_x", [(frame, _within(left, width)) for frame, (left, _right) in spans])
                curves.put(strip, "max_x", [(frame, width - _within(right, width)) for frame, (_left, right) in spans])
            if record not in by_hand:
                self.styles[record] = style_of_highlight(strip, curves.of(strip.name))

    def _unmeasured(self, edit: Highlight, strip: Any, curves: Steps) -> None:
        """Words that come in one by one come in all at once; nothing else is highlighted. It is said."""
        told = "Some captions do not show which word is said: Blender breaks their lines, or their font lies in no file."
        self.notices += [told] if told not in self.notices else []
        shown = edit.style.motion == "pop" and edit.line == 0
        for side in ("min_y", "max_y"):
            setattr(strip.crop, side, 0)
        curves.put(strip, "min_x", [(edit.frames.start, 0)])
        curves.put(strip, "max_x", [(edit.frames.start, 0 if shown else self.scene.render.resolution_x)])


def _letters(style: CaptionStyle) -> tuple[Any, ...]:
    """What the size of the letters depends on."""
    return (style.font, style.bold, style.italic, style.uppercase, style.font_size, style.alignment, style.position[0])


def _within(place: float, most: int) -> int:
    return min(max(0, round(place)), most)


def _by_kind(captions: Iterable[Item]) -> dict[TextKind, list[Item]]:
    """In the order of `TEXT_KINDS`: what tells of sounds goes between the captions."""
    kinds: dict[TextKind, list[Item]] = {kind: [] for kind in TEXT_KINDS}
    for item in sorted(captions, key=lambda item: (item[1].frames.start, item[1].frames.end)):
        kinds[item[1].identity.kind].append(item)  # type: ignore[index]
    return {kind: items for kind, items in kinds.items() if items}
