"""The script whose words captions take, as an option."""

from bpy.props import StringProperty


class ScriptProps:
    script: StringProperty(
        name="Script",
        description="The true text: a text of this project, or a file. Captions take its words and the sound's times",
        default="", options={"SKIP_SAVE"},
    )  # fmt: skip


CAPTION_SCRIPT = ("script",)
CLASSES: tuple[type, ...] = ()
