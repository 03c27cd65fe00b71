"""The frames of a picture stream with their numbers and exact times, also from the middle, damaged, joined or unseekable."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..facts import Span
from .opening import (
    CLOCK_BACK,
    SHORTFALL,
    bad,
    declared_length,
    decoded_frames,
    picture_stream,
    quoted,
    rate_of,
    restarted,
    usable,
)

NEARBY = Fraction(3)
"""Seconds to the next wanted frame over which decoding on is cheaper than seeking, about."""


class Reading:
    """The frames of one picture stream with their index and exact time, from anywhere."""

    def __init__(self, container: Any, stream: Any, path: str | Path, check: Callable[[], None], again: Callable[[], Any]) -> None:
        usable(stream, path)
        stream.thread_type = "AUTO"
        self.container, self.stream, self.path, self.check = container, stream, path, check
        self.rate = rate_of(stream)
        self.zero = stream.start_time or 0
        self.base = stream.time_base
        self.duration = declared_length(stream)
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

    def shown(self, moments: Sequence[Fraction]) -> Iterator[tuple[Fraction, Any]]:
        """(moment, frame) for each of these moments, which rise: the last frame that begins no later, else the first there is.

        Raises `EditorError(BAD_INPUT)` when no frame can be decoded.
        """
        frames: Iterator[tuple[Fraction, Any]] | None = None
        held: tuple[Fraction, Any] | None = None
        ahead: tuple[Fraction, Any] | None = None
        over = False
        for moment in moments:
            if frames is None or (ahead is not None and moment - ahead[0] > NEARBY and not self._untimed):
                frames, held, ahead = self._timed(self._all() if self._untimed else self._from(moment)), None, None
            while not over and (ahead is None or ahead[0] <= moment):
                held, ahead = ahead or held, next(frames, None)
                over = ahead is None
            best = held or ahead
            if best is None:
                raise bad(
                    f"No picture of {quoted(self.path)} at {float(moment):.2f} s could be decoded.",
                    "Check that the file plays in another program.",
                )
            yield moment, best[1]

    def _timed(self, frames: Iterator[Any]) -> Iterator[tuple[Fraction, Any]]:
        """Frames with their times, which rise."""
        last, shift = Fraction(-1), Fraction(0)
        for frame in frames:
            self.seen += 1
            if frame.pts is None and last < 0 and not self._untimed:
                continue
            seconds = self._seconds(frame, last) + shift
            if last - seconds > CLOCK_BACK:
                shift, seconds = shift + last + 1 / self.rate - seconds, last + 1 / self.rate
            if seconds >= 0 and seconds > last:
                last = seconds
                yield seconds, frame

    def warnings(self, span: Span, end: Fraction) -> tuple[str, ...]:
        """What the user should know about the pass that ended at `end`."""
        found = []
        if self.faults:
            found.append(f"{len(self.faults)} damaged pieces of {quoted(self.path)} were left out (the first: {self.faults[0]}).")
        if self.corrupt:
            found.append(f"Damaged pictures of {quoted(self.path)}: {self.corrupt}. They were used as far as they could be decoded.")
        if self.restarts:
            found.append(restarted(f"pictures of {quoted(self.path)}", self.restarts))
        if self.strays:
            found.append(f"Pictures of {quoted(self.path)} left out, for they have no time of their own or an earlier one: {self.strays}.")
        declared = self.duration
        reached = end
        if not declared and self.container.duration:
            declared = Fraction(self.container.duration, 1_000_000)
            reached = self._reach - Fraction(self.container.start_time or 0, 1_000_000)
        if min(span.end, declared) - reached > SHORTFALL:
            found.append(
                f"The pictures of {quoted(self.path)} end at {float(reached):.2f} s although the file says {float(declared):.2f} s: "
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
        return decoded_frames(self.container, self.stream, self.check, self.faults, self._watch)

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
            self.stream = picture_stream(self.container)
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
