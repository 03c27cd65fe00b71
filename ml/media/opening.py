"""Files, their streams, and the frames in them as the decoder gives them; what is wrong with a file, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..errors import BAD_INPUT, EditorError
from ..files import regular

SHORTFALL = Fraction(1, 2)
"""Seconds a stream may end before the file says so without being called cut off."""
CLOCK_BACK = Fraction(1, 2)
"""Seconds a stream's clock may go back before it counts as started anew."""


def nothing(*_: Any) -> None:
    pass


def quoted(path: str | Path) -> str:
    return f'"{Path(path).name}"'


def bad(message: str, remedy: str, detail: str = "") -> EditorError:
    return EditorError(message, remedy, BAD_INPUT, detail)


@contextmanager
def open_file(path: str | Path) -> Iterator[Any]:
    import av

    file = Path(path)
    if regular(file).st_size == 0:
        raise bad(f"{quoted(file)} is empty (0 bytes).", "Copy it again from where it came from.")
    start = b""
    try:
        with file.open("rb") as head:
            start = head.read(12)
        container = av.open(str(file), metadata_errors="replace")
    except PermissionError as reason:
        raise bad(f"{file} may not be read.", "Change the file's permissions.", repr(reason)) from reason
    except (av.error.FFmpegError, OSError, ValueError) as reason:
        if start[4:8] == b"ftyp":
            raise bad(
                f"{quoted(file)} was cut off before its index was written: nothing in it can be found.",
                "Copy or download it again, or repair it with a tool for broken MP4 and MOV files.",
                repr(reason),
            ) from reason
        raise bad(
            f"{quoted(file)} is not a media file that can be read ({getattr(reason, 'strerror', None) or reason}).",
            "Check that it plays in another program, or convert it to MP4.",
            repr(reason),
        ) from reason
    with container:
        yield container


def picture_stream(container: Any) -> Any:
    """The first picture stream that is a film, not the cover of a song. None when there is none."""
    return next((stream for stream in container.streams.video if not stream.disposition & stream.disposition.attached_pic), None)


def sound_stream(container: Any) -> Any:
    return next(iter(container.streams.audio), None)


def as_seconds(ticks: int | None, base: Fraction | None) -> Fraction:
    return Fraction(0) if ticks is None or base is None else ticks * base


def declared_length(stream: Any) -> Fraction:
    """The stream's own length as the file states it, 0 when it does not. Matroska keeps it in a tag, as "00:01:02.003000000"."""
    if stream.duration is not None:
        return as_seconds(stream.duration, stream.time_base)
    parts = stream.metadata.get("DURATION", "").split(":")
    try:
        hours, minutes, seconds = (Fraction(part) for part in parts)
    except ValueError:
        return Fraction(0)
    end = hours * 3600 + minutes * 60 + seconds
    return max(Fraction(0), end - as_seconds(stream.start_time, stream.time_base))


def usable(stream: Any, path: str | Path) -> Any:
    if stream.codec_context is None:
        raise bad(f"{quoted(path)} is coded in a way this PyAV cannot decode.", "Convert it to MP4 (H.264 and AAC).")
    return stream.codec_context


def rate_of(stream: Any) -> Fraction:
    """Frames a second as Blender takes it: FFmpeg's guess, which is r_frame_rate but for mislabelled interlaced streams."""
    return Fraction(stream.guessed_rate or stream.base_rate or stream.average_rate or 25)


def decoded_frames(
    container: Any, stream: Any, check: Callable[[], None], faults: list[str], watch: Callable[[Any], None] | None = None
) -> Iterator[Any]:
    """Frames of one stream from where the container stands; what cannot be decoded is noted in `faults` and left out.

    `watch` is shown every packet before it is decoded, those of the sound beside the pictures too.
    """
    import av

    watched = (stream, *container.streams.audio[:1]) if watch is not None and stream.type == "video" else (stream,)
    packets = container.demux(*watched)
    while True:
        check()
        try:
            packet = next(packets, None)
        except (av.error.FFmpegError, OSError) as reason:
            faults.append(getattr(reason, "strerror", None) or str(reason))
            packet = None
        if packet is not None and watch is not None:
            watch(packet)
        if packet is not None and packet.stream_index != stream.index:
            continue
        try:
            yield from stream.decode(packet)
        except av.error.EOFError:
            return
        except av.error.FFmpegError as reason:
            faults.append(getattr(reason, "strerror", None) or str(reason))
        if packet is None:
            return


def restarted(what: str, count: int) -> str:
    times = "once" if count == 1 else f"{count} times"
    return (
        f"The clock of the {what} goes back {times}, as in joined recordings; it was taken to go on. "
        "Times after that may differ from other programs'."
    )
