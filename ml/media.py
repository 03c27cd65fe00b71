"""Reading media with PyAV: what a file holds, its pictures in one pass for all who want them, its sound at one rate.

Times are exact `Fraction` seconds of the stream itself: 0 is the first frame of the picture stream, or the first sample of
the sound stream, as in Blender's sequencer (`facts.VideoStream.start` is where that lies in the container's time).
PyAV carries FFmpeg's libraries; no `ffmpeg` program is needed. Written for PyAV 14.1 and later. The only module that knows PyAV,
which is why it is longer than others: first what others call, then opening, pictures and sound.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import BAD_INPUT, EditorError
from .facts import AudioStream, Media, Span, VideoStream
from .files import regular
from .mixing import Mixer, planes_of

if TYPE_CHECKING:
    import numpy as np

    from .engines.registry import Consumer

REPORT_EVERY = 0.1
SHORTFALL = Fraction(1, 2)
SOUND_GAP = Fraction(1, 10)
SOUND_LEAD = Fraction(1, 2)
CHUNK_SECONDS = 30
CLOCK_BACK = Fraction(1, 2)
"""Seconds a stream's clock may go back before it counts as started anew."""


@dataclass(frozen=True)
class Decoded:
    """What one pass delivered: how many frames, from the first one's time to the end of the last, and what went wrong on the way."""

    frames: int
    span: Span
    warnings: tuple[str, ...] = ()


def _nothing(*_: Any) -> None:
    pass


def displayed_size(video: VideoStream) -> tuple[int, int]:
    """(width, height) of the upright picture in square pixels; `VideoStream.width` and `.height` are as stored."""
    width, height = max(1, round(video.width * video.pixel_aspect)), video.height
    return (height, width) if video.rotation in (90, 270) else (width, height)


def probe(path: str | Path) -> Media:
    """What is in this file. `VideoStream.rotation` is how far the stored picture is turned clockwise to stand upright.

    One frame is decoded, since only a frame carries the display matrix. Raises `EditorError(BAD_INPUT)` when the file is
    missing, empty, unreadable, or holds neither pictures nor sound.
    """
    with _opened(path) as container:
        warnings: list[str] = []
        pictures, sound = _picture_stream(container), _sound_stream(container)
        if pictures is None and sound is None:
            raise _bad(f"{_name(path)} holds neither pictures nor sound.", "Choose a film or a sound file.")
        whole = Fraction(container.duration or 0, 1_000_000)
        begin = Fraction(container.start_time or 0, 1_000_000)
        video = None if pictures is None else _video(container, pictures, whole, begin, path, warnings)
        audio = None if sound is None else _audio(sound, whole, begin)
        if not whole:
            whole = max(stream.start + stream.duration for stream in (video, audio) if stream is not None)
        return Media(whole, video, audio, tuple(warnings))


def decode(
    path: str | Path,
    consumers: Sequence[Consumer],
    span: Span | None = None,
    check: Callable[[], None] = _nothing,
    progress: Callable[[float], None] = _nothing,
) -> Decoded:
    """Hand every frame within `span` (all when None) to every consumer's `take`, in order of presentation. Never calls `finish`.

    The file is decoded once, however many consumers there are; each distinct size is scaled once, by the decoder's library.
    Frame indices count from the stream's first frame, also when decoding starts in the middle; where all frames last equally
    long they follow from the time, so a damaged one leaves a gap. Times rise, always. `check` is called before each
    frame and may raise; `progress` gets the fraction done, ten times a second at most.
    Damaged frames are left out and named in `Decoded.warnings`. Raises `EditorError(BAD_INPUT)` when there is no picture to read.
    """
    with ExitStack() as opened:
        container = opened.enter_context(_opened(path))
        stream = _picture_stream(container)
        if stream is None:
            raise _bad(f"{_name(path)} has no pictures.", "Choose a movie strip whose file holds pictures.")
        reading = _Reading(container, stream, path, check, lambda: opened.enter_context(_opened(path)))
        wanted = span or Span(Fraction(0), Fraction(1 << 62))
        length = (min(wanted.end, reading.duration) if reading.duration else wanted.end) - wanted.start
        scale = _Scaler(sorted({consumer.size for consumer in consumers}))
        frames, first, last, reported = 0, wanted.start, wanted.start, 0.0
        for index, seconds, frame in reading.frames(wanted):
            check()
            images = scale(frame)
            for consumer in consumers:
                consumer.take(index, seconds, images[consumer.size])
            first, last, frames = (first if frames else seconds), seconds, frames + 1
            if time.monotonic() - reported > REPORT_EVERY:
                reported = time.monotonic()
                progress(min(1.0, float((seconds - wanted.start) / length)) if length else 1.0)
        if not frames and (span is None or reading.seen == 0):
            raise _bad(
                f"No picture of {_name(path)}{'' if span is None else ' in this range'} could be decoded ({stream.codec_context.name}).",
                "Check that the file plays in another program, copy it again, or convert it to MP4.",
            )
        progress(1.0)
        end = last + 1 / reading.rate if frames else last
        return Decoded(frames, Span(first, end), reading.warnings(wanted, end))


