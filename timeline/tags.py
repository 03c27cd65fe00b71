"""What a run leaves in the .blend: tags on strips and markers, and a ledger on the scene or meta strip it worked in.

These are Blender properties, so they are saved, undone and copied with what carries them. Splits and duplicates copy tags;
a copied scene copies its ledger. `ledger_of` tells the copy from the original.
"""

import json
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args

import bpy

from . import compat

if TYPE_CHECKING:
    from .plan import Identity
    from .state import Tag

_TAG = "assistant_editor_tag"
_LEDGER = "assistant_editor_ledger"


class ASSISTANT_EDITOR_PG_tag(bpy.types.PropertyGroup):
    """A `Tag` on a strip or marker, as one JSON text: a property for each field would cost five times the time to write."""

    data: bpy.props.StringProperty()


class ASSISTANT_EDITOR_PG_ledger(bpy.types.PropertyGroup):
    """The ledger's JSON. `owner` is the name of the scene or meta strip that `stamp` was given to.

    `formerly` are the stamps, separated by spaces, of the originals that this one was copied from.
    `corrections` are what the editor said of boundaries himself (`corrections.dump`), `said` what he said of proposed removals
    (`removals.dump`), `sought` what was asked when they were looked for (`proposals.dump_sought`).
    `effects` is the ledger of effects (`effect_ledger.dump`), `choices` what he chose for single shots (`effect_choices.dump`).
    `splits` are the J- and L-cuts that were made (`split_ledger.dump`).
    `beneath` is what lay under each cover when it was written (`privacy_beneath.dump`).
    """

    stamp: bpy.props.StringProperty()
    owner: bpy.props.StringProperty()
    formerly: bpy.props.StringProperty()
    text: bpy.props.StringProperty()
    corrections: bpy.props.StringProperty()
    said: bpy.props.StringProperty()
    sought: bpy.props.StringProperty()
    effects: bpy.props.StringProperty()
    choices: bpy.props.StringProperty()
    splits: bpy.props.StringProperty()
    beneath: bpy.props.StringProperty()


_CLASSES = (ASSISTANT_EDITOR_PG_tag, ASSISTANT_EDITOR_PG_ledger)
_TAGGED = ("Strip", "TimelineMarker")
_KEEPERS = ("Scene", "Strip")


def register() -> None:
    for cls in _CLASSES:
        bpy.utils.register_class(cls)
    for name in _TAGGED:
        setattr(getattr(bpy.types, name), _TAG, bpy.props.PointerProperty(type=ASSISTANT_EDITOR_PG_tag))
    for name in _KEEPERS:
        setattr(getattr(bpy.types, name), _LEDGER, bpy.props.PointerProperty(type=ASSISTANT_EDITOR_PG_ledger))


def unregister() -> None:
    for name in _KEEPERS:
        delattr(getattr(bpy.types, name), _LEDGER)
    for name in _TAGGED:
        delattr(getattr(bpy.types, name), _TAG)
    for cls in reversed(_CLASSES):
        bpy.utils.unregister_class(cls)


def tag_of(thing: Any) -> "Tag | None":
    """The tag of a strip or marker, None when no run wrote it. Reading adds nothing to the file."""
    if not thing.is_property_set(_TAG):
        return None
    return _parsed(tag_data(thing))


def tag_data(thing: Any) -> str:
    """The text of a strip's or marker's tag, for comparison only; "" where there is none."""
    return str(getattr(thing, _TAG).data) if thing.is_property_set(_TAG) else ""


@lru_cache(maxsize=16384)
def _parsed(data: str) -> "Tag | None":
    """Most tags of one reading are those of the one before."""
    from fractions import Fraction

    from ..ml.facts import Word
    from .state import Tag

    try:
        scene, record, kind, confidence, reason, rows, about, *kept = json.loads(data)
        identity = _identity(str(kind), *about) if about else None
        words = tuple(Word(str(said), Fraction(start), Fraction(end), float(sure)) for said, start, end, sure in rows)
        return Tag(str(scene), str(record), str(kind), float(confidence), str(reason), words, identity, str(kept[0]) if kept else "")
    except (ValueError, TypeError, ZeroDivisionError):
        # A tag is a hint: one that another program damaged is worth no more than none, and what it is on still stands.
        return None


