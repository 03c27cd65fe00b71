"""Transcripts beside the engines' own ways of use, in one run: word error rate, real-time factor, memory.

    python benchmarks/transcript.py --data DIR --labels FILE [--models tiny.en base]

FILE is JSON: [{"file": "clip.wav", "language": "en", "text": "what is said"}, ...]. Every contender gets the same model and the same
files: each clip alone, and all clips of a language joined with pauses into one file ("joined"), where a recogniser that skips ahead
loses words. Texts are compared after Whisper's own normalisers. Each contender runs in a process of its own, whose peak of resident
memory is given; loading the model and one run to warm up are not counted in the time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ml import media, models

ROOT = Path(__file__).resolve().parent.parent
RATE = 16000
PAUSE = 1.0
"""Seconds of silence between the clips of a joined file."""
TWO_CITIES = """It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it was the
epoch of belief, it was the epoch of incredulity, it was the season of light, it was the season of darkness, it was the spring of hope, it
was the winter of despair, we had everything before us, we had nothing before us, we were all going direct to heaven, we were all going
direct the other way. In short, the period was so far like the present period that some of its noisiest authorities insisted on its being
received for good or for evil in the superlative degree of comparison only."""
"""The opening of A Tale of Two Cities as the packaged reading has it (Charles Dickens, 1859, public domain)."""


@dataclass(frozen=True)
class Clip:
    """A file and what is said in it."""

    path: str
    language: str
    text: str


@dataclass(frozen=True)
class Errors:
    """Words of the reference and how they were missed."""

    words: int = 0
    substituted: int = 0
    deleted: int = 0
    inserted: int = 0

    def __add__(self, other: Errors) -> Errors:
        return Errors(
            self.words + other.words,
            self.substituted + other.substituted,
            self.deleted + other.deleted,
            self.inserted + other.inserted,
        )

    @property
    def rate(self) -> float:
        """The word error rate; 0 for an empty reference that nothing was added to, else 1."""
        wrong = self.substituted + self.deleted + self.inserted
        return wrong / self.words if self.words else float(wrong > 0)


def compare(reference: str, heard: str, language: str) -> Errors:
    """Errors of `heard` after Whisper's normaliser: the English one, or the basic one for other languages."""
    import jiwer
    from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

    normal = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
    wanted, got = normal(reference).split(), normal(heard).split()
    if not wanted or not got:  # jiwer refuses an empty reference
        return Errors(len(wanted), 0, len(wanted), len(got))
    found = jiwer.process_words(" ".join(wanted), " ".join(got))
    return Errors(len(wanted), found.substitutions, found.deletions, found.insertions)


def ours(engine: str) -> Callable[[str, Path], Callable[[str], str]]:
    """This extension's engine, language found by itself, with a time for every word."""

    def load(model: str, folder: Path) -> Callable[[str], str]:
        from ml.engines import transcript
        from ml.engines.registry import Runtime
        from ml.facts import TranscriptOptions

        runtime = Runtime(folder, lambda fraction, step, deadline=60.0: None, lambda text: None, lambda: None)
        options = TranscriptOptions(engine=engine, model=model)
        return lambda path: "".join(word.text for word in transcript.run(path, options, media.probe(path), None, runtime).words)

    return load


def openai_readme(model: str, folder: Path) -> Callable[[str], str]:
    """`model.transcribe(file)`. Its file reader needs the ffmpeg program; the samples are given to it read."""
    import whisper

    loaded = whisper.load_model(str(models.path_of(models.speech_model("openai-whisper", model), folder)), device="cpu")
    return lambda path: str(loaded.transcribe(media.samples(path), fp16=False)["text"])


def faster_readme(model: str, folder: Path) -> Callable[[str], str]:
    """`WhisperModel(..., compute_type="int8").transcribe(file, beam_size=5)`."""
    from faster_whisper import WhisperModel

    where = models.path_of(models.speech_model("faster-whisper", model), folder)
    loaded = WhisperModel(str(where), device="cpu", compute_type="int8", local_files_only=True)
    return lambda path: "".join(segment.text for segment in loaded.transcribe(path, beam_size=5)[0])


