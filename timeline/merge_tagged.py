"""The merge of what carries a tag: captions and markers, three ways for every field (written last, standing now, planned)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from .changes import Add, Remove, Update
from .draft import Draft, Shown
from .ledger import Record, pending
from .plan import TEXT_KINDS, Caption, Identity, Marker
from .planners.shots import TOLERANCE
from .realign import realign
from .state import CaptionRef, MarkerRef
from .survey import Entry, Thing

Tagged = Caption | Marker


def words_digest(caption: Caption) -> str:
    """A short digest of a caption's words and their times, to notice that they changed."""
    return hashlib.sha256(caption.said.encode()).hexdigest()[:12] if caption.words else ""


def merge_texts(draft: Draft) -> None:
    """Captions meet by what they say: those kept as a whole by their claim, the others by how much source time they share.

    So do translations among themselves, and what tells of sounds.
    """
    wished: dict[str, list[Tagged]] = {kind: [] for kind in TEXT_KINDS}
    for edit in draft.plan.edits:
        if isinstance(edit, Caption):
            wished[edit.identity.kind].append(edit if edit.words or edit.style.motion == "none" else _still(edit))
    for kind in TEXT_KINDS:
        _merge(draft, draft.survey.texts(kind), wished[kind], _same_words)


def _still(caption: Caption) -> Caption:
    """Without times of its words nothing of it can come in one by one."""
    return replace(caption, style=replace(caption.style, motion="none"))


def merge_markers(draft: Draft) -> None:
    """Markers meet within a tenth of a second, nearest first: those of shots among themselves, those of scenes, of beats, and notes."""
    wished = [edit for edit in draft.plan.edits if isinstance(edit, Marker)]
    _merge(draft, draft.survey.markers, [edit for edit in wished if edit.identity.kind == "marker"], _same_moment)
    _merge(draft, draft.survey.scenes, [edit for edit in wished if edit.identity.kind == "scene"], _same_moment)
    _merge(draft, draft.survey.beats, [edit for edit in wished if edit.identity.kind == "beat"], _same_moment)
    _merge(draft, draft.survey.notes, [edit for edit in wished if edit.identity.kind == "note"], _same_moment)


def _same_words(entry: Entry, edit: Tagged) -> Fraction | None:
    if entry.identity == edit.identity:
        return Fraction(-(10**9))
    if entry.state != "written":
        return None
    shared = min(entry.identity.end, edit.identity.end) - max(entry.identity.start, edit.identity.start)
    return -shared if shared > 0 else None


def _same_moment(entry: Entry, edit: Tagged) -> Fraction | None:
    distance = abs(entry.identity.start - edit.identity.start)
    return distance if distance <= TOLERANCE else None


