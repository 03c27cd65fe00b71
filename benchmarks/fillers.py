# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""Fillers and stumbles found in real speech into which they were put by construction: recall and precision by kind.

    python benchmarks/fillers.py [--speech FOLDER] [--models tiny.en base] [--out FOLDER] [--json FILE]

Two sets. "tuned": the packaged reading, with fillers of a man's synthetic voice and of the speaker's own vowels; the limits of the
planner were set on it. "held out": other recordings and other voices. FOLDER holds recordings of speech (`NAME_en.wav`, `.flac`; with a
file `transcripts.json` that says their languages), without it the held-out set is the second packaged reading alone.
Each is heard as captions hear it and with Verbatim. `--out` keeps the sounds and labels, to listen to.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

import numpy as np
from assistant_editor.ml import media
from assistant_editor.ml.engines import transcript, voicing
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import Transcript, TranscriptOptions, Voice, VoiceOptions
from assistant_editor.timeline.planners import fillers
from assistant_editor.timeline.planners.fillers import FillerOptions
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from benchmarks.filler_scoring import Cut, Score, score
from benchmarks.filler_set import KINDS, Stumbling, Word, stumbling
from benchmarks.filler_voices import RATE, Voices

LINES = (0.4, 0.6)
"""Confidences from which on a proposal counts."""
FRAMES = Fraction(25)
BETWEEN = 0.5
"""Seconds between recordings that are joined."""


@dataclass(frozen=True)
class Sample:
    """A recording with what was put in. `voice`: whose fillers; `set`: which of the two it belongs to."""

    path: Path
    set: str
    voice: str
    language: str
    made: Stumbling


def hear(path: Path, runtime: Runtime, **options: Any) -> Transcript:
    return transcript.run(str(path), TranscriptOptions(**options), media.probe(path), None, runtime)


def recordings(speech: Path | None) -> dict[tuple[str, str], list[Path]]:
    """(set, language) -> files."""
    footage = Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"])
    found = {("tuned", "en"): [footage / "two_cities.wav"], ("held out", "en"): [footage / "beckett.wav"]}
    if speech is None:
        return found
    listed = speech / "transcripts.json"
    languages = {row["file"]: row["language"] for row in json.loads(listed.read_text(encoding="utf-8"))} if listed.is_file() else {}
    for file in sorted(path for path in speech.iterdir() if path.suffix in (".wav", ".flac")):
        found.setdefault(("held out", languages.get(file.name, "en")), []).append(file)
    return found


def joined(files: Sequence[Path], language: str, runtime: Runtime) -> tuple[Any, list[Word]]:
    """Recordings one after the other, equally loud, and their words as the larger model hears them."""
    sounds, words, at = [], [], 0.0
    for file in files:
        samples = media.samples(file)
        said = hear(file, runtime, model="base", language=language)
        words += [(word.text.strip(), float(word.start) + at, float(word.end) + at) for word in said.words]
        quiet = np.random.default_rng(1).normal(0, 1e-4, int(BETWEEN * RATE))
        sounds += [samples / (np.sqrt(np.mean(samples**2)) + 1e-9) * 0.05, quiet.astype(np.float32)]
        at += len(samples) / RATE + BETWEEN
    return np.concatenate(sounds), words


def samples(speech: Path | None, voices: Voices, out: Path, runtime: Runtime) -> Iterator[Sample]:
    """Every recording: as it is, with fillers of two voices or one, and with the speaker's own."""
    ways = {"tuned": (("joe", (1, 2, 3)), ("own", (4, 5))), "held out": (("jf_alpha", (11, 12, 13)), ("jm_kumo", (16,)), ("own", (14, 15)))}
    for (name, language), files in recordings(speech).items():
        sound, words = joined(files, language, runtime)
        for voice, seeds in (*ways[name], ("none", (0,))):
            for seed in seeds:
                say = None if voice == "own" else lambda text, slow, number, who=voice: voices.say(who, text, slow, number)
                made = Stumbling(sound, (), tuple(words)) if voice == "none" else stumbling(sound, words, say, seed)
                path = out / f"{name.replace(' ', '_')}_{language}_{voice}_{seed}.wav"
                with wave.open(str(path), "wb") as file:
                    file.setnchannels(1)
                    file.setsampwidth(2)
                    file.setframerate(RATE)
                    file.writeframes((np.clip(made.samples, -1, 1) * 32767).astype("<i2").tobytes())
                labels = [[one.kind, one.text, round(one.start, 3), round(one.end, 3)] for one in made.labels]
                path.with_suffix(".json").write_text(json.dumps(labels, indent=1))
                yield Sample(path, name, voice, language, made)


def cuts(said: Transcript, voice: Voice | None, least: float) -> list[Cut]:
    """What the planner proposes for a strip that plays all of the sound, at 25 frames a second."""
    length = int(said.span.end * FRAMES)
    strip = StripRef("a", "SOUND", "/a", "m", 1, FrameRange(0, length), SourceMap(Fraction(0), FRAMES))
    voices = {"m": voice} if voice is not None else {}
    found = fillers.propose(voices, {"m": said}, [strip], FillerOptions(least=least), FRAMES)
    return [
        Cut(one.frames.start / float(FRAMES), one.frames.end / float(FRAMES), one.why.confidence, one.way == "speed")
        for one in found.removals
    ]


def table(title: str, rows: dict[str, Score]) -> None:
    print(f"\n{title}")
    print(f"{'':34}" + "".join(f"{kind:>9}" for kind in dict.fromkeys(KINDS)) + f"{'recall':>9}{'precision':>11}{'clipped':>11}")
    for name, one in rows.items():
        cells = "".join(f"{one.found[kind] / one.labels[kind]:9.0%}" if one.labels[kind] else f"{'-':>9}" for kind in dict.fromkeys(KINDS))
        print(f"{name:34}{cells}{one.recall:9.0%}{one.precision:11.0%}{one.clipped:5}/{one.words:5}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speech", type=Path)
    parser.add_argument("--models", nargs="+", default=["tiny.en", "base"])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    runtime = Runtime(Path(os.environ["ASSISTANT_EDITOR_MODELS"]), lambda *_: None, lambda _: None, lambda: None)
    voices = Voices(Path(os.environ["ASSISTANT_EDITOR_VOICES"]))
    rows: dict[str, dict[str, Score]] = {}
    with TemporaryDirectory() as scratch:
        out = given.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        for sample in samples(given.speech, voices, out, runtime):
            voice = voicing.run(sample.path, VoiceOptions(), media.probe(sample.path), None, runtime)
            for model in given.models:
                if model.endswith(".en") and sample.language != "en":
                    continue
                for verbatim in (False, True):
                    said = hear(sample.path, runtime, model=model, language=sample.language, verbatim=verbatim)
                    heard = f"{model}{', verbatim' if verbatim else ''}"
                    for line in LINES:
                        for way, known in (("", voice), (", words alone", None)):
                            one = score(sample.made.labels, sample.made.words, cuts(said, known, line))
                            group = rows.setdefault(f"{sample.set}, {sample.voice}, {sample.language}, from {line:.1f}", {})
                            group[heard + way] = group.get(heard + way, Score()) + one
    for title, group in rows.items():
        table(title, group)
    if given.json:
        data = {
            title: {name: {"labels": one.labels, "found": one.found, "cuts": one.cuts, "right": one.right, "clipped": one.clipped}
                    for name, one in group.items()}
            for title, group in rows.items()
        }  # fmt: skip
        given.json.write_text(json.dumps(data, indent=1))


if __name__ == "__main__":
    main()