def _identity(kind: str, medium: str, start: str, end: str) -> "Identity":
    from fractions import Fraction

    from .plan import Identity, Kind

    if kind not in get_args(Kind):
        raise ValueError(f"{kind!r} is no kind of edit")
    return Identity(str(medium), kind, Fraction(start), Fraction(end))  # type: ignore[arg-type]


_quoted = json.encoder.encode_basestring


def tag_text(
    scene: str, record: str, kind: str, confidence: float, reason: str, said: str = "[]", identity: "Identity | None" = None, text: str = ""
) -> str:
    """A tag as it is stored: the JSON list of a `Tag`'s fields, put together by hand, for there are many. `said` is `Caption.said`."""
    about = "null"
    if identity:
        start, end = identity.moments
        about = f'[{_quoted(identity.medium)},"{start}","{end}"]'
    kept = f",{_quoted(text)}" if text else ""
    return f"[{_quoted(scene)},{_quoted(record)},{_quoted(kind)},{float(confidence)!r},{_quoted(reason)},{said},{about}{kept}]"


def put_tag(thing: Any, tag: "Tag") -> None:
    said = json.dumps([(word.text, str(word.start), str(word.end), word.confidence) for word in tag.words])
    put_tag_text(thing, tag_text(tag.scene, tag.record, tag.kind, tag.confidence, tag.reason, said, tag.identity, tag.text))


def put_tag_text(thing: Any, text: str) -> None:
    """Stores a tag's text: made once, it may go on several strips."""
    getattr(thing, _TAG).data = text


def clear_tag(thing: Any) -> None:
    """Takes the tag away, if there is one."""
    if thing.is_property_set(_TAG):
        thing.property_unset(_TAG)


def ledger_of(keeper: Any) -> tuple[str, str, tuple[str, ...]]:
    """(stamp, JSON, former stamps) of the ledger a scene or meta strip keeps; a fresh stamp and "" where there is none.

    A copy of a scene or meta strip carries its original's ledger, and what is tagged in it was copied too: so it goes on from
    there under a stamp of its own, and knows the former one on its tags. The original is the one that still bears the name the
    stamp was given to; a ledger whose stamp nobody else carries follows its keeper through a renaming.
    """
    import uuid

    if not keeper.is_property_set(_LEDGER) or not getattr(keeper, _LEDGER).stamp:
        return uuid.uuid4().hex, "", ()
    group = getattr(keeper, _LEDGER)
    formerly = tuple(group.formerly.split())
    if group.owner == keeper.name or not _carried_elsewhere(keeper, group.stamp):
        return group.stamp, group.text, formerly
    from .ledger import adopted

    own = uuid.uuid5(uuid.UUID(int=0), f"{group.stamp} {keeper.name}").hex  # the same at each reading until it is stored
    return own, adopted(group.text, own), (*formerly, group.stamp)


def ledger_text(keeper: Any) -> str:
    """The JSON a scene or meta strip keeps, whoever's it is; "" where there is none."""
    return getattr(keeper, _LEDGER).text if keeper.is_property_set(_LEDGER) else ""


def _carried_elsewhere(keeper: Any, stamp: str) -> bool:
    return any(
        other != keeper and other.is_property_set(_LEDGER) and getattr(other, _LEDGER).stamp == stamp
        for scene in bpy.data.scenes
        for other in (scene, *compat.metas(scene))
    )


def ledger_as_it_is(keeper: Any) -> Callable[[], None]:
    """What puts the ledger back as it is now."""
    if not keeper.is_property_set(_LEDGER):
        return lambda: keeper.property_unset(_LEDGER)
    group, names = getattr(keeper, _LEDGER), ("stamp", "owner", "formerly", "text", "effects")
    was = [getattr(group, name) for name in names]

    def undo() -> None:
        for name, value in zip(names, was, strict=True):
            setattr(getattr(keeper, _LEDGER), name, value)

    return undo


def put_ledger(keeper: Any, stamp: str, text: str) -> None:
    group = getattr(keeper, _LEDGER)
    if group.stamp and group.stamp != stamp:
        group.formerly = f"{group.formerly} {group.stamp}".strip()
    group.stamp, group.owner, group.text = stamp, keeper.name, text