def samples(
    path: str | Path,
    span: Span | None = None,
    rate: int = 16000,
    check: Callable[[], None] = _nothing,
    notice: Callable[[str], None] = _nothing,
) -> np.ndarray:
    """The sound within `span` (all when None) mixed to mono: float32, shape (samples,), in -1..1, `rate` a second.

    Takes 64 kB of memory a second at 16 kHz; for long media use `sound`, which this joins. Errors are those of `sound`.
    """
    import numpy as np

    chunks = list(sound(path, span, rate, check, notice))
    return np.concatenate(chunks) if chunks else np.zeros(0, np.float32)


def sound(
    path: str | Path,
    span: Span | None = None,
    rate: int = 16000,
    check: Callable[[], None] = _nothing,
    notice: Callable[[str], None] = _nothing,
) -> Iterator[np.ndarray]:
    """Like `samples`, in chunks of at most `CHUNK_SECONDS`. Sample k of all chunks together lies k / `rate` seconds after
    `span.start`; holes in the stream are filled with silence. What is wrong with the file is told to `notice`. Channels are
    mixed as `mixing` says: the mean of one or two, of more the mean of those that carry sound.

    Raises `EditorError(BAD_INPUT)` when the file cannot be read, has no sound, or none of its sound can be decoded.
    """
    import numpy as np

    with ExitStack() as opened:
        container = opened.enter_context(_opened(path))
        stream = _sound_stream(container)
        if stream is None:
            raise _bad(f"{_name(path)} has no sound.", "Choose a strip whose file holds sound.")
        wanted = span or Span(Fraction(0), Fraction(1 << 62))
        reading = _Hearing(container, stream, check, lambda: opened.enter_context(_opened(path)))
        pieces = _placed_sound(reading, wanted, rate)
        limit, held, count, total = CHUNK_SECONDS * rate, [], 0, 0
        for piece in pieces:
            held.append(piece)
            count += len(piece)
            total += len(piece)
            if count >= limit:
                yield np.concatenate(held)
                held, count = [], 0
        if held:
            yield np.concatenate(held)
        if not reading.seen and span is None:
            raise _bad(f"No sound of {_name(path)} could be decoded ({stream.codec_context.name}).", "Convert the sound to WAV or AAC.")
        for told in reading.troubles.notices(_name(path)):
            notice(told)
        declared = _declared(stream)
        end, reached = min(wanted.end, declared), wanted.start + Fraction(total, rate)
        if declared and end - reached > SHORTFALL:
            notice(
                f"The sound of {_name(path)} ends at {float(reached):.2f} s although the file says {float(declared):.2f} s: "
                "it is cut off. What there is was used."
            )


# Opening ------------------------------------------------------------------------------------------------------------------


def _name(path: str | Path) -> str:
    return f'"{Path(path).name}"'


def _bad(message: str, remedy: str, detail: str = "") -> EditorError:
    return EditorError(message, remedy, BAD_INPUT, detail)


