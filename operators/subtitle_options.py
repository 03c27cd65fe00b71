"""What the operators of subtitle files have in common: formats, kinds of texts, encodings, and times as a user types them."""

from typing import TYPE_CHECKING, Any

from bpy.props import EnumProperty

if TYPE_CHECKING:
    from fractions import Fraction

ON_RENDER = [
    ("burn", "Burn In", "Captions are drawn into the picture"),
    ("sidecar", "File Beside It", "A subtitle file is written beside the rendered film; the picture has no captions"),
    ("both", "Both", "Captions are drawn into the picture, and a subtitle file is written beside it"),
]
ONCE = {"SKIP_SAVE"}
FILES = [
    ("srt", "SubRip (.srt)", "Text, italics, bold, colours; every player reads it"),
    ("vtt", "WebVTT (.vtt)", "For the web: also who speaks, and places"),
    ("ass", "Advanced SubStation (.ass)", "With styles; read by VLC, mpv and Aegisub"),
    ("ssa", "SubStation Alpha (.ssa)", "The predecessor of .ass"),
    ("ttml", "TTML, IMSC 1.1 (.ttml)", "For broadcast and streaming; times in frames"),
    ("sbv", "SBV (.sbv)", "YouTube: text and times"),
    ("csv", "Table (.csv)", "For a spreadsheet: text, times in seconds and frames, who speaks"),
]
FORMATS = [("auto", "By Its Name", "What the file's ending says"), *FILES]
KINDS = [
    ("caption", "Captions", "What is said"),
    ("translation", "Translations", "What is said, in another language"),
]
ENCODINGS = [
    ("auto", "Find Out", "By the byte order mark, else UTF-8 where it is, else the most likely"),
    ("utf-8", "UTF-8", ""),
    ("utf-16", "UTF-16", ""),
    ("cp1252", "Western (Windows-1252)", ""),
    ("cp1250", "Central European (Windows-1250)", ""),
    ("iso8859-2", "Central European (Latin 2)", ""),
    ("cp1251", "Cyrillic (Windows-1251)", ""),
    ("koi8-r", "Cyrillic (KOI8-R)", ""),
    ("cp1253", "Greek (Windows-1253)", ""),
    ("cp1254", "Turkish (Windows-1254)", ""),
    ("cp1255", "Hebrew (Windows-1255)", ""),
    ("cp1256", "Arabic (Windows-1256)", ""),
    ("cp1257", "Baltic (Windows-1257)", ""),
    ("cp1258", "Vietnamese (Windows-1258)", ""),
    ("cp874", "Thai (Windows-874)", ""),
    ("cp932", "Japanese (Shift JIS)", ""),
    ("euc-jp", "Japanese (EUC)", ""),
    ("gb18030", "Chinese, Simplified (GB 18030)", ""),
    ("big5", "Chinese, Traditional (Big5)", ""),
    ("euc-kr", "Korean (EUC)", ""),
]


def _chosen(_props: Any, _context: Any) -> None:
    from . import on_render

    on_render.keep_watch()


class OnRenderProps:
    """What becomes of captions when the scene is rendered. Kept by the scene."""

    captions_on_render: EnumProperty(
        name="On Render", description="What becomes of captions when the scene is rendered", items=ON_RENDER, update=_chosen
    )
    sidecar_format: EnumProperty(name="File", description="The kind of subtitle file beside the film", items=FILES)


def seconds_of(timecode: str, rate: "Fraction") -> "Fraction":
    """The clock's seconds of a timecode `hh:mm:ss:ff`; the frames count in `rate`. Raises `EditorError(USAGE)` for what is none."""
    import re
    from fractions import Fraction

    from ..ml.errors import USAGE, EditorError

    text = timecode.strip() or "00:00:00:00"
    found = re.fullmatch(r"(\d{1,2}):(\d{2}):(\d{2})(?:[:;](\d{1,3})|[.,](\d{1,3}))?", text)
    frames = int(found.group(4) or 0) if found else 0
    if not found or int(found.group(2)) > 59 or int(found.group(3)) > 59 or frames >= rate + Fraction(1, 2):
        raise EditorError(f"{text!r} is no timecode.", "Write hours:minutes:seconds:frames, such as 01:00:00:00.", USAGE)
    part = found.group(5) or "0"
    whole = Fraction(int(found.group(1)) * 3600 + int(found.group(2)) * 60 + int(found.group(3)))
    return whole + frames / rate + Fraction(int(part), 10 ** len(part))


CLASSES: tuple[type, ...] = ()
