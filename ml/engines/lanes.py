"""Clips on their way through a recogniser, several at once, so that no processor waits for the others.

Parts of a batch are encoded and decoded side by side; a clip's words get their times as soon as its part is decoded, and the next batch
is begun before those of the last one are waited for. Languages are settled in the order of the sound, on the caller's thread: what is
heard does not depend on which part was done first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, TypeVar

from . import languages
from .hearing import PROBE, Hearing, Part
from .voice import HOP, RATE, Clip
from .words import Heard

LANES = min(4, max(2, os.cpu_count() or 1))
"""Threads. Two decode; where there are more processors than these use, the others give words their times meanwhile."""
UNSURE = -0.6
"""Mean log probability below which a clip's language is looked at closer."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class _Batch:
    """`parts`: with the places of their clips in `clips`; `coming`: a part that is being encoded or decoded; `words`: of each place."""

    clips: Sequence[Clip]
    parts: list[tuple[tuple[int, ...], Part]]
    coming: dict[Future[None], int]
    words: dict[int, Future[list[Heard]]]


class Lanes:
    """Threads for one `Hearing`. `heard` may be asked once. `tell` gets the samples of all clips that are done, as they grow, on the
    thread that asks."""

    def __init__(self, hearing: Hearing, tell: Callable[[int], None] = lambda samples: None) -> None:
        self._hearing, self._tell = hearing, tell
        self._ended: list[int] = []
        self._told = 0
        self._pool = ThreadPoolExecutor(LANES, "hearing")

    def heard(self, batches: Iterable[Sequence[Clip]]) -> Iterator[list[list[Heard]]]:
        """The words of each clip of every batch, in order, in seconds of the whole sound. Three batches are held at most.

        Raises what the recogniser or `check` raises; what has not begun then is never done.
        """
        held: list[_Batch] = []
        try:
            for clips in batches:
                self._hearing.check()
                begun = self._begun(clips)
                if held:
                    self._finish(held[-1])
                self._choose(begun)
                held.append(begun)
                if len(held) > 2:
                    yield self._words(held.pop(0))
            if held:
                self._finish(held[-1])
            for batch in held:
                yield self._words(batch)
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _begun(self, clips: Sequence[Clip]) -> _Batch:
        """Its parts are on their way: to what they say where the language is known, else to which language it is."""
        fixed = self._hearing.tally.fixed
        parts = [
            (places, Part([clips[place] for place in places], dict.fromkeys(range(len(places)), fixed)))
            for places in self._hearing.parts(clips)
        ]
        batch = _Batch(clips, parts, {}, {})
        self._all(batch, self._hearing.decode if fixed else self._hearing.encode)
        return batch

    def _all(self, batch: _Batch, work: Callable[[Part], None]) -> None:
        for number, (_, part) in enumerate(batch.parts):
            if part.spoken:
                batch.coming[self._pool.submit(work, part)] = number

    def _choose(self, batch: _Batch) -> None:
        """Settles the languages and has everything decoded, where that is not done already."""
        if self._hearing.tally.fixed:
            return
        told: dict[int, Mapping[str, float]] = {}
        for number in self._done(batch, in_order=True):
            places, part = batch.parts[number]
            told |= zip(places, part.told, strict=True)
        spoken = self._languages(batch, told)
        for places, part in batch.parts:
            part.spoken = {row: spoken[place] for row, place in enumerate(places) if place in spoken}
        self._all(batch, self._hearing.decode)

    def _finish(self, batch: _Batch) -> None:
        """Has the words of every decoded clip judged and timed."""
        fixed = bool(self._hearing.tally.fixed)
        for number in self._done(batch, in_order=not fixed):
            places, part = batch.parts[number]
            for row, said in part.said.items():
                unsure = not fixed and said.log_probability < UNSURE
                if not (unsure and self._in_parts(batch, places[row])):
                    self._submit_words(batch, places[row], self._hearing.ended, part, row)

    def _words(self, batch: _Batch) -> list[list[Heard]]:
        return [self._result(batch.words[place]) for place in range(len(batch.clips))]

    def _languages(self, batch: _Batch, told: Mapping[int, Mapping[str, float]]) -> dict[int, str]:
        """The language of each clip that is not heard in parts."""
        tally = self._hearing.tally
        main = tally.main or languages.usual([(told[place], clip.spoken) for place, clip in enumerate(batch.clips)])
        chosen = {}
        for place, clip in enumerate(batch.clips):
            if told[place].get(main, 0.0) < languages.CERTAIN and self._in_parts(batch, place):
                continue
            chosen[place], chance = tally.choose(told[place], main)
            tally.add(chosen[place], chance, clip.spoken)
        return chosen

    def _in_parts(self, batch: _Batch, place: int) -> bool:
        """Whether several languages are spoken in the clip; then each part is heard in its own."""
        clip, tally = batch.clips[place], self._hearing.tally
        ranges = languages.stretches(clip.chance)
        if len(ranges) < 2:
            return False
        probes = [clip.part(first, min(end, first + PROBE)).samples for first, end in ranges]
        found: list[str] = []
        sure: list[float] = []
        for chances in self._result(self._pool.submit(self._hearing.told, probes)):
            language, chance = tally.choose(chances, found[-1] if found else "")
            found.append(language)
            sure.append(chance)
        if len(set(found)) < 2:
            return False
        for language, chance, (first, end) in zip(found, sure, ranges, strict=True):
            tally.add(language, chance, (end - first) * HOP / RATE)
        runs = languages.runs(ranges, found)
        parts, spoken = [clip.part(*span) for span, _ in runs], [language for _, language in runs]
        self._submit_words(batch, place, self._hearing.inside, parts, spoken, 1)
        return True

    def _submit_words(self, batch: _Batch, place: int, work: Callable[..., list[Heard]], *given: Any) -> None:
        def counted() -> list[Heard]:
            words = work(*given)
            self._ended.append(len(batch.clips[place].samples))
            return words

        batch.words[place] = self._pool.submit(counted)

    def _done(self, batch: _Batch, in_order: bool) -> Iterator[int]:
        """The numbers of the parts that are on their way, as they come."""
        while batch.coming:
            first = [next(iter(batch.coming))] if in_order else list(batch.coming)
            for future in self._waited(first):
                number = batch.coming.pop(future)
                future.result()
                yield number

    def _result(self, future: Future[Result]) -> Result:
        self._waited([future])
        return future.result()

    def _waited(self, futures: Sequence[Future[Any]]) -> set[Future[Any]]:
        """Those of them that are done, one at least."""
        while True:
            done = wait(futures, timeout=0.1, return_when=FIRST_COMPLETED).done
            if len(self._ended) > self._told:
                self._told = len(self._ended)
                self._tell(sum(self._ended[: self._told]))
            if done:
                return done
            self._hearing.check()
