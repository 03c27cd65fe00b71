# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""How well impacts come to lie on beats, and emphasised words are found: speech whose words were changed on purpose, beside loudness alone.

    python3 dev.py bench emphasis [--speech FILE ...] [--rounds N] [--ramps N] [--json FILE]

Speed ramps: see `emphasis_ramps.py`; they come first, and --speech is not needed for them.

Words of real speech, one in seven, are made louder (+5 dB), higher (+3 semitones), longer (by a third), or several of these. `ours` is the
prominence of the extension, `loudness` the same with its first sign alone, `loudest` the plain level of a word, without a norm. Told are
recall and precision at the default sensitivity, and the share found when exactly as many words are picked as were changed ("as many").
What the speaker stressed of himself counts as wrong, and so nobody can be right everywhere: with words changed in nothing ("none")
the figures are what chance and the speaker's own stresses give.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml import media
from assistant_editor.ml.engines import transcript, voicing
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import Span, TranscriptOptions, VoiceOptions, Word
from assistant_editor.timeline import prominence
from assistant_editor.timeline import voicing as levels

from benchmarks.emphasis_ramps import landed
from benchmarks.emphasis_speech import Change, emphasised
from benchmarks.word_timing import media_write

CHANGES = {
    "none": Change(),
    "louder": Change(gain=5),
    "higher": Change(semitones=3),
    "longer": Change(stretch=4 / 3),
    "louder, higher": Change(gain=5, semitones=3),
    "louder, longer": Change(gain=5, stretch=4 / 3),
    "higher, longer": Change(semitones=3, stretch=4 / 3),
    "all three": Change(gain=4, semitones=2.5, stretch=1.25),
}
ONE_IN = 7
WAYS = ("ours", "loudness", "loudest")


@dataclass(frozen=True)
class Spoken:
    """A clip with its words; `samples` float32 at 16 kHz."""

    name: str
    samples: Any
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Counts:
    """`labels` words were changed, `picked` were named, `right` of them were changed; `ranked` were among as many as were changed."""

    labels: int = 0
    picked: int = 0
    right: int = 0
    ranked: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(one + two for one, two in zip(asdict(self).values(), asdict(other).values(), strict=True)))

    @property
    def text(self) -> str:
        recall, precision = self.right / max(1, self.labels), self.right / max(1, self.picked)
        return f"{recall:>8.2f}{precision:>8.2f}{self.ranked / max(1, self.labels):>8.2f}"


def counts(scores: Sequence[float], chosen: set[int], line: float) -> Counts:
    """Of words with these scores, the places `chosen` being right."""
    picked = {place for place, score in enumerate(scores) if score >= line}
    order = sorted(range(len(scores)), key=lambda place: -scores[place])[: len(chosen)]
    return Counts(len(chosen), len(picked), len(picked & chosen), len(set(order) & chosen))


def heard(path: Path, runtime: Runtime, model: str) -> Spoken:
    """A clip and what is said in it. Raises `EditorError` as the engines do."""
    found = media.probe(path)
    said = transcript.run(str(path), TranscriptOptions(model=model, language="auto" if model != "tiny.en" else "en"), found, None, runtime)
    return Spoken(path.stem, media.samples(path), said.words)


def joined(clips: Sequence[Spoken], name: str, pause: float = 0.5) -> Spoken:
    """Clips of one voice as one."""
    pieces, words, at = [], [], Fraction(0)
    for clip in clips:
        words += [Word(word.text, word.start + at, word.end + at, word.confidence) for word in clip.words]
        pieces += [clip.samples, np.zeros(round(pause * 16000), np.float32)]
        at += Fraction(len(clip.samples) + len(pieces[-1]), 16000)
    return Spoken(name, np.concatenate(pieces), tuple(words))


