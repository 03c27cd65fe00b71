"""How what is known of the footage is shown on the timeline and in the sidebar. Not asked by any run."""

from typing import Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty

LANES = [
    ("mood", "Mood", "How pleasant each shot feels, in the colour of its mood", "LIGHT_SUN", 1),
    ("faces", "People", "Who is seen in each shot", "USER", 2),
    ("objects", "Objects", "The things that are seen longest in each shot", "CUBE", 4),
    ("speech", "Speech", "Where somebody speaks", "SPEAKER", 8),
    ("beats", "Beats", "Where the beats of music fall; high: a bar begins", "PLAY_SOUND", 16),
    ("quality", "Quality", "How good the picture of each shot is; marks: something is wrong with it", "IMAGE_DATA", 32),
]
PLACES = [
    ("TOP", "Top", "Below the ruler, where most timelines have no strips"),
    ("BOTTOM", "Bottom", "Above the scroll bar"),
]
CARDS = [
    ("PLAYHEAD", "Playhead", "The shot under the playhead; where several lie over each other the selected one, else the uppermost"),
    ("SELECTED", "Selected", "The selected strip's shot"),
]


def _changed(settings: Any, _context: Any) -> None:
    from . import footage_overlay

    footage_overlay.follow(settings.id_data)


class OverlayProps:
    footage_card: EnumProperty(name="Card", description="Which shot is told of", items=CARDS, default="PLAYHEAD")
    footage_overlay: BoolProperty(
        name="Show on Timeline", description="Draw lanes of mood, people, objects, speech, beats and quality over the sequencer",
        default=False, update=_changed,
    )  # fmt: skip
    footage_lanes: EnumProperty(
        name="Lanes", description="What is drawn; with Shift several", items=LANES, default={lane[0] for lane in LANES},
        options={"ENUM_FLAG"}, update=_changed,
    )  # fmt: skip
    footage_place: EnumProperty(name="Place", description="Where the lanes are drawn", items=PLACES, default="TOP")
    footage_height: IntProperty(
        name="Height",
        description="Of all lanes together, in pixels at an interface scale of 1",
        min=24,
        max=400,
        default=132,
        subtype="PIXEL",
    )
    footage_ground: FloatProperty(
        name="Background", description="How much the lanes cover what lies below them", min=0.0, max=1.0, default=0.8, subtype="FACTOR"
    )


CLASSES: tuple[type, ...] = ()
