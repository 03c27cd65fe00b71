"""Conditions of Select Strips Where. Not asked by any run, and not remembered: each selection is its own."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, StringProperty

if TYPE_CHECKING:
    from ..timeline.strip_query import Query

ONCE = {"SKIP_SAVE"}
WAYS = [
    ("set", "Select", "Select these strips and no others"),
    ("extend", "Extend", "Select these strips too"),
    ("subtract", "Subtract", "Take these strips out of the selection"),
]
MATCH = [("all", "All", "Shots for which every condition holds"), ("any", "Any", "Shots for which at least one condition holds")]
CONDITIONS = ("mood", "person", "object", "concept", "size", "movement", "place", "light", "flaw", "words")


def _known(condition: str) -> Any:
    """What can be asked for, as suggestions while one types."""

    def suggested(_props: Any, _context: Any, typed: str) -> list[str]:
        from ..timeline.strip_query import VOCABULARIES, labels
        from .footage_shelf import shelf

        head, comma, last = typed.rpartition(",")
        begun = f"{head}{comma} " if comma else ""
        there = dict.fromkeys((*labels(shelf.rows, condition), *VOCABULARIES.get(condition, ())))
        return [f"{begun}{word}" for word in there if last.strip().casefold() in word.casefold()]

    return suggested


MOOD, PERSON, OBJECT, CONCEPT = _known("mood"), _known("person"), _known("object"), _known("concept")
SIZE, MOVEMENT, PLACE, LIGHT, FLAW = _known("size"), _known("movement"), _known("place"), _known("light"), _known("flaw")
FREE = {"SORT", "SUGGESTION"}


class Conditions:
    mood: StringProperty(
        name="Mood", description="Moods, separated by commas: happy, sad …", default="", search=MOOD, search_options=FREE, options=ONCE
    )
    person: StringProperty(
        name="Person", description="People who are seen, separated by commas; * is anybody", default="", search=PERSON, search_options=FREE,
        options=ONCE,
    )  # fmt: skip
    object: StringProperty(
        name="Object", description="Things that are seen, separated by commas: dog, car …", default="", search=OBJECT, search_options=FREE,
        options=ONCE,
    )  # fmt: skip
    concept: StringProperty(
        name="Concept", description="What happens or is shown, separated by commas: hug, night …", default="", search=CONCEPT,
        search_options=FREE, options=ONCE,
    )  # fmt: skip
    size: StringProperty(
        name="Shot Size", description="From extreme close-up to extreme wide, separated by commas; *close-up* is any of them", default="",
        search=SIZE, search_options=FREE, options=ONCE,
    )  # fmt: skip
    movement: StringProperty(
        name="Camera", description="How the camera moves, separated by commas: static, pan left …; pan* is either", default="",
        search=MOVEMENT, search_options=FREE, options=ONCE,
    )  # fmt: skip
    place: StringProperty(name="Place", description="indoor or outdoor", default="", search=PLACE, search_options=FREE, options=ONCE)
    light: StringProperty(name="Light", description="day or night", default="", search=LIGHT, search_options=FREE, options=ONCE)
    flaw: StringProperty(
        name="Flaw", description="What is wrong with the picture, separated by commas; * is anything", default="", search=FLAW,
        search_options=FREE, options=ONCE,
    )  # fmt: skip
    words: StringProperty(
        name="Words", description="Words that are said, in one piece; alternatives between commas", default="", options=ONCE
    )
    quality_from: FloatProperty(
        name="Quality from", description="The least quality of the picture", min=0.0, max=1.0, default=0.0, subtype="FACTOR", options=ONCE
    )
    quality_to: FloatProperty(
        name="to", description="The highest quality of the picture", min=0.0, max=1.0, default=1.0, subtype="FACTOR", options=ONCE
    )
    seconds_from: FloatProperty(name="Seconds from", description="How long the shot is at least", min=0.0, default=0.0, options=ONCE)
    seconds_to: FloatProperty(name="to", description="How long the shot is at most; 0: any length", min=0.0, default=0.0, options=ONCE)
    match: EnumProperty(name="Match", description="How many conditions must hold", items=MATCH, default="all", options=ONCE)
    other: BoolProperty(name="All Others", description="Mean the shots for which that does not hold", default=False, options=ONCE)
    way: EnumProperty(name="Way", description="What becomes of the selection", items=WAYS, default="set", options=ONCE)
    with_sound: BoolProperty(
        name="With Sound", description="Also the sound strips that belong to these strips", default=False, options=ONCE
    )


def query(props: Any) -> "Query":
    """The conditions as a value."""
    from ..timeline.strip_query import Query

    texts = {name: getattr(props, name) for name in CONDITIONS}
    graded = props.quality_from > 0.0 or props.quality_to < 1.0
    timed = props.seconds_from > 0.0 or props.seconds_to > 0.0
    return Query(
        **texts,
        quality=(round(props.quality_from, 4), round(props.quality_to, 4)) if graded else None,
        seconds=(round(props.seconds_from, 4), round(props.seconds_to, 4) or float("inf")) if timed else None,
        every=props.match == "all",
        other=props.other,
    )


CLASSES: tuple[type, ...] = ()
