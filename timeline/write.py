"""Carries changes out on the native timeline: every check first, then every write, in the order that costs least."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from ..ml.errors import DEFECT, LOCKED, EditorError
from . import compat, metas
from .changes import Changes, Remove, Update
from .checks import check, halves_of
from .ledger import restored, settled, with_styles, without
from .plan import Caption, Cut, Edit, Gap, Gather, Highlight, Label, Marker, Volume
from .read import keeper, read
from .state import Timeline
from .tags import clear_tag, ledger_as_it_is, put_ledger, put_tag_text, tag_text
from .write_cuts import Knife
from .write_gaps import Scissors, not_to_cut_out
from .write_texts import Typesetter
from .write_volumes import write_volume

E = TypeVar("E", Cut, Gap, Marker, Label, Gather, Volume)

_NAME_BYTES = 60
"""Blender keeps 63 bytes of a name, and needs some for the number that makes it unique."""


@dataclass(frozen=True)
class Written:
    """What was done. `names` are the strips written or changed; `channels` the ones new captions went to; `notices` for the user.

    `undone` are the ids of the records whose removal was refused: what they are about still stands, and the ledger still says so.
    `left_out` are those of the additions that Blender cannot make.
    """

    cuts: int = 0
    joins: int = 0
    markers: int = 0
    captions: int = 0
    labels: int = 0
    updated: int = 0
    removed: int = 0
    names: tuple[str, ...] = ()
    channels: tuple[int, ...] = ()
    notices: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    gaps: int = 0
    metas: int = 0
    highlights: int = 0
    volumes: int = 0


class HalfWritten(EditorError):
    """Some of what was written before a defect could not be taken back: only Blender's undo brings the timeline back."""


def apply(scene: Any, timeline: Timeline, changes: Changes, *, fresh: bool = False) -> Written:
    """Writes `changes`, which were made for `timeline`, into the sequence being edited.

    `fresh` says that `timeline` was read within the same call from Blender: nobody else has run since, so it is not read again.

    Raises `EditorError` before the first change: STALE when what it would touch is not as `timeline` says, LOCKED naming the
    strip and channel, BAD_INPUT when captions find no channel. Whatever goes wrong later is taken back and raised as LOCKED
    or DEFECT; where Blender does not let it be taken back, as `HalfWritten`.
    """
    if not changes and changes.ledger == timeline.ledger:
        return Written(notices=changes.notices)
    known = {} if fresh else {ref.path: ref.medium for ref in timeline.strips}
    present = timeline if fresh else read(scene, lambda path: known.get(path, ""))
    check(scene, timeline, present, changes)
    writer = _Writer(scene, timeline, present, changes)
    writer.leave_out()
    writer.setter.prepare()
    try:
        return writer.write()
    except Exception as reason:
        lost = writer.take_back()
        what = f"Writing stopped half-way: {str(reason).strip() or type(reason).__name__}."
        locked = "locked" in str(reason)
        remedy = "Press Ctrl+Z once to bring everything back." if lost else "Nothing was changed."
        remedy += " A strip connected with one that is cut is locked; unlock it." if locked else ""
        raise (HalfWritten if lost else EditorError)(what, remedy, LOCKED if locked else DEFECT, traceback.format_exc()) from reason