@contextmanager
def _opened(path: str | Path) -> Iterator[Any]:
    import av

    file = Path(path)
    if regular(file).st_size == 0:
        raise _bad(f"{_name(file)} is empty (0 bytes).", "Copy it again from where it came from.")
    start = b""
    try:
        with file.open("rb") as head:
            start = head.read(12)
        container = av.open(str(file), metadata_errors="replace")
    except PermissionError as reason:
        raise _bad(f"{file} may not be read.", "Change the file's permissions.", repr(reason)) from reason
    except (av.error.FFmpegError, OSError, ValueError) as reason:
        if start[4:8] == b"ftyp":
            raise _bad(
                f"{_name(file)} was cut off before its index was written: nothing in it can be found.",
                "Copy or download it again, or repair it with a tool for broken MP4 and MOV files.",
                repr(reason),
            ) from reason
        raise _bad(
            f"{_name(file)} is not a media file that can be read ({getattr(reason, 'strerror', None) or reason}).",
            "Check that it plays in another program, or convert it to MP4.",
            repr(reason),
        ) from reason
    with container:
        yield container


def _picture_stream(container: Any) -> Any:
    """The first picture stream that is a film, not the cover of a song. None when there is none."""
    return next((stream for stream in container.streams.video if not stream.disposition & stream.disposition.attached_pic), None)


def _sound_stream(container: Any) -> Any:
    return next(iter(container.streams.audio), None)


def _seconds(ticks: int | None, base: Fraction | None) -> Fraction:
    return Fraction(0) if ticks is None or base is None else ticks * base


def _declared(stream: Any) -> Fraction:
    """The stream's own length as the file states it, 0 when it does not. Matroska keeps it in a tag, as "00:01:02.003000000"."""
    if stream.duration is not None:
        return _seconds(stream.duration, stream.time_base)
    parts = stream.metadata.get("DURATION", "").split(":")
    try:
        hours, minutes, seconds = (Fraction(part) for part in parts)
    except ValueError:
        return Fraction(0)
    end = hours * 3600 + minutes * 60 + seconds
    return max(Fraction(0), end - _seconds(stream.start_time, stream.time_base))


def _usable(stream: Any, path: str | Path) -> Any:
    if stream.codec_context is None:
        raise _bad(f"{_name(path)} is coded in a way this PyAV cannot decode.", "Convert it to MP4 (H.264 and AAC).")
    return stream.codec_context


def _rate(stream: Any) -> Fraction:
    """Frames a second as Blender takes it: FFmpeg's guess, which is r_frame_rate but for mislabelled interlaced streams."""
    return Fraction(stream.guessed_rate or stream.base_rate or stream.average_rate or 25)


def _video(container: Any, stream: Any, whole: Fraction, begin: Fraction, path: str | Path, warnings: list[str]) -> VideoStream:
    codec = _usable(stream, path)
    start = _seconds(stream.start_time, stream.time_base) if stream.start_time is not None else begin
    duration = _declared(stream) or max(Fraction(0), whole - (start - begin))
    rotation = 0
    first = next(_frames(container, stream, lambda: None, warnings), None)
    if first is None:
        warnings.append(f"No picture of {_name(path)} could be decoded ({codec.name}).")
    else:
        rotation = -round(first.rotation / 90) * 90 % 360
    aspect = Fraction(stream.sample_aspect_ratio or 0) or Fraction(1)
    return VideoStream(codec.width, codec.height, _rate(stream), start, duration, stream.frames, rotation, aspect, codec.name)


def _audio(stream: Any, whole: Fraction, begin: Fraction) -> AudioStream:
    codec = stream.codec_context
    start = _seconds(stream.start_time, stream.time_base) if stream.start_time is not None else begin
    duration = _declared(stream) or max(Fraction(0), whole - (start - begin))
    return AudioStream(codec.sample_rate or 0, codec.channels or 0, start, duration, codec.name)


# Pictures -----------------------------------------------------------------------------------------------------------------