def corrections_of(keeper: Any) -> str:
    """The text a scene or meta strip keeps of the editor's corrections, "" where there are none. Reading adds nothing to the file."""
    return getattr(keeper, _LEDGER).corrections if keeper.is_property_set(_LEDGER) else ""


def put_corrections(keeper: Any, text: str) -> None:
    """Keeps `text` (`corrections.dump`) in place of what was kept before."""
    if corrections_of(keeper) != text:
        getattr(keeper, _LEDGER).corrections = text


def removals_of(keeper: Any) -> tuple[str, str]:
    """(what the editor said of proposed removals, what was asked when they were looked for), "" each where there is none."""
    if not keeper.is_property_set(_LEDGER):
        return "", ""
    group = getattr(keeper, _LEDGER)
    return group.said, group.sought


def put_removals(keeper: Any, *, said: str | None = None, sought: str | None = None) -> None:
    """Keeps these texts in place of what was kept before; None leaves one as it is."""
    before = removals_of(keeper)
    for name, text, was in (("said", said, before[0]), ("sought", sought, before[1])):
        if text is not None and text != was:
            setattr(getattr(keeper, _LEDGER), name, text)


def effects_of(keeper: Any) -> str:
    """The ledger of effects that a scene or meta strip keeps, "" where there is none. Reading adds nothing to the file."""
    return getattr(keeper, _LEDGER).effects if keeper.is_property_set(_LEDGER) else ""


def put_effects(keeper: Any, text: str) -> None:
    """Keeps `text` (`effect_ledger.dump`) in place of what was kept before."""
    if effects_of(keeper) != text:
        getattr(keeper, _LEDGER).effects = text


def choices_of(keeper: Any) -> str:
    """What the editor chose for single shots, "" where he chose nothing. Reading adds nothing to the file."""
    return getattr(keeper, _LEDGER).choices if keeper.is_property_set(_LEDGER) else ""


def put_choices(keeper: Any, text: str) -> None:
    """Keeps `text` (`effect_choices.dump`) in place of what was kept before."""
    if choices_of(keeper) != text:
        getattr(keeper, _LEDGER).choices = text


def splits_of(keeper: Any) -> str:
    """The J- and L-cuts that were made in a scene or meta strip, "" where there are none. Reading adds nothing to the file."""
    return getattr(keeper, _LEDGER).splits if keeper.is_property_set(_LEDGER) else ""


def put_splits(keeper: Any, text: str) -> None:
    """Keeps `text` (`split_ledger.dump`) in place of what was kept before."""
    if splits_of(keeper) != text:
        getattr(keeper, _LEDGER).splits = text


def beneath_of(keeper: Any) -> str:
    """What lay under the covers that were written in a scene or meta strip, "" where there are none. Reading adds nothing to the file."""
    return getattr(keeper, _LEDGER).beneath if keeper.is_property_set(_LEDGER) else ""


def put_beneath(keeper: Any, text: str) -> None:
    """Keeps `text` (`privacy_beneath.dump`) in place of what was kept before."""
    if beneath_of(keeper) != text:
        getattr(keeper, _LEDGER).beneath = text


def forget_names(scene: Any, names: Collection[str]) -> None:
    """No ledger of the scene, and no tag on a label or note in it, holds one of these names any more.

    What bears a name on the timeline keeps it, and is the editor's from now on.
    """
    from .ledger import naming, without

    for keeper in (scene, *compat.metas(scene)):
        text = ledger_text(keeper)
        records = naming(text, names)
        if records:
            getattr(keeper, _LEDGER).text = without(text, records)
    strips = scene.sequence_editor.strips_all if scene.sequence_editor else ()
    for thing in (*strips, *scene.timeline_markers):
        tag = tag_of(thing)
        held = (tag.reason, tag.text) if tag is not None and tag.kind in ("label", "note") else ()
        if any(name in told for name in names for told in held):
            clear_tag(thing)


def forget(keeper: Any) -> None:
    """Takes the ledger, the corrections and the choices away ("Reset"); what stands on the timeline stays."""
    if keeper.is_property_set(_LEDGER):
        keeper.property_unset(_LEDGER)
