"""The sound of a file, every sample at its place: mixed to one channel at one rate, or as its channels are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..facts import Span
from ..mixing import Mixer, planes_of
from .keeping import replayed
from .opening import CLOCK_BACK, SHORTFALL, bad, declared_length, decoded_frames, nothing, open_file, quoted, restarted, sound_stream

if TYPE_CHECKING:
    import numpy as np

SOUND_GAP = Fraction(1, 10)
"""Seconds a frame of sound may lie off the one before without counting as a hole."""
SOUND_LEAD = Fraction(1, 2)
TOGETHER = Fraction(1, 2)
"""Seconds of frames that are resampled in one call."""
CHUNK_SECONDS = 30
PIECE_SECONDS = 4


@dataclass(frozen=True)
class Piece:
    """`data` is float32 (channels, samples), `rate` samples a second; `names` say which channel is which ("FL", "LFE")."""

    rate: int
    names: tuple[str, ...]
    data: Any


def channels(
    path: str | Path,
    span: Span | None = None,
    check: Callable[[], None] = nothing,
    notice: Callable[[str], None] = nothing,
) -> Iterator[Piece]:
    """The sound within `span` (all when None) with all its channels at its own rate, in pieces of some seconds.

    They follow each other without a hole, as `sound` says. Errors are those of `sound`.
    """
    import numpy as np

    with ExitStack() as opened:
        container = opened.enter_context(open_file(path))
        stream = sound_stream(container)
        if stream is None:
            raise bad(f"{quoted(path)} has no sound.", "Choose a strip whose file holds sound.")
        reading = _AllChannels(container, stream, check, lambda: opened.enter_context(open_file(path)))
        rate, names = stream.codec_context.sample_rate, tuple(channel.name for channel in stream.codec_context.layout.channels)
        held, count = [], 0
        for data in _placed_sound(reading, span or Span(Fraction(0), Fraction(1 << 62)), rate):
            held.append(data)
            count += data.shape[-1]
            if count >= PIECE_SECONDS * rate:
                yield Piece(rate, names, np.concatenate(held, axis=1))
                held, count = [], 0
        if held:
            yield Piece(rate, names, np.concatenate(held, axis=1))
        if not reading.seen and span is None:
            raise bad(f"No sound of {quoted(path)} could be decoded ({stream.codec_context.name}).", "Convert the sound to WAV or AAC.")
        for told in reading.troubles.notices(quoted(path)):
            notice(told)


def samples(
    path: str | Path,
    span: Span | None = None,
    rate: int = 16000,
    check: Callable[[], None] = nothing,
    notice: Callable[[str], None] = nothing,
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
    check: Callable[[], None] = nothing,
    notice: Callable[[str], None] = nothing,
) -> Iterator[np.ndarray]:
    """Like `samples`, in chunks of at most `CHUNK_SECONDS`. Sample k of all chunks together lies k / `rate` seconds after
    `span.start`; holes in the stream are filled with silence. What is wrong with the file is told to `notice`. Channels are
    mixed as `mixing` says: the mean of one or two, of more the mean of those that carry sound. Within `heard_once` what was heard
    before is not decoded again.

    Raises `EditorError(BAD_INPUT)` when the file cannot be read, has no sound, or none of its sound can be decoded.
    """
    return replayed((str(path), span, rate), lambda told: _sound(path, span, rate, check, told), check, notice)


def _sound(
    path: str | Path, span: Span | None, rate: int, check: Callable[[], None], notice: Callable[[str], None]
) -> Iterator[np.ndarray]:
    import numpy as np

    with ExitStack() as opened:
        container = opened.enter_context(open_file(path))
        stream = sound_stream(container)
        if stream is None:
            raise bad(f"{quoted(path)} has no sound.", "Choose a strip whose file holds sound.")
        wanted = span or Span(Fraction(0), Fraction(1 << 62))
        reading = _Hearing(container, stream, check, lambda: opened.enter_context(open_file(path)))
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
            raise bad(f"No sound of {quoted(path)} could be decoded ({stream.codec_context.name}).", "Convert the sound to WAV or AAC.")
        for told in reading.troubles.notices(quoted(path)):
            notice(told)
        declared = declared_length(stream)
        end, reached = min(wanted.end, declared), wanted.start + Fraction(total, rate)
        if declared and end - reached > SHORTFALL:
            notice(
                f"The sound of {quoted(path)} ends at {float(reached):.2f} s although the file says {float(declared):.2f} s: "
                "it is cut off. What there is was used."
            )


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
            yield restarted(f"sound of {name}", self.restarts)
        if self.cancelled >= 1:
            yield (
                f"Channels of {name} cancel each other for {self.cancelled:.0f} s (one has the wrong polarity): "
                "only the loudest was listened to there."
            )


def _placed_sound(reading: _Hearing, span: Span, rate: int) -> Iterator[np.ndarray]:
    """Pieces that follow each other without a hole from `span.start` to `span.end` or the end of the stream. Samples are the last axis."""
    import numpy as np

    written = 0
    wanted = round(span.length * rate)
    for start, piece in reading.pieces(span.start, rate):
        place = round((start - span.start) * rate)
        while place > written and written < wanted:
            silence = min(place, wanted, written + CHUNK_SECONDS * rate) - written
            yield np.zeros((*piece.shape[:-1], silence), np.float32)
            written += silence
        piece = piece[..., max(0, written - place) :][..., : wanted - written]
        written += piece.shape[-1]
        if piece.shape[-1]:
            yield piece
        if written >= wanted:
            return


class _Run:
    """Frames of one rate that follow each other without a hole. Some of them at a time are resampled and given on: calls cost more than
    samples."""

    def __init__(self, begin: Fraction, source: int, rate: int, hearing: _Hearing) -> None:
        self.begin, self.source, self._rate, self._hearing = begin, source, rate, hearing
        self._resampler = hearing.resampler(rate) if source != rate else None
        self._taken = self._given = self._waiting = 0
        """Samples: of the frames that came, of what was given on, and of what is held."""
        self._held: list[Any] = []

    @property
    def end(self) -> Fraction:
        return self.begin + Fraction(self._taken, self.source)

    def goes_on_with(self, frame: Any, base: Fraction, zero: int, shift: Fraction) -> bool:
        """Whether this frame clearly belongs here. In floats: what may be doubtful is reckoned exactly."""
        if frame.sample_rate != self.source or frame.pts is None:
            return False
        seconds = (float(frame.pts) * float(frame.time_base or base)) - float(zero * base) + float(shift)
        return abs(seconds - float(self.begin) - self._taken / self.source) < SOUND_GAP / 2

    def add(self, frame: Any) -> Iterator[tuple[Fraction, np.ndarray]]:
        self._held.append(self._hearing.taken(frame, frame.samples / self.source))
        self._taken += frame.samples
        self._waiting += frame.samples
        if self._waiting >= TOGETHER * self.source:
            yield from self.pulled(self._all())

    def pulled(self, data: Any) -> Iterator[tuple[Fraction, np.ndarray]]:
        """`data` resampled, with its time; None ends the run."""
        if data is None:
            if self._held:
                yield from self.pulled(self._all())
            parts = [one.to_ndarray() for one in self._resampler.resample(None)] if self._resampler else []
        elif self._resampler:
            frame = self._hearing.frame_of(data)
            frame.sample_rate = self.source
            parts = [one.to_ndarray() for one in self._resampler.resample(frame)]
        else:
            parts = [data]
        for part in parts:
            samples = self._hearing.samples(part)
            yield self.begin + Fraction(self._given, self._rate), samples
            self._given += samples.shape[-1]

    def _all(self) -> Any:
        import numpy as np

        data, self._held, self._waiting = np.concatenate(self._held, axis=-1), [], 0
        return data


class _Hearing:
    """One sound stream as pieces with their exact times, from anywhere: mono, unless a subclass says otherwise."""

    def __init__(self, container: Any, stream: Any, check: Callable[[], None], again: Callable[[], Any]) -> None:
        self.stream, self.check = stream, check
        self.troubles = _Troubles([])
        self._container, self._again = container, again
        self._mixer = Mixer()
        self.seen = 0
        """Frames decoded."""

    def pieces(self, start: Fraction, rate: int) -> Iterator[tuple[Fraction, np.ndarray]]:
        """(seconds, float32 samples) from somewhat before `start`: runs without a hole are resampled as one, without a click."""
        base, zero = self.stream.time_base, self.stream.start_time or 0
        run: _Run | None = None
        shift = Fraction(0)
        for frame in self._frames(start):
            if run is None or not run.goes_on_with(frame, base, zero, shift):
                expected = Fraction(0) if run is None else run.end
                seconds = expected if frame.pts is None else frame.pts * Fraction(frame.time_base or base) - zero * base + shift
                if run is not None and expected - seconds > CLOCK_BACK:
                    self.troubles.restarts += 1
                    shift, seconds = shift + expected - seconds, expected
                if run is None or frame.sample_rate != run.source or abs(seconds - expected) > SOUND_GAP:
                    if run is not None:
                        yield from run.pulled(None)
                    run = _Run(seconds, frame.sample_rate, rate, self)
            self.seen += 1
            yield from run.add(frame)
        if run is not None:
            yield from run.pulled(None)

    def resampler(self, rate: int) -> Any:
        from av.audio.resampler import AudioResampler

        return AudioResampler("flt", "mono", rate)

    def taken(self, frame: Any, seconds: float) -> Any:
        """What is used of a frame, float32. Mixed here: the library's own mix takes some channels of a film's sound for effects and drops
        them."""
        mono = self._mixer(planes_of(frame.to_ndarray(), frame.layout.nb_channels), seconds)
        self.troubles.cancelled = self._mixer.cancelled
        return mono

    def frame_of(self, data: Any) -> Any:
        """Such samples, several frames' of them, as the resampler wants them."""
        import numpy as np
        from av.audio.frame import AudioFrame

        return AudioFrame.from_ndarray(np.ascontiguousarray(data[None]), format="flt", layout="mono")

    def samples(self, data: Any) -> Any:
        """What comes out, of what came in or out of the resampler."""
        import numpy as np

        return np.clip(data.reshape(-1), -1, 1)

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
                self.stream = sound_stream(self._container)
        return decoded_frames(self._container, self.stream, self.check, self.troubles.damaged)


class _AllChannels(_Hearing):
    """All channels as they are, those of the stream's own layout; samples beyond full scale are kept."""

    def _layout(self) -> str:
        return str(self.stream.codec_context.layout.name)

    def resampler(self, rate: int) -> Any:
        from av.audio.resampler import AudioResampler

        return AudioResampler("fltp", self._layout(), rate)

    def taken(self, frame: Any, _seconds: float) -> Any:
        from av.audio.frame import AudioFrame

        planes = planes_of(frame.to_ndarray(), frame.layout.nb_channels)
        if frame.layout.nb_channels == self.stream.codec_context.layout.nb_channels:
            return planes
        other = AudioFrame.from_ndarray(planes, format="fltp", layout=frame.layout.name)
        other.sample_rate = frame.sample_rate
        (fitted,) = self.resampler(frame.sample_rate).resample(other)
        return fitted.to_ndarray()

    def frame_of(self, data: Any) -> Any:
        import numpy as np
        from av.audio.frame import AudioFrame

        return AudioFrame.from_ndarray(np.ascontiguousarray(data), format="fltp", layout=self._layout())

    def samples(self, data: Any) -> Any:
        return data