def _frames(
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


class _Reading:
    """The frames of one picture stream with their index and exact time, from anywhere."""

    def __init__(self, container: Any, stream: Any, path: str | Path, check: Callable[[], None], again: Callable[[], Any]) -> None:
        _usable(stream, path)
        stream.thread_type = "AUTO"
        self.container, self.stream, self.path, self.check = container, stream, path, check
        self.rate = _rate(stream)
        self.zero = stream.start_time or 0
        self.base = stream.time_base
        self.duration = _declared(stream)
        self.faults: list[str] = []
        self.seen = self.restarts = self.strays = self.corrupt = 0
        self._again = again
        self._reach = Fraction(0)
        self._avi = "avi" in container.format.name.split(",")
        # AVI keeps the order of decoding only, and what the library makes of it is wrong where pictures are reordered.
        self._untimed = stream.start_time is None or (self._avi and stream.codec_context.has_b_frames)
        self._slots: deque[Fraction] = deque()
        self._packets = 0
        if self._avi and stream.frames:
            self.duration = max(self.duration, stream.frames / self.rate)

    def frames(self, span: Span) -> Iterator[tuple[int, Fraction, Any]]:
        """(index, seconds, frame) of every frame within `span`, in order of presentation."""
        inside = span.start > 0 and not self._untimed
        step = None if self._untimed else self._step()
        counted = self._count_before(span.start) if inside and step is None else None
        index, last, shift = None if inside else 0, Fraction(-1), Fraction(0)
        for frame in self._from(span.start) if inside else self._all():
            self.seen += 1
            if frame.pts is None and last < 0 and not self._untimed:
                self.strays += 1
                continue
            seconds = self._seconds(frame, last) + shift
            if last - seconds > CLOCK_BACK:
                self.restarts += 1
                shift, seconds = shift + last + 1 / self.rate - seconds, last + 1 / self.rate
            if seconds < 0:
                continue
            if seconds >= span.end:
                return
            stray, last = seconds <= last, max(seconds, last)
            if index is None and seconds >= span.start and counted is not None:
                index = counted
            if step is not None and frame.pts is not None and not shift:
                index = max(index or 0, round((frame.pts - self.zero) / step))
            if stray:
                self.strays += 1
            elif seconds >= span.start and index is not None:
                self.corrupt += bool(frame.is_corrupt)
                yield index, seconds, frame
            if index is not None:
                index += 1

    def warnings(self, span: Span, end: Fraction) -> tuple[str, ...]:
        """What the user should know about the pass that ended at `end`."""
        found = []
        if self.faults:
            found.append(f"{len(self.faults)} damaged pieces of {_name(self.path)} were left out (the first: {self.faults[0]}).")
        if self.corrupt:
            found.append(f"Damaged pictures of {_name(self.path)}: {self.corrupt}. They were used as far as they could be decoded.")
        if self.restarts:
            found.append(_restarted(f"pictures of {_name(self.path)}", self.restarts))
        if self.strays:
            found.append(f"Pictures of {_name(self.path)} left out, for they have no time of their own or an earlier one: {self.strays}.")
        declared = self.duration
        reached = end
        if not declared and self.container.duration:
            declared = Fraction(self.container.duration, 1_000_000)
            reached = self._reach - Fraction(self.container.start_time or 0, 1_000_000)
        if min(span.end, declared) - reached > SHORTFALL:
            found.append(
                f"The pictures of {_name(self.path)} end at {float(reached):.2f} s although the file says {float(declared):.2f} s: "
                "it is cut off. What there is was used."
            )
        return tuple(found)

    def _seconds(self, frame: Any, last: Fraction) -> Fraction:
        """When the frame is shown. Where the file does not say, frames take the packets' places one by one."""
        if self._untimed and self._slots:
            return self._slots.popleft()
        return last + 1 / self.rate if frame.pts is None else self._time(frame)

    def _time(self, frame: Any) -> Fraction:
        return Fraction(frame.pts - self.zero) * Fraction(self.base)

    def _all(self) -> Iterator[Any]:
        return _frames(self.container, self.stream, self.check, self.faults, self._watch)

    def _watch(self, packet: Any) -> None:
        """Notes how far the file reaches, so that a cut-off file can be told from a short stream, and the places of packets."""
        if packet.pts is not None:
            self._reach = max(self._reach, (packet.pts + (packet.duration or 0)) * packet.time_base)
        if self._untimed and packet.stream_index == self.stream.index and packet.size:
            placed = packet.dts is not None and self.stream.start_time is not None
            self._slots.append((packet.dts - self.zero) * Fraction(self.base) if placed else self._packets / self.rate)
            self._packets += 1

    def _from(self, start: Fraction) -> Iterator[Any]:
        """Frames from the keyframe before `start` on. A container may seek too late, so the first frame decides."""
        import av

        try:
            for lead in (0, 2, 10, 60):
                if start <= lead:
                    break
                self.container.seek(self.zero + int((start - lead) / self.base), stream=self.stream, backward=True)
                frames = itertools.dropwhile(lambda frame: not frame.key_frame, self._all())
                first = next(frames, None)
                if first is not None and first.pts is not None and self._time(first) <= start:
                    return itertools.chain((first,), frames)
            # A transport stream sought to its first time begins after its first keyframe.
            self.container.seek(self.zero - int(1 / self.base), stream=self.stream, backward=True)
        except (av.error.FFmpegError, OSError):
            # Some files can only be read from their beginning on: so they are, and what comes before is dropped.
            self.container = self._again()
            self.stream = _picture_stream(self.container)
            self.stream.thread_type = "AUTO"
        return self._all()

    def _step(self) -> Fraction | None:
        """Ticks a frame lasts, when every frame lasts as long as every other by the container's own table; else None."""
        entries = getattr(self.stream, "index_entries", None)
        if entries is None or not self.stream.frames or len(entries) != self.stream.frames:
            return None
        times = [entry.timestamp for entry in entries]
        steps = {after - before for before, after in itertools.pairwise(times)}
        if not steps or max(steps) - min(steps) > 1 or abs(1 / (max(steps) * self.base) - self.rate) >= self.rate / 100:
            return None
        return Fraction(times[-1] - times[0], len(times) - 1)

    def _count_before(self, start: Fraction) -> int:
        """How many frames are shown before `start`, counted packet by packet without decoding."""
        end, count = self.zero + start / self.base, 0
        for packet in self.container.demux(self.stream):
            self.check()
            if packet.dts is not None and packet.dts >= end:
                break
            if packet.pts is not None and self.zero <= packet.pts < end and not packet.is_discard:
                count += 1
        return count


class _Scaler:
    """One frame as upright RGB arrays of several sizes."""

    def __init__(self, sizes: Sequence[tuple[int, int]]) -> None:
        from av.video.reformatter import VideoReformatter

        # A reformatter keeps its tables for one pair of sizes: a new one a frame costs more than the scaling.
        self.reformatters = {size: VideoReformatter() for size in sizes}

    def __call__(self, frame: Any) -> dict[tuple[int, int], np.ndarray]:
        import numpy as np

        quarters = round(frame.rotation / 90) % 4
        images = {}
        for (width, height), reformatter in self.reformatters.items():
            lying = (height, width) if quarters % 2 else (width, height)
            image = reformatter.reformat(frame, *lying, "rgb24", interpolation="BILINEAR").to_ndarray()
            images[width, height] = np.ascontiguousarray(np.rot90(image, quarters)) if quarters else image
        return images


# Sound --------------------------------------------------------------------------------------------------------------------


@dataclass
class _Troubles:
    """What was met on the way through a sound stream."""

    damaged: list[str]
    restarts: int = 0
    cancelled: float = 0.0

    def notices(self, name: str) -> Iterator[str]:
        if self.damaged:
            yield f"{len(self.damaged)} damaged pieces of the sound of {name} were left out (the first: {self.damaged[0]})."
        if self.restarts:
            yield _restarted(f"sound of {name}", self.restarts)
        if self.cancelled >= 1:
            yield (
                f"Channels of {name} cancel each other for {self.cancelled:.0f} s (one has the wrong polarity): "
                "only the loudest was listened to there."
            )


def _restarted(what: str, count: int) -> str:
    times = "once" if count == 1 else f"{count} times"
    return (
        f"The clock of the {what} goes back {times}, as in joined recordings; it was taken to go on. "
        "Times after that may differ from other programs'."
    )


def _placed_sound(reading: _Hearing, span: Span, rate: int) -> Iterator[np.ndarray]:
    """Mono pieces that follow each other without a hole from `span.start` to `span.end` or the end of the stream."""
    import numpy as np

    written = 0
    wanted = round(span.length * rate)
    for start, piece in reading.pieces(span.start, rate):
        place = round((start - span.start) * rate)
        while place > written and written < wanted:
            silence = min(place, wanted, written + CHUNK_SECONDS * rate) - written
            yield np.zeros(silence, np.float32)
            written += silence
        piece = piece[max(0, written - place) :][: wanted - written]
        written += len(piece)
        if len(piece):
            yield piece
        if written >= wanted:
            return


class _Hearing:
    """One sound stream as mono pieces with their exact times, from anywhere."""

    def __init__(self, container: Any, stream: Any, check: Callable[[], None], again: Callable[[], Any]) -> None:
        self.stream, self.check = stream, check
        self.troubles = _Troubles([])
        self._container, self._again = container, again
        self._mixer = Mixer()
        self.seen = 0
        """Frames decoded."""

    def pieces(self, start: Fraction, rate: int) -> Iterator[tuple[Fraction, np.ndarray]]:
        """(seconds, mono float32 samples) from somewhat before `start`: runs without a hole are resampled as one, without a click."""
        import numpy as np
        from av.audio.frame import AudioFrame
        from av.audio.resampler import AudioResampler

        base, zero = self.stream.time_base, self.stream.start_time or 0
        resampler: Any = None
        begin, taken, shift, given, source = Fraction(0), Fraction(0), Fraction(0), 0, 0

        def pull(frame: Any) -> Iterator[tuple[Fraction, np.ndarray]]:
            nonlocal given
            for part in resampler.resample(frame) if resampler else [frame] if frame else []:
                data = part.to_ndarray().reshape(-1)
                yield begin + Fraction(given, rate), np.clip(data, -1, 1)
                given += len(data)

        for frame in self._frames(start):
            expected = begin + taken
            seconds = expected if frame.pts is None else frame.pts * Fraction(frame.time_base or base) - zero * base + shift
            if source and expected - seconds > CLOCK_BACK:
                self.troubles.restarts += 1
                shift, seconds = shift + expected - seconds, expected
            if frame.sample_rate != source or abs(seconds - expected) > SOUND_GAP:
                if source:
                    yield from pull(None)
                source = frame.sample_rate
                resampler = AudioResampler("flt", "mono", rate) if source != rate else None
                begin, taken, given = seconds, Fraction(0), 0
            self.seen += 1
            length = Fraction(frame.samples, source)
            # Mixed here: the library's own mix takes some channels of a film's sound for effects and drops them.
            mono = self._mixer(planes_of(frame.to_ndarray(), frame.layout.nb_channels), float(length))
            self.troubles.cancelled = self._mixer.cancelled
            taken += length
            mixed = AudioFrame.from_ndarray(np.ascontiguousarray(mono[None]), format="flt", layout="mono")
            mixed.sample_rate = source
            yield from pull(mixed)
        if source:
            yield from pull(None)

    def _frames(self, start: Fraction) -> Iterator[Any]:
        if start > SOUND_LEAD:
            import av

            # A decoder's first frames after a seek are not yet right, hence the lead; whoever asked drops them.
            ticks = (self.stream.start_time or 0) + int((start - SOUND_LEAD) / self.stream.time_base)
            try:
                self._container.seek(ticks, stream=self.stream, backward=True)
            except (av.error.FFmpegError, OSError):
                # Some files can only be read from their beginning on: so they are, and what comes before is dropped.
                self._container = self._again()
                self.stream = _sound_stream(self._container)
        return _frames(self._container, self.stream, self.check, self.troubles.damaged)