@dataclass
class _Writer:
    scene: Any
    timeline: Timeline
    present: Timeline
    changes: Changes
    journal: list[Callable[[], None]] = field(default_factory=list)
    """How to take back what was written after the cuts, in the order it was written."""
    final: bool = False
    """Whether something was written that the journal cannot take back."""

    def __post_init__(self) -> None:
        self.sequence = compat.open_sequence(self.scene)
        self.strips = self.sequence.strips
        self.standing = {strip.name for strip in self.strips}
        self.refs = {ref.name: ref for ref in self.present.strips}
        self.gaps = sorted(self._adds(Gap), key=lambda item: item[1].frame)
        self.halves = halves_of(self.present, self.changes.removes)
        self.names: list[str] = []
        self.notices: list[str] = []
        self.left_out: set[str] = set()
        self.knife = Knife(self.scene, self.refs, self.changes.added.get(Cut, ()), self._leave_out)
        self.setter = Typesetter(self.scene, self.timeline, self.present, self.changes, self.journal, self._tag)

    def leave_out(self) -> None:
        """Drops the cuts that Blender cannot make, and says so: one dissolve on a timeline must not forbid all the rest."""
        for record, gap in self.gaps:
            reason = not_to_cut_out([self.refs[name] for name in (gap.strip, *gap.partners) if name in self.refs])
            if reason:
                self._leave_out(record, f"Frame {gap.frame} of {gap.strip!r} is not cut out: {reason}.")
        self.knife.spare_transitions()

    def _leave_out(self, record: str, notice: str) -> None:
        self.left_out.add(record)
        self.notices.append(notice)

    def _adds(self, kind: type[E]) -> list[tuple[str, E]]:
        """The records and edits of one kind to add."""
        added: Any = self.changes.added.get(kind, ())
        return [(add.record, add.edit) for add in added]

    def write(self) -> Written:
        active = self.scene.sequence_editor.active_strip
        active_name = active.name if active else ""
        marks = list(self.scene.timeline_markers)
        joining = [change for change in self.changes.removes if change.kind in ("cut", "gap")]
        joins = sum(self.knife.join(change, self.halves.get(change, ())) for change in sorted(joining, key=lambda change: -change.frame))
        cuts = self.knife.cut()
        self.names += self.knife.names
        gaps = self._write_gaps()
        self._keep_active(self.knife.absorbed.get(active_name, active_name))
        removed = sum(self._remove(change, marks) for change in self.changes.removes if change.kind not in ("cut", "gap"))
        updated = sum(self._update(change, marks) for change in self.changes.updates)
        self.setter.move(self._now)
        markers = self._write_markers()
        captions = self.setter.write(self.standing)
        highlights = self.setter.highlight(self.standing, self._now)
        labels = self._write_labels()
        gathered = self._write_metas()
        volumes = self._write_volumes()
        kept_by = keeper(self.scene)
        self.journal.append(ledger_as_it_is(kept_by))
        put_ledger(kept_by, self.timeline.stamp, self._ledger())
        used = {channel for channels in self.setter.channels.values() for channel in channels}
        self.names += self.setter.names
        return Written(
            cuts, joins, markers, captions, labels, updated, removed, tuple(self.names), tuple(sorted(used)),
            (*self.changes.notices, *self.notices, *self.knife.notices, *self.setter.notices, *self.setter.fonts.notices),
            tuple(self.knife.undone), tuple(sorted(self.left_out)), gaps, gathered, highlights, volumes,
        )  # fmt: skip

    def _ledger(self) -> str:
        """What is remembered: the merge's ledger, but for what could not be cut or joined, and with the looks that came about."""
        text = without(settled(with_styles(self.changes.ledger, self.setter.styles), self.setter.digests), self.left_out)
        return restored(text, self.timeline.ledger, self.knife.undone)

    def take_back(self) -> bool:
        """Undoes what was written, latest first. True when something could not be."""
        lost = self.final or self.knife.final
        steps: list[Callable[[], None]] = [*reversed(self.journal), partial(self.knife.take_back, self.standing)]
        for undo in steps:
            try:
                undo()
            except (RuntimeError, ReferenceError, KeyError, AttributeError):
                lost = True
        return lost or {strip.name for strip in self.strips} != self.standing

    def _keep_active(self, name: str) -> None:
        editor = self.scene.sequence_editor
        if name and (editor.active_strip is None or editor.active_strip.name != name):
            editor.active_strip = editor.strips_all.get(name)

    def _now(self, name: str) -> str:
        """The name under which a strip goes on after cuts were joined."""
        return self.knife.absorbed.get(name, name)

    def _tag(self, record: str, edit: Edit, text: str = "") -> str:
        said, why = edit.said if isinstance(edit, Caption) else "[]", edit.why
        return tag_text(self.timeline.stamp, record, edit.identity.kind, why.confidence, why.reason, said, edit.identity, text)

    def _write_gaps(self) -> int:
        wanted = [(record, gap) for record, gap in self.gaps if record not in self.left_out]
        if not wanted:
            return 0
        scissors = Scissors(self.strips, self.refs, self.knife.absorbed, self.journal)
        for record, gap in wanted:
            if not scissors.cut_out(gap):
                self._leave_out(record, f"Frame {gap.frame} of {gap.strip!r} is not cut out: the strip no longer reaches over all of it.")
        self.names += dict.fromkeys(scissors.changed)
        return sum(record not in self.left_out for record, _gap in wanted)

    def _write_markers(self) -> int:
        adds = self._adds(Marker)
        for record, edit in adds:
            marker = self.scene.timeline_markers.new(edit.name, frame=edit.frame)
            marker.select = False
            put_tag_text(marker, self._tag(record, edit))
            self.journal.append(partial(self.scene.timeline_markers.remove, marker))
        return len(adds)

    def _write_labels(self) -> int:
        by_channel: dict[int, list[Any]] = {}
        adds = self._adds(Label)
        for strip in self.strips if adds else ():
            by_channel.setdefault(strip.channel, []).append(strip)
        done = 0
        for record, edit in adds:
            ref, frame = self.refs[edit.strip], edit.frames.start
            for strip in by_channel.get(ref.channel, ()):
                if strip.type == ref.kind and compat.left(strip) <= frame < compat.right(strip):
                    self._label(strip, edit.name, edit.color_tag)
                    put_tag_text(strip, self._tag(record, edit))
                    done += 1
                    break
        return done

    def _write_metas(self) -> int:
        adds = self._adds(Gather)
        for record, edit in adds:
            meta = metas.gather(self.scene, edit, short_name(edit.name), self.journal)
            put_tag_text(meta, self._tag(record, edit))
            self.names.append(meta.name)
        return len(adds)

    def _write_volumes(self) -> int:
        adds = self._adds(Volume)
        for record, edit in adds:
            self._play(edit.strip, edit)
            put_tag_text(self.strips[self._now(edit.strip)], self._tag(record, edit))
        return len(adds)

    def _play(self, name: str, edit: Volume | Remove) -> None:
        assert edit.fader is not None
        write_volume(self.scene, self._now(name), edit.fader, self.journal)
        self.names.append(self._now(name))

    def _label(self, strip: Any, name: str, color_tag: str) -> None:
        self.journal.append(partial(_paint, strip, strip.name, strip.color_tag))
        _paint(strip, short_name(name), color_tag)
        self.names.append(strip.name)

    def _update(self, change: Update, marks: list[Any]) -> int:
        edit, fields, kept = change.edit, change.fields, ""
        self.final = True
        if isinstance(edit, Marker):
            thing = marks[int(change.target)]
            if "frame" in fields:
                thing.frame = edit.frame
            if "name" in fields:
                thing.name = edit.name
        else:
            thing = self.strips[self._now(change.target)]
            if isinstance(edit, Label):
                name = short_name(edit.name) if "name" in fields else thing.name
                _paint(thing, name, edit.color_tag if "style" in fields else thing.color_tag)
            if isinstance(edit, Volume):
                self._play(change.target, edit)
            if isinstance(edit, (Caption, Highlight)):
                kept = self.setter.update(change, thing)
            self.names.append(thing.name)
        put_tag_text(thing, self._tag(change.record, edit, kept))
        return 1

    def _remove(self, change: Remove, marks: list[Any]) -> int:
        self.final = True
        if change.kind in ("marker", "scene", "beat", "note"):
            self.scene.timeline_markers.remove(marks[int(change.target)])
            return 1
        strip = self.strips[self._now(change.target)]
        if strip.type == "TEXT":
            self.strips.remove(strip)
        elif change.kind == "volume":
            self._play(change.target, change)
            clear_tag(strip)
        else:
            _paint(strip, change.name or strip.name, change.color_tag)
            clear_tag(strip)
        return 1


def _paint(strip: Any, name: str, color_tag: str) -> None:
    if strip.name != name:
        strip.name = name
    strip.color_tag = color_tag


def short_name(name: str) -> str:
    """As much of `name` as Blender keeps."""
    return name.encode()[:_NAME_BYTES].decode(errors="ignore")
