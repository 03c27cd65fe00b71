"""What the caption list calls doubtful and misspelt. Not asked by any run."""

from bpy.props import BoolProperty, FloatProperty, StringProperty


class CaptionListProps:
    word_line: FloatProperty(
        name="Doubtful Below", description="Words that were heard with less confidence than this are to be looked at",
        min=0.0, max=1.0, default=0.5, subtype="FACTOR",
    )  # fmt: skip
    spell_check: BoolProperty(
        name="Check Spelling", description="Mark words that the dictionary does not know, where one is installed", default=False
    )
    dictionary: StringProperty(
        name="Dictionary", description="A Hunspell dictionary: its name, such as en_US, or its .dic file. Empty: by the captions' language",
        default="",
    )  # fmt: skip


CAPTION_LIST_LIVE = ("word_line", "spell_check", "dictionary")
CLASSES: tuple[type, ...] = ()
