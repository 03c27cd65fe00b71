"""What earlier runs wrote and what the editor deleted: versioned JSON, kept in the scene.

Tags on strips and markers are hints, for splits and duplicates copy them; this is the one truth about what was written last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, get_args

from ..ml.codec import from_json, to_json
from ..ml.errors import BAD_INPUT, EditorError
from .faders import load as load_mix
from .plan import CaptionStyle, Identity, Kind

VERSION = 3
REMEDY = "Use Reset Assistant Editor: it forgets what was written here and leaves the timeline as it is."
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: lambda data: {**data, "version": 2},  # 2 knows translations, sounds and highlights too
    2: lambda data: {**data, "version": 3},  # 3 knows volumes
}
"""How the JSON of version n becomes that of version n + 1. A new version adds a line here and never changes an old one."""

State = Literal["live", "deleted"]

_PENDING = "pending "


@dataclass(frozen=True)
class Record:
    """One thing written: what it is about, and its fields as last written.

    `anchor` is the frame at which the moment `identity.start` lay then, so that a strip that moved since can be told from a
    thing that moved. `start`..`end` are the frames of a caption or labelled strip; a cut or marker has both the same.
    `strip` is the name of the strip it belonged to. `look` is the style asked for, `style` the digest
    of what came of it, `words` a digest of the words kept with it.
    `settled` are the fields, separated by spaces, that the editor settled through an operator: they are his even as they stand.
    `speaker` is who says it, by the name the editor gave.
    `before` is the name and colour tag a label took the place of. `holes` are what a gap took out, the pictures first: channel,
    first frame, the frame after the last, and on which sides something was left ("both", "left", "right").
    A highlight has the record of its `caption` and the `line` it lies over; its `anchor` is the caption's first frame then, and
    `words` a digest of all it was made from. `volume` is the `faders.Mix` of a strip's volume, as JSON.
    """

    id: str
    identity: Identity
    state: State = "live"
    anchor: int = 0
    start: int = 0
    end: int = 0
    text: str = ""
    name: str = ""
    color_tag: str = "NONE"
    look: CaptionStyle | None = None
    style: str = ""
    words: str = ""
    strip: str = ""
    confidence: float = 0.0
    reason: str = ""
    before: tuple[str, str] = ("", "NONE")
    holes: tuple[tuple[int, int, int, str], ...] = ()
    settled: str = ""
    caption: str = ""
    line: int = 0
    speaker: str = ""
    volume: str = ""


@dataclass(frozen=True)
class Ledger:
    """`scene` is the stamp of the scene it belongs to, `next` the number of the next record."""

    scene: str
    next: int = 1
    records: tuple[Record, ...] = ()


_PLAIN = {field.name: field.default for field in fields(Record) if field.name not in {"id", "identity", "look", "before", "holes"}}


def _record_to_json(record: Record, media: dict[str, int], looks: dict[CaptionStyle, int]) -> dict[str, Any]:
    identity = record.identity
    start, end = identity.moments
    row: dict[str, Any] = {
        "id": record.id,
        "kind": identity.kind,
        "medium": media.setdefault(identity.medium, len(media)),
        "from": start,
    }
    if end != start:
        row["to"] = end
    row.update({name: value for name, default in _PLAIN.items() if (value := getattr(record, name)) != default})
    if record.look is not None:
        row["look"] = looks.setdefault(record.look, len(looks))
    if record.before != ("", "NONE"):
        row["before"] = list(record.before)
    if record.holes:
        row["holes"] = [list(hole) for hole in record.holes]
    return row


def dump(ledger: Ledger) -> str:
    """The ledger as one line of JSON. Media and styles are listed once, defaults are left out: it travels in every .blend."""
    media: dict[str, int] = {}
    looks: dict[CaptionStyle, int] = {}
    rows = [_record_to_json(record, media, looks) for record in ledger.records]
    data = {"version": VERSION, "scene": ledger.scene, "next": ledger.next}
    tables = {"media": list(media), "looks": [to_json(look) for look in looks], "records": rows}
    return json.dumps({**data, **tables}, ensure_ascii=False, separators=(",", ":"))


def _fraction(text: object) -> Fraction:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no fraction")
    # What `str` made of a fraction; parsing every way to write a number takes four times as long.
    top, _, bottom = text.partition("/")
    return Fraction(int(top), int(bottom or 1))


def _record(row: dict[str, Any], media: list[str], looks: list[CaptionStyle]) -> Record:
    row = dict(row)
    start = _fraction(row.pop("from"))
    end = _fraction(row.pop("to")) if "to" in row else start
    kind = row.pop("kind")
    if kind not in get_args(Kind) or end < start:
        raise ValueError(f"{kind!r} from {start} to {end}")
    values: dict[str, Any] = {"id": str(row.pop("id")), "identity": Identity(media[row.pop("medium")], kind, start, end)}
    if "look" in row:
        values["look"] = looks[row.pop("look")]
    if "before" in row:
        name, color_tag = row.pop("before")
        values["before"] = (str(name), str(color_tag))
    if "holes" in row:
        rows = row.pop("holes")
        values["holes"] = tuple((int(channel), int(start), int(end), str(sides)) for channel, start, end, sides in rows)
    for name, value in row.items():
        wanted = type(_PLAIN[name])
        if type(value) is not wanted and not (wanted is float and type(value) is int):
            raise TypeError(f"{name} is {value!r}")
        values[name] = value
    if values.get("style", "").startswith(_PENDING):
        del values["style"]
    if kind == "volume":
        load_mix(values.get("volume", ""))
    if values.get("state", "live") not in get_args(State):
        raise ValueError(f"state {values['state']!r}")
    return Record(**values)


def _present_version(text: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(text)
    version = data["version"]
    if type(version) is int and version > VERSION:
        raise EditorError(
            f"This scene's record of earlier edits has version {version}; this Assistant Editor reads up to {VERSION}.",
            f"Update Assistant Editor. Or: {REMEDY}",
            BAD_INPUT,
        )
    while version < VERSION:
        data = MIGRATIONS[version](data)
        version = data["version"]
    return data


def load(text: str, scene: str = "") -> Ledger:
    """The ledger kept as `text`; an empty one for `scene` where there is none yet.

    A ledger stamped for another scene (`scene` given and different) belongs to the scene this one was copied from: the copy
    starts its own. Raises `EditorError(BAD_INPUT)` with a remedy when it cannot be read; it is never silently replaced.
    """
    if not text:
        return Ledger(scene)
    try:
        data = _present_version(text)
        looks = [from_json(CaptionStyle, look) for look in data["looks"]]
        media = [str(medium) for medium in data["media"]]
        records = tuple(_record(row, media, looks) for row in data["records"])
        ledger = Ledger(str(data["scene"]), int(data["next"]), records)
        if len({record.id for record in records}) != len(records):
            raise ValueError("two records have one id")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ZeroDivisionError) as reason:
        raise EditorError("This scene's record of earlier edits cannot be read.", REMEDY, BAD_INPUT, repr(reason)) from reason
    if scene and ledger.scene != scene:
        return Ledger(scene)
    return ledger


def adopted(text: str, scene: str) -> str:
    """The ledger of the scene that this one was copied from, as this one's own. What cannot be read stays as it is: `load` says so."""
    try:
        data = json.loads(text)
        data["scene"] = scene
    except (ValueError, TypeError):
        return text
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def with_styles(text: str, styles: Mapping[str, str]) -> str:
    """The same ledger, knowing the digest (`CaptionRef.style`) of captions just restyled: record id to digest.

    The writer calls this and `settled` before it stores the ledger, for only it knows what a style became. A record without a
    digest counts as not restyled by the editor.
    """
    if not styles:
        return text
    # Ten thousand records would take a second through the dataclasses; only one key of the rows changes.
    data = json.loads(text)
    for row in data["records"]:
        if row["id"] in styles:
            row["style"] = styles[row["id"]]
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=64)
def pending(look: CaptionStyle) -> str:
    """What a new caption's record has for `style` until the writer knows what came of its look."""
    return _PENDING + hashlib.blake2b(repr(look).encode(), digest_size=8).hexdigest()


