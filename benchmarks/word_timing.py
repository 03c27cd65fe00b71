"""Word times beside the engines' own, in one run: F1 of the edges of words at 50 and 100 ms, on sound whose edges are known.

    python benchmarks/word_timing.py --manifest FILE [--models tiny.en base] [--json FILE]

FILE is JSON: [{"file": "clip.wav", "language": "en", "text": "It was the best of times. | It was the age of wisdom."}, ...], paths
relative to itself. A bar stands in `text` wherever the speaker pauses. Every clip is cut at its pauses, where the level falls to the
noise, and the pieces, which begin and end with sound, are joined with silences whose lengths are known. So where the first word of a
piece begins and where its last one ends is known to the sample, and a piece that does not belong to its neighbour's sentence makes
an edge between words that touch. Without a manifest, the packaged reading is cut where this file says.

Sets: `pauses` (silences of 0.15 to 1.2 s), `close` (0 to 0.06 s), and both again in noise 25 dB below the speech. With `--spoken FILE`
(text, a sentence a line) and espeak-ng on the machine, `machine`: a synthetic voice that tells where each of its words begins.
An edge counts as found when its word was heard, and lies within the collar. Precision counts words heard that nobody said as
two edges each.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from benchmarks.timing_labels import Piece, Said, edges, joined, pieces, voiced_by_machine
from ml import media, models

RATE = 16000
COLLARS = (0.05, 0.1)
ROOT = Path(__file__).resolve().parent.parent
TWO_CITIES = (
    "It was the best of times, it was the worst of times, | it was the age of wisdom, | it was the age of foolishness, | "
    "it was the epoch of belief, | it was the epoch of incredulity, | it was the season of light, | it was the season of darkness, | "
    "it was the spring of hope, | it was the winter of despair, | we had everything before us, we had nothing before us, | "
    "we were all going direct to heaven, | we were all going direct the other way. | In short, | "
    "the period was so far like the present period | that some of its noisiest authorities insisted on its being received | "
    "for good or for evil | in the superlative degree of comparison only."
)
"""The packaged reading (Charles Dickens, 1859, public domain) with its pauses."""
BECKETT = "Ever tried. Ever failed. | No matter. Try again. | Fail again. Fail better."
Heard = list[tuple[str, float, float]]
"""Words with their seconds."""


@dataclass(frozen=True)
class Score:
    """`labels` edges were to be found, `guessed` were named, `hits` lie within the collar (one number a collar)."""

    labels: int = 0
    guessed: int = 0
    hits: tuple[int, ...] = (0,) * len(COLLARS)
    errors: tuple[float, ...] = ()
    """Seconds, heard less said, of every edge whose word was heard."""

    def __add__(self, other: Score) -> Score:
        hits = tuple(one + two for one, two in zip(self.hits, other.hits, strict=True))
        return Score(self.labels + other.labels, self.guessed + other.guessed, hits, self.errors + other.errors)

    def f1(self, collar: int) -> float:
        """The harmonic mean of precision and recall, hits x 2 / (labels + guessed)."""
        return 2 * self.hits[collar] / max(1, self.labels + self.guessed)


def score(said: Sequence[Said], heard: Heard) -> Score:
    """The labelled edges of `said` that `heard` has."""
    found = edges(said, heard)
    errors = tuple(there - here for here, there in found.pairs)
    hits = tuple(sum(abs(error) <= collar + 1e-9 for error in errors) for collar in COLLARS)
    return Score(found.labels, len(errors) + 2 * found.added, hits, errors)


def ours(engine: str, align: str) -> Callable[[str, Path], Callable[[str, str], Heard]]:
    """This extension's engine with its own times, or refined."""

    def load(model: str, folder: Path) -> Callable[[str, str], Heard]:
        from ml.engines import transcript
        from ml.engines.registry import Runtime
        from ml.facts import TranscriptOptions

        runtime = Runtime(folder, lambda fraction, step, deadline=60.0: None, lambda text: None, lambda: None)
        asked = TranscriptOptions(engine=engine, model=model, align=align)

        def hear(path: str, language: str) -> Heard:
            found = transcript.run(path, replace(asked, language=language), media.probe(path), None, runtime)
            return [(word.text, float(word.start), float(word.end)) for word in found.words]

        return hear

    return load


def openai(model: str, folder: Path) -> Callable[[str, str], Heard]:
    """`model.transcribe(file, word_timestamps=True)`."""
    import whisper

    loaded = whisper.load_model(str(models.path_of(models.speech_model("openai-whisper", model), folder)), device="cpu")
    heads = whisper._ALIGNMENT_HEADS.get(model)
    if heads is not None:
        loaded.set_alignment_heads(heads)

    def hear(path: str, language: str) -> Heard:
        found = loaded.transcribe(media.samples(path), language=language, fp16=False, word_timestamps=True)
        return [(word["word"], float(word["start"]), float(word["end"])) for part in found["segments"] for word in part["words"]]

    return hear


def faster(model: str, folder: Path) -> Callable[[str, str], Heard]:
    """`WhisperModel(..., compute_type="int8").transcribe(file, beam_size=5, word_timestamps=True)`."""
    from faster_whisper import WhisperModel

    where = models.path_of(models.speech_model("faster-whisper", model), folder)
    loaded = WhisperModel(str(where), device="cpu", compute_type="int8", local_files_only=True)

    def hear(path: str, language: str) -> Heard:
        segments, _ = loaded.transcribe(path, language=language, beam_size=5, word_timestamps=True)
        return [(word.word, word.start, word.end) for segment in segments for word in segment.words or ()]

    return hear


