"""Cut-outs as options, and what is asked for them. What is seen behind is live; the matte film itself is the worker's."""

from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, EnumProperty, FloatProperty, FloatVectorProperty, IntProperty, StringProperty

if TYPE_CHECKING:
    from ..ml.facts import ObjectsOptions
    from ..ml.mattes import MatteOptions
    from ..timeline.cutout_layers import CutoutOptions

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""
PEOPLE = "person"
BEHIND = [
    ("transparent", "What Lies Beneath", "The rest becomes transparent: strips on lower channels are seen"),
    ("blur", "Blur", "The rest is blurred"),
    ("colour", "Colour", "The rest is one colour"),
    ("strip", "Strip", "The rest is replaced by another strip's picture"),
    ("text", "Text", "The rest stays, and a text stands between it and what was cut out"),
]
DELIVER = [
    ("matte", "Matte Film", "A grey film in the folder below: soft edges, hair"),
    ("splines", "Mask Splines", "A mask of Blender's with keyframed splines, to be changed by hand: hard edges, no holes"),
]


class CutoutProps:
    cutout_what: StringProperty(
        name="Cut Out", description="Words for what is cut out, as the model that finds things names it (person, dog, car), with commas",
        default=PEOPLE, options=ONCE,
    )  # fmt: skip
    cutout_behind: EnumProperty(name="Behind", description="What is seen in place of the rest", items=BEHIND, default="blur", options=ONCE)
    cutout_with: StringProperty(name="With", description="Behind a text: what it says. Behind a strip: its name", default="", options=ONCE)
    cutout_colour: FloatVectorProperty(
        name="Colour", description="Of the background, or of the text behind", subtype="COLOR", size=3, min=0.0, max=1.0,
        default=(1.0, 1.0, 1.0), options=ONCE,
    )  # fmt: skip
    cutout_strength: FloatProperty(
        name="Strength", description="How much of what was there before is replaced or blurred", min=0.0, max=1.0, default=1.0,
        subtype="FACTOR", options=ONCE,
    )  # fmt: skip
    cutout_deliver: EnumProperty(name="As", description="What says which part is cut out", items=DELIVER, default="matte", options=ONCE)
    cutout_edges: BoolProperty(
        name="Fine Edges", description="Edges follow the picture down to hair; off, they stay as the network drew them", default=True,
        options=ONCE,
    )  # fmt: skip
    cutout_matting: StringProperty(
        name="Matting Model",
        description="A folder with a ViTMatte model of the transformers library, or an ONNX file of a portrait matting network: it draws "
        "the edges. Empty: guided filters",
        default="", subtype="FILE_PATH", options=ONCE,
    )  # fmt: skip
    cutout_clicker: StringProperty(
        name="Click Model",
        description="A folder with a SAM or SAM 2 model of the transformers library, for what was picked by clicks. Empty: the picture's "
        "colours and movement alone", default="", subtype="DIR_PATH", options=ONCE,
    )  # fmt: skip
    cutout_folder: StringProperty(
        name="Matte Folder",
        description="Where matte films are kept: // is the folder of the project; empty, or never saved, beside the medium",
        default="//mattes/", subtype="DIR_PATH", options={*ONCE, "OUTPUT_PATH", "PATH_SUPPORTS_BLEND_RELATIVE"},
    )  # fmt: skip


class PickProps:
    """What is clicked on in one picture, in numbers."""

    at: StringProperty(
        name="On It", description="Points on what is to be cut out: x,y x,y, shares of the frame from its lower left corner",
        default="", options={"SKIP_SAVE"},
    )  # fmt: skip
    not_at: StringProperty(name="Not on It", description="Points beside it, that were taken for it", default="", options={"SKIP_SAVE"})
    frame: IntProperty(name="Frame", description="The frame in which they lie; else that at the playhead", options={"SKIP_SAVE"})
    names: StringProperty(
        name="Names", description="Strips that may be meant, one a line; else the film on top", options={"HIDDEN", "SKIP_SAVE"}
    )


LIVE = ("cutout_behind", "cutout_with", "cutout_colour", "cutout_strength", "cutout_deliver")
ASKS = ("cutout_what", "cutout_edges", "cutout_matting", "cutout_clicker", "cutout_folder")
NAMES = (*ASKS, *LIVE)
BESIDE = {
    "cutout_with": lambda props: props.cutout_behind in ("strip", "text"),
    "cutout_colour": lambda props: props.cutout_behind in ("colour", "text"),
    "cutout_matting": lambda props: props.cutout_edges,
}
"""What is shown only beside certain other options."""


def words(props: Any) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(word.strip().lower() for word in props.cutout_what.split(",") if word.strip()))
    return found or (PEOPLE,)


def _settings() -> Any:
    import bpy

    from ..timeline import compat

    return compat.edited_scene(bpy.context).assistant_editor


def _model() -> str:
    from .footage_options import path

    return path(_settings().object_model)


def _installed() -> bool:
    import bpy

    from .. import preferences
    from ..ml.models import status

    states = status(preferences.backend(bpy.context).models)
    return any(one.model.task == "objects" and one.state in ("installed", "unverified") for one in states)


def objects_task(props: Any) -> "ObjectsOptions | None":
    """As Log Footage asks. None where people alone are meant and no model is there that could say where they are."""
    from ..ml.facts import ObjectsOptions

    model = _model()
    return ObjectsOptions(model=model) if model or _installed() or words(props) != (PEOPLE,) else None


def matte_options(props: Any, followed: bool) -> "MatteOptions":
    """What the worker is asked. `followed`: whether it is known where these things are."""
    from ..ml.mattes import MatteOptions
    from .footage_options import path

    meant, network = words(props), outliner(props)
    told = ", ".join(meant) if followed else ""
    matting = path(props.cutout_matting) if props.cutout_edges else ""
    return MatteOptions(network, meant if network else (), 1.0 if props.cutout_edges else 0.0, followed=told, matting=matting)


def possible(props: Any, followed: bool) -> bool:
    """Whether anything can be cut out: the packaged segmenter knows people, all else must have been found, or be outlined."""
    return followed or words(props) == (PEOPLE,) or bool(outliner(props))


def outliner(_props: Any) -> str:
    """The checkpoint of the user's that outlines things, "" where he named none: then the packaged segmenter is used."""
    model = _model()
    return model if model.endswith("-seg.pt") else ""


def folders(props: Any, strips: Any) -> dict[str, str]:
    """Where the matte films of each medium are kept."""
    from pathlib import Path

    import bpy

    chosen = props.cutout_folder
    if not chosen or (chosen.startswith("//") and not bpy.data.filepath):
        return {strip.medium: str(Path(strip.path).parent) for strip in strips}
    return {strip.medium: bpy.path.abspath(chosen) for strip in strips}


def cutout_plan(props: Any) -> "CutoutOptions":
    from ..timeline.cutout_layers import CutoutOptions

    behind = props.cutout_behind
    return CutoutOptions(
        behind, props.cutout_with if behind == "strip" else "", props.cutout_with if behind == "text" else "",
        tuple(round(part, 5) for part in props.cutout_colour), round(props.cutout_strength, 4), props.cutout_deliver == "splines",
    )  # fmt: skip


CLASSES: tuple[type, ...] = ()