def settled(text: str, digests: Mapping[CaptionStyle, str]) -> str:
    """The same ledger, with the digest of what came of each look in every record that waits for it.

    Quotes within JSON's strings are escaped, so what is replaced can be nothing else.
    """
    for look, digest in digests.items():
        text = text.replace(f'"style":"{pending(look)}"', f'"style":{json.dumps(digest)}')
    return text


def looks_of(text: str) -> dict[str, CaptionStyle]:
    """The style asked for of each record that has one, by the record's id."""
    return {record.id: record.look for record in load(text).records if record.look is not None}


def without(text: str, records: Collection[str]) -> str:
    """The ledger's JSON without these records."""
    if not records or not text:
        return text
    whole = load(text)
    return dump(replace(whole, records=tuple(record for record in whole.records if record.id not in records)))


def naming(text: str, names: Collection[str]) -> frozenset[str]:
    """The records of labels and notes that hold one of these names. What is said in captions is not about anybody's face."""
    if not names or not text:
        return frozenset()
    return frozenset(
        record.id
        for record in load(text).records
        if record.identity.kind in ("label", "note")
        and any(name in told for name in names for told in (record.text, record.name, record.reason, record.before[0]))
    )


def restored(text_new: str, text_old: str, records: Collection[str]) -> str:
    """The new ledger with these records of the old one put back as they were: what they are about still stands.

    The writer calls it when it has to leave a removal undone. Records that the new ledger has too stay as it has them, and
    ids that the old one does not know are nobody's. Both texts are `dump`'s; the old one may be "" or of an older version.
    """
    wanted = set(records)
    if not wanted or not text_old:
        return text_new
    old, new = _present_version(text_old), json.loads(text_new)
    missing = wanted - {row["id"] for row in new["records"]}
    rows = [row for row in old["records"] if row["id"] in missing]
    if not rows:
        return text_new
    for row in rows:
        row["medium"] = _place(new["media"], old["media"][row["medium"]])
        if "look" in row:
            row["look"] = _place(new["looks"], old["looks"][row["look"]])
    new["records"] += rows
    new["next"] = max(new["next"], old["next"])
    return json.dumps(new, ensure_ascii=False, separators=(",", ":"))


def _place(table: list[Any], entry: Any) -> int:
    """Where `entry` is in a table, at whose end it is put when it is new."""
    if entry not in table:
        table.append(entry)
    return table.index(entry)