CONTENDERS: dict[str, Callable[[str, Path], Callable[[str, str], Heard]]] = {
    "ours, refined": ours("faster-whisper", "auto"),
    "ours, engine's times": ours("faster-whisper", "engine"),
    "ours, openai, refined": ours("openai-whisper", "auto"),
    "faster-whisper": faster,
    "openai-whisper": openai,
}


def gather(manifest: Path) -> list[Piece]:
    """The pieces of every clip. Raises `SystemExit` where a clip has more or fewer pauses than bars in its text."""
    found: list[Piece] = []
    for row in json.loads(manifest.read_text(encoding="utf-8")):
        path = manifest.parent / row["file"]
        if not path.is_file():
            sys.exit(f"{path} is named in {manifest} but is not there.")
        found += cut(path, row["text"], row["language"])
    return found


def cut(path: Path, text: str, language: str) -> list[Piece]:
    """The pieces of one clip, parted where a bar stands in `text`. Raises `SystemExit` where it has more or fewer pauses than bars."""
    parts = [part.strip() for part in text.split("|")]
    found = pieces(media.samples(str(path)), len(parts))
    if len(found) != len(parts):
        sys.exit(f"{path.name} has {len(found)} pieces between pauses, its text {len(parts)}.")
    return [Piece(samples, part, language, known) for (samples, known), part in zip(found, parts, strict=True)]


def _packaged() -> list[Piece]:
    folder = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", ""))
    found = []
    for name, text in (("two_cities.wav", TWO_CITIES), ("beckett.wav", BECKETT)):
        if (folder / name).is_file():
            found += cut(folder / name, text, "en")
    return found or sys.exit("There is no speech to hear: give --manifest.")


def sets(every: Sequence[Piece], spoken: Path | None, takes: int) -> dict[str, list[tuple[Any, list[Said], str]]]:
    """Name to (samples, what is said in them, language): the pieces in `takes` other orders each."""
    found: dict[str, list[tuple[Any, list[Said], str]]] = {}
    for name, silences, noise in (
        ("pauses", (0.15, 1.2), None),
        ("close", (0.0, 0.06), None),
        ("pauses, noise", (0.15, 1.2), 25.0),
        ("close, noise", (0.0, 0.06), 25.0),
    ):
        found[name] = []
        for language in sorted({piece.language for piece in every}):
            group = [piece for piece in every if piece.language == language]
            for take in range(takes):
                found[name].append((*joined(group, silences, noise, seed=take), language))
    if spoken is not None:
        lines = [line.strip() for line in spoken.read_text(encoding="utf-8").splitlines() if line.strip()]
        found["machine"] = [(*voiced_by_machine(lines, 0.4), "en")]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--spoken", type=Path, help="sentences for the synthetic voice, one a line")
    parser.add_argument("--models", nargs="+", default=["tiny.en"])
    parser.add_argument("--contenders", nargs="+", default=list(CONTENDERS), choices=list(CONTENDERS))
    parser.add_argument("--takes", type=int, default=2, help="orders in which the pieces are joined")
    parser.add_argument("--folder", type=Path, default=os.environ.get("ASSISTANT_EDITOR_MODELS"), help="models folder")
    parser.add_argument("--scratch", type=Path, help="where the joined sounds are written, to be listened to")
    parser.add_argument("--json", type=Path, help="write every number to this file")
    options = parser.parse_args(arguments)
    if options.folder is None:
        parser.error("name the models folder with --folder or ASSISTANT_EDITOR_MODELS")
    every = gather(options.manifest) if options.manifest else _packaged()
    if options.scratch is None:
        with tempfile.TemporaryDirectory() as scratch:
            report = _measured(options, every, Path(scratch))
    else:
        options.scratch.mkdir(parents=True, exist_ok=True)
        report = _measured(options, every, options.scratch)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 0


def _measured(options: argparse.Namespace, every: Sequence[Piece], scratch: Path) -> list[dict[str, Any]]:
    """Everybody on every set, told as it comes."""
    sounds = sets(every, options.spoken, options.takes)
    report = []
    for model in options.models:
        print(f"{model}: {'edges':>28} {'F1 50':>7} {'F1 100':>7} {'median':>8} {'bias':>7} {'missed':>7}")
        for contender in options.contenders:
            hear = CONTENDERS[contender](model, options.folder)
            for name, clips in sounds.items():
                total = Score()
                for number, (samples, said, language) in enumerate(clips):
                    if language != "en" and model.endswith(".en"):
                        continue
                    path = scratch / f"{name.replace(', ', '_')}_{language}_{number}.wav"
                    media_write(path, samples)
                    total += score(said, hear(str(path), language))
                errors = np.array(total.errors or (0.0,))
                row = {
                    "model": model, "contender": contender, "set": name, "edges": total.labels, "f1_50": total.f1(0),
                    "f1_100": total.f1(1), "median": float(np.median(np.abs(errors))), "bias": float(np.median(errors)),
                    "missed": total.labels - len(total.errors), "errors": [round(float(error), 4) for error in total.errors],
                }  # fmt: skip
                report.append(row)
                print(
                    f"{contender:22} {name:14} {row['edges']:>4} {row['f1_50']:>7.1%} {row['f1_100']:>7.1%} "
                    f"{1000 * row['median']:>5.0f} ms {1000 * row['bias']:>+4.0f} ms {row['missed']:>7}",
                    flush=True,
                )
    return report


def media_write(path: Path, samples: Any) -> None:
    """16-bit mono, as it is heard by every contender."""
    import wave

    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    sys.exit(main())
