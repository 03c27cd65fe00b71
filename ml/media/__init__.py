"""Reading media with PyAV: what a file holds, its pictures in one pass for all who want them, its sound at one rate.

Times are exact `Fraction` seconds of the stream itself: 0 is the first frame of the picture stream, or the first sample of
the sound stream, as in Blender's sequencer (`facts.VideoStream.start` is where that lies in the container's time).
PyAV carries FFmpeg's libraries; no `ffmpeg` program is needed. Written for PyAV 14.1 and later. Only this package knows PyAV:
`opening` (files and streams), `probing`, `pictures` (who gets which frame, at which size), `reading` (frames and their times),
`picking` (single frames), `listening` and `keeping` (sound), `writing` (films of our own).
"""

from .keeping import heard_once
from .listening import Piece, channels, samples, sound
from .picking import pictures_at
from .pictures import Decoded, decode
from .probing import displayed_size, probe, stored_upright
from .writing import GreyFilm, colour_film, grey_film

__all__ = [
    "Decoded", "GreyFilm", "Piece", "channels", "colour_film", "decode", "displayed_size", "grey_film", "heard_once", "pictures_at",
    "probe", "samples", "sound", "stored_upright",
]  # fmt: skip