def faster_batched_readme(model: str, folder: Path) -> Callable[[str], str]:
    """`BatchedInferencePipeline(model=model).transcribe(file, batch_size=16)`."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    where = models.path_of(models.speech_model("faster-whisper", model), folder)
    loaded = BatchedInferencePipeline(model=WhisperModel(str(where), device="cpu", compute_type="int8", local_files_only=True))
    return lambda path: "".join(segment.text for segment in loaded.transcribe(path, batch_size=16)[0])


CONTENDERS: dict[str, Callable[[str, Path], Callable[[str], str]]] = {
    "ours, faster-whisper": ours("faster-whisper"),
    "ours, openai-whisper": ours("openai-whisper"),
    "faster-whisper": faster_readme,
    "faster-whisper batched": faster_batched_readme,
    "openai-whisper": openai_readme,
}


def run(contender: str, model: str, folder: Path, clips: Sequence[Clip]) -> dict[str, Any]:
    """In a process of its own: what the contender heard in each clip, and what it cost."""
    import resource

    begun = time.perf_counter()
    transcribe = CONTENDERS[contender](model, folder)
    transcribe(clips[0].path)
    loading = time.perf_counter() - begun
    begun = time.perf_counter()
    heard = [transcribe(clip.path) for clip in clips]
    seconds = time.perf_counter() - begun
    unit = 1 if sys.platform == "darwin" else 1024
    return {"heard": heard, "seconds": seconds, "loading": loading, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}


def read_labels(folder: Path, labels: Path) -> list[Clip]:
    """The clips that a labels file names. Raises `SystemExit` for one that is not there."""
    clips = [
        Clip(str(folder / entry["file"]), entry["language"], entry["text"]) for entry in json.loads(labels.read_text(encoding="utf-8"))
    ]
    absent = [clip.path for clip in clips if not Path(clip.path).is_file()]
    if absent:
        sys.exit(f"{absent[0]} is named in {labels} but is not there.")
    return clips


def joined(clips: Sequence[Clip], folder: Path) -> list[Clip]:
    """All clips of a language, where there are several, one after the other in one file."""
    import numpy as np

    found = []
    for language in sorted({clip.language for clip in clips}):
        group = [clip for clip in clips if clip.language == language]
        if len(group) < 2:
            continue
        path = folder / f"joined_{language}.wav"
        silence = np.zeros(int(PAUSE * RATE), np.float32)
        sound = np.concatenate([part for clip in group for part in (media.samples(clip.path), silence)])
        with wave.open(str(path), "wb") as out:
            out.setparams((1, 2, RATE, 0, "NONE", ""))
            out.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
        found.append(Clip(str(path), language, " ".join(clip.text for clip in group)))
    return found


def _default_clips() -> list[Clip]:
    """The labelled fixtures where they are, and the packaged reading where it is."""
    clips: list[Clip] = []
    fixtures = Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", ROOT.parent / "shared" / "fixtures")) / "speech"
    if (fixtures / "transcripts.json").is_file():
        clips += read_labels(fixtures, fixtures / "transcripts.json")
    reading = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "")) / "two_cities.wav"
    if reading.is_file():
        clips.append(Clip(str(reading), "en", TWO_CITIES))
    return clips or sys.exit("There is no speech to hear: give --data and --labels.")


def _measure(contender: str, model: str, folder: Path, clips: Sequence[Clip], scratch: Path) -> dict[str, Any]:
    task = scratch / "task.json"
    task.write_text(
        json.dumps({"contender": contender, "model": model, "folder": str(folder), "clips": [asdict(clip) for clip in clips]}),
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, __file__, "--task", str(task)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{contender} failed:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the clips")
    parser.add_argument("--labels", type=Path, help="JSON list of file, language, text")
    parser.add_argument("--models", nargs="+", help="Whisper sizes; tiny.en and base where they are installed when none is named")
    parser.add_argument("--contenders", nargs="+", default=list(CONTENDERS), choices=list(CONTENDERS))
    parser.add_argument("--folder", type=Path, default=os.environ.get("ASSISTANT_EDITOR_MODELS"), help="models folder")
    parser.add_argument("--json", type=Path, help="write everything, texts included, to this file")
    parser.add_argument("--task", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.task:
        task = json.loads(options.task.read_text(encoding="utf-8"))
        print(json.dumps(run(task["contender"], task["model"], Path(task["folder"]), [Clip(**clip) for clip in task["clips"]])))
        return 0
    if options.folder is None:
        parser.error("name the models folder with --folder or ASSISTANT_EDITOR_MODELS")
    every = read_labels(options.data, options.labels) if options.data and options.labels else _default_clips()
    report = []
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        installed = {status.name for status in models.status(options.folder) if status.installed}
        for model in options.models or [size for size in ("tiny.en", "base") if models.speech_model("faster-whisper", size) in installed]:
            for engine in ("faster-whisper", "openai-whisper"):
                models.fetch(models.speech_model(engine, model), options.folder, consent=False, python=sys.executable)
            clips = [clip for clip in every if clip.language == "en" or not model.endswith(".en")]
            long = joined(clips, scratch)
            length = sum(float(media.probe(clip.path).duration) for clip in [*clips, *long])
            print(f"\n{model}: {len(clips)} clips, {len(long)} joined files, {length:.0f} s of sound")
            print(f"{'':24}{'WER clips':>10}{'WER joined':>11}{'subst.':>8}{'lost':>6}{'added':>7}{'RTF':>7}{'peak MB':>9}{'load s':>8}")
            for contender in options.contenders:
                found = _measure(contender, model, options.folder, [*clips, *long], scratch)
                errors = [
                    compare(clip.text, heard, clip.language)
                    for clip, heard in zip([*clips, *long], found["heard"], strict=True)
                ]
                short, whole = sum(errors[: len(clips)], Errors()), sum(errors[len(clips) :], Errors())
                both = short + whole
                pace, peak, loading = found["seconds"] / length, found["peak"] / 1e6, found["loading"]
                print(
                    f"{contender:24}{short.rate:>10.1%}{whole.rate:>11.1%}{both.substituted:>8}{both.deleted:>6}{both.inserted:>7}"
                    f"{pace:>7.3f}{peak:>9.0f}{loading:>8.1f}",
                    flush=True,
                )
                report.append({"contender": contender, "model": model, **found, "files": [clip.path for clip in [*clips, *long]]})
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