def chosen_words(words: Sequence[Word], chance: random.Random) -> set[int]:
    """One word in seven, none beside another, of three letters and 150 ms at least: shorter ones are hardly ever stressed."""
    places = [place for place, word in enumerate(words) if len(word.text.strip(" ,.!?")) >= 3 and word.end - word.start >= Fraction(3, 20)]
    chance.shuffle(places)
    found: set[int] = set()
    for place in places:
        if len(found) < max(1, len(words) // ONE_IN) and not found & {place - 1, place + 1}:
            found.add(place)
    return found


def rows_of(samples: Any, folder: Path, runtime: Runtime) -> Any:
    path = folder / "spoken.wav"
    media_write(path, samples / max(1.0, float(np.abs(samples).max()) * 1.02))
    return levels.decode(voicing.run(path, VoiceOptions(), media.probe(path), None, runtime))


def scored(words: Sequence[Word], rows: Any) -> dict[str, list[float]]:
    """Of every way, a score a word; the plain level as far above the mean as it varies."""
    plain = np.array([np.max(rows.smooth[slice(*rows.rows(Span(word.start, word.end)))], initial=-100.0) for word in words])
    return {
        "ours": [one.score for one in prominence.stresses(words, rows)],
        "loudness": [one.score for one in prominence.stresses(words, rows, weights=(1.0, 0.0, 0.0))],
        "loudest": list((plain - plain.mean()) / max(float(plain.std()), 1e-6)),
    }


def measured(clips: Sequence[Spoken], rounds: int, line: float, runtime: Runtime, seed: int = 1) -> dict[str, dict[str, Counts]]:
    """Change -> way -> counts over all clips and rounds."""
    found = {name: dict.fromkeys(WAYS, Counts()) for name in CHANGES}
    with tempfile.TemporaryDirectory() as folder:
        for clip in clips:
            for turn in range(rounds):
                chosen = chosen_words(clip.words, random.Random(f"{seed} {clip.name} {turn}"))
                for name, change in CHANGES.items():
                    samples, words = emphasised(clip.samples, clip.words, dict.fromkeys(chosen, change))
                    ways = scored(words, rows_of(samples, Path(folder), runtime))
                    for way in WAYS:
                        found[name][way] += counts(ways[way], chosen, line)
    return found


def text(found: dict[str, dict[str, Counts]]) -> str:
    columns = f"{'recall':>8}{'prec.':>8}{'as many':>8}" * len(WAYS)
    lines = [f"{'':<16}" + "".join(f"{way:>24}" for way in WAYS), f"{'changed':<16}" + columns]
    return "\n".join([*lines, *(f"{name:<16}" + "".join(ways[way].text for way in WAYS) for name, ways in found.items())])


def gather(files: Sequence[Path], runtime: Runtime, model: str, tell: Callable[[str], None]) -> list[Spoken]:
    """The clips of these files; those of one voice (`NAME_1.wav`, `NAME_2.wav`) joined. Those of fewer than a dozen words are left out."""
    voices: dict[str, list[Spoken]] = {}
    for path in files:
        voices.setdefault(path.stem.rstrip("0123456789").rstrip("_-"), []).append(heard(path, runtime, model))
    found = [clips[0] if len(clips) == 1 else joined(clips, name) for name, clips in voices.items()]
    for clip in found:
        tell(f"{clip.name}: {len(clip.words)} words in {len(clip.samples) / 16000:.0f} s")
    return [clip for clip in found if len(clip.words) >= 12]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "."))
    parser.add_argument("--speech", type=Path, nargs="+", help="clips of one voice each (default: the packaged readings)")
    models = Path(os.environ.get("ASSISTANT_EDITOR_MODELS", ""))
    parser.add_argument("--models", type=Path, default=models, help="folder of installed models")
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ramps", type=int, default=300, help="strips with impacts, made at random")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    ramps = landed(options.ramps)
    print(f"{ramps.text}\n")
    from assistant_editor.timeline.emphasis_words import line_of

    def quiet(*_: object) -> None:
        pass

    runtime = Runtime(options.models, quiet, quiet, quiet)
    files = options.speech or [path for path in (given / "two_cities.wav", given / "beckett.wav") if path.is_file()]
    clips = gather(files, runtime, options.model, print)
    if not clips:
        raise SystemExit("There is no speech of a dozen words or more: give --speech.")
    found = measured(clips, options.rounds, line_of(0.5), runtime)
    print(text(found))
    if options.json:
        figures: dict[str, Any] = {name: {way: asdict(one) for way, one in ways.items()} for name, ways in found.items()}
        figures["ramps"] = asdict(ramps)
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