def _stretches(identity: Identity, margin: float) -> range:
    """The stretches of five seconds of its medium that an identity reaches into."""
    return range(int((float(identity.start) - margin) // 5), int((float(identity.end) + margin) // 5) + 1)


def _match(entries: Sequence[Entry], edits: Sequence[Tagged], distance: Callable[[Entry, Tagged], Fraction | None]) -> dict[int, int]:
    """Number of edit to number of entry, one to one, nearest first, only where both are shown through the same strip."""
    at: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        for strip in entry.strips:
            for stretch in _stretches(entry.identity, 2 * float(TOLERANCE)):
                at[(strip, stretch)].append(number)
    candidates: list[tuple[Fraction, int, int, int]] = []
    for edit_number, edit in enumerate(edits):
        stretches = _stretches(edit.identity, 0.0)
        near = dict.fromkeys(number for stretch in stretches for number in at.get((edit.strip, stretch), ()))
        for number in near:
            entry = entries[number]
            if entry.identity.medium == edit.identity.medium and (far := distance(entry, edit)) is not None:
                start = edit.frame if isinstance(edit, Marker) else edit.frames.start
                candidates.append((far, abs(entry.position - start), edit_number, number))
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for _, _, edit_number, number in sorted(candidates):
        if edit_number not in pairs and number not in used:
            pairs[edit_number] = number
            used.add(number)
    return pairs


def _merge(
    draft: Draft, entries: Sequence[Entry], edits: Sequence[Tagged], distance: Callable[[Entry, Tagged], Fraction | None]
) -> None:
    pairs = _match(entries, edits, distance)
    matched = set(pairs.values())
    for number, entry in enumerate(entries):
        if number not in matched:
            _unwanted(draft, entry)
    for edit_number, edit in enumerate(edits):
        if edit_number not in pairs:
            _add(draft, edit)
        elif (entry := entries[pairs[edit_number]]).state in ("written", "kept"):
            _follow(draft, entry, edit)
        else:
            _unwanted(draft, entry)


def _unwanted(draft: Draft, entry: Entry) -> None:
    """What the plan does not mention: taken away when nobody touched it, remembered when the editor did."""
    record, state = entry.record, entry.state
    kind = entry.identity.kind
    if entry.showing is None and record is not None and draft.survey.out_of_sight(record):
        return
    speaks = draft.speaks_for(entry.identity.medium, kind, entry.strips)
    if record is None or state == "kept" or (entry.copy and entry.showing is None):
        draft.kept += speaks
    elif state == "deleted":
        strip = entry.strips[0] if entry.strips and record.strip not in entry.strips else record.strip
        draft.enter(replace(record, state="deleted", anchor=entry.anchor, strip=strip))
    elif state == "gone":
        if speaks:
            draft.forget(record)
    elif speaks:
        draft.removes.append(Remove(record.id, kind, _target(entry.things[0])))
        if not entry.copy:
            draft.forget(record)


def _target(thing: Thing) -> str:
    return str(thing.index) if isinstance(thing, MarkerRef) else thing.name


def _record_of(record: Record, edit: Tagged, anchor: int) -> Record:
    """The record once all of `edit` is written."""
    common = replace(
        record,
        identity=edit.identity,
        state="live",
        anchor=anchor,
        strip=edit.strip,
        confidence=edit.why.confidence,
        reason=edit.why.reason,
    )
    if isinstance(edit, Marker):
        return replace(common, start=edit.frame, end=edit.frame, name=edit.name)
    frames, words = edit.frames, words_digest(edit)
    return replace(common, start=frames.start, end=frames.end, text=edit.text, look=edit.style, words=words, speaker=edit.speaker)


def _add(draft: Draft, edit: Tagged) -> None:
    frame = edit.frame if isinstance(edit, Marker) else edit.frames.start
    anchor = draft.anchor(edit.identity, edit.strip, frame)
    record = _record_of(draft.new_record(edit, anchor), edit, anchor)
    if isinstance(edit, Caption):
        draft.show(Shown(record.id, "", edit, edit.frames, edit.style))
        record = replace(record, style=pending(edit.style))
    draft.enter(record)
    draft.adds.append(Add(next(reversed(draft.records)), edit))


def _follow(draft: Draft, entry: Entry, edit: Tagged) -> None:
    """Carries what is planned to what stands, but for the fields the editor changed."""
    record, thing, fixed = entry.record, entry.things[0], entry.fixed
    if record is None or len(entry.things) > 1:
        draft.kept += 1
        return
    if entry.copy:
        record = replace(record, id=draft.new_id())
    wanted = _record_of(record, edit, entry.anchor)
    if isinstance(edit, Marker):
        assert isinstance(thing, MarkerRef)
        changed = {name for name, differs in (("frame", thing.frame != edit.frame), ("name", thing.name != edit.name)) if differs}
    else:
        assert isinstance(thing, CaptionRef)
        changed = _caption_fields(record, thing, edit)
        if "text" in changed - fixed:
            changed.add("style")  # the letters' size follows the longest line
        edit = _as_corrected(thing, edit, "text" in fixed, "words" in changed)
    changed -= fixed
    if (record.confidence, record.reason) != (wanted.confidence, wanted.reason):
        changed.add("why")
    if fixed & {"frames", "frame"}:
        wanted = replace(wanted, start=record.start, end=record.end, anchor=record.anchor)
    if "text" in fixed:
        wanted = replace(wanted, text=record.text)
    if "name" in fixed:
        wanted = replace(wanted, name=record.name)
    if "style" in fixed:
        wanted = replace(wanted, look=record.look)
    draft.enter(wanted)
    if isinstance(edit, Caption) and isinstance(thing, CaptionRef) and entry.record is not None and wanted.look is not None:
        frames = thing.frames if "frames" in fixed else edit.frames
        draft.show(Shown(wanted.id, entry.record.id, edit, frames, wanted.look, thing, "style" in fixed))
    draft.kept += bool(fixed)
    if changed or entry.copy:
        draft.updates.append(Update(wanted.id, _target(thing), edit, frozenset(changed)))
    else:
        draft.unchanged += not fixed


def _as_corrected(thing: CaptionRef, edit: Caption, fixed: bool, heard: bool) -> Caption:
    """The planned caption with the words its tag is to keep: those the editor has seen to, unless something else was `heard` since.

    Where he `fixed` the text, its words get the times of what was heard.
    """
    words = edit.words if heard or thing.tag is None else thing.tag.words
    if not fixed:
        return replace(edit, words=words)
    return replace(edit, text=thing.text, words=realign(words, thing.text) if words else ())


def _caption_fields(record: Record, thing: CaptionRef, edit: Caption) -> set[str]:
    differs: Iterable[tuple[str, bool]] = (
        ("frames", thing.frames != edit.frames),
        ("text", thing.text != edit.text),
        ("style", record.look != edit.style),
        ("words", record.words != words_digest(edit)),
    )
    return {name for name, different in differs if different}
