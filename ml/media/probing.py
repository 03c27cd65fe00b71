"""What a file holds, without reading more than one frame of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from ..facts import AudioStream, Media, VideoStream
from .opening import as_seconds, bad, declared_length, decoded_frames, open_file, picture_stream, quoted, rate_of, sound_stream, usable

TRANSFERS: dict[int, Literal["pq", "hlg"]] = {16: "pq", 18: "hlg"}
"""By the numbers of ITU-T H.273, table 3."""


def displayed_size(video: VideoStream) -> tuple[int, int]:
    """(width, height) of the upright picture in square pixels; `VideoStream.width` and `.height` are as stored."""
    width, height = max(1, round(video.width * video.pixel_aspect)), video.height
    return (height, width) if video.rotation in (90, 270) else (width, height)


def stored_upright(video: VideoStream) -> tuple[int, int]:
    """(width, height) of the upright picture in its own pixels: those boxes are told in."""
    return (video.height, video.width) if video.rotation in (90, 270) else (video.width, video.height)


def probe(path: str | Path) -> Media:
    """What is in this file. `VideoStream.rotation` is how far the stored picture is turned clockwise to stand upright.

    One frame is decoded, since only a frame carries the display matrix. Raises `EditorError(BAD_INPUT)` when the file is
    missing, empty, unreadable, or holds neither pictures nor sound.
    """
    with open_file(path) as container:
        warnings: list[str] = []
        pictures, sound = picture_stream(container), sound_stream(container)
        if pictures is None and sound is None:
            raise bad(f"{quoted(path)} holds neither pictures nor sound.", "Choose a film or a sound file.")
        whole = Fraction(container.duration or 0, 1_000_000)
        begin = Fraction(container.start_time or 0, 1_000_000)
        video = None if pictures is None else _video(container, pictures, whole, begin, path, warnings)
        audio = None if sound is None else _audio(sound, whole, begin)
        if not whole:
            whole = max(stream.start + stream.duration for stream in (video, audio) if stream is not None)
        return Media(whole, video, audio, tuple(warnings))


def _video(container: Any, stream: Any, whole: Fraction, begin: Fraction, path: str | Path, warnings: list[str]) -> VideoStream:
    codec = usable(stream, path)
    start = as_seconds(stream.start_time, stream.time_base) if stream.start_time is not None else begin
    duration = declared_length(stream) or max(Fraction(0), whole - (start - begin))
    rotation = 0
    first = next(decoded_frames(container, stream, lambda: None, warnings), None)
    if first is None:
        warnings.append(f"No picture of {quoted(path)} could be decoded ({codec.name}).")
    else:
        rotation = -round(first.rotation / 90) * 90 % 360
    aspect = Fraction(stream.sample_aspect_ratio or 0) or Fraction(1)
    transfer: Literal["", "pq", "hlg"] = TRANSFERS.get(codec.color_trc, "")
    alpha = _has_alpha(codec)
    return VideoStream(
        codec.width, codec.height, rate_of(stream), start, duration, stream.frames, rotation, aspect, codec.name, transfer, alpha
    )


def _has_alpha(codec: Any) -> bool:
    return codec.format is not None and any(component.is_alpha for component in codec.format.components)


def _audio(stream: Any, whole: Fraction, begin: Fraction) -> AudioStream:
    codec = stream.codec_context
    start = as_seconds(stream.start_time, stream.time_base) if stream.start_time is not None else begin
    duration = declared_length(stream) or max(Fraction(0), whole - (start - begin))
    return AudioStream(codec.sample_rate or 0, codec.channels or 0, start, duration, codec.name)
