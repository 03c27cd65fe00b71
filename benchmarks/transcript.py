"""Transcripts beside the engines' own ways of use, in one run: word and character error rates, real-time factor, memory.

    python benchmarks/transcript.py --manifest FILE [--out FILE] [--model base] [--engine faster-whisper] [--only-ours]

FILE is JSON: [{"file": "clip.wav", "text": "what is said", "language": "en"}, ...], paths relative to itself. `--out` gets what ours
heard: {file: {"text": ..., "words": [[word, start, end, confidence], ...], "seconds": of computing}}, or {"error": ...} for a file that
could not be heard. Without a manifest the labelled fixtures and the packaged reading are heard, each clip alone and all clips of
a language joined with pauses into one file, where a recogniser that skips ahead loses words. `--long 10` hears the packaged reading
alone, over and over for ten minutes: what a long file costs, and whether its memory stays bounded. `--turns 5` measures everybody five
times in turn with the others, and gives the middle one of their times: for a machine that does other things too.

Every contender gets the same model, the same files and the language, where the manifest names it. Texts are compared after
Whisper's own normalisers. Each contender runs in a process of its own, whose peak of resident memory is given; loading the model and
one clip to warm up are not counted in the time. `--only-ours` needs no network and no peer.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.transcript_contenders import CONTENDERS, ENGINES, run
from ml import media, models
from ml.errors import EditorError
from ml.workers import Backend, environment

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
    """A file and what is said in it. `name`: as the manifest writes it; `error`: why it cannot be heard."""

    path: str
    language: str
    text: str
    name: str = ""
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Errors:
    """Words (or characters) of the reference and how they were missed."""

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
        """The error rate; 0 for an empty reference that nothing was added to, else 1."""
        wrong = self.substituted + self.deleted + self.inserted
        return wrong / self.words if self.words else float(wrong > 0)


def compare(reference: str, heard: str, language: str, characters: bool = False) -> Errors:
    """Errors of `heard` after Whisper's normaliser: the English one, or the basic one for other languages."""
    import jiwer
    from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

    normal = EnglishTextNormalizer() if language in ("", "en") else BasicTextNormalizer()
    wanted, got = " ".join(normal(reference).split()), " ".join(normal(heard).split())
    if not wanted or not got:  # jiwer refuses an empty reference
        count = len if characters else lambda text: len(text.split())
        return Errors(count(wanted), 0, count(wanted), count(got))
    found = (jiwer.process_characters if characters else jiwer.process_words)(wanted, got)
    return Errors(found.hits + found.substitutions + found.deletions, found.substitutions, found.deletions, found.insertions)


def read_manifest(manifest: Path) -> list[Clip]:
    """What a manifest names, in its order; an entry that cannot be heard has an `error`. Raises `SystemExit` where it is no manifest."""
    try:
        entries = json.loads(manifest.read_text(encoding="utf-8-sig"))
    except OSError as reason:
        sys.exit(f"{manifest} cannot be read: {reason.strerror}.")
    except ValueError as reason:
        sys.exit(f"{manifest} is not JSON: {reason}.")
    if not isinstance(entries, list) or not entries:
        sys.exit(f'{manifest} must hold a list that is not empty: [{{"file": ..., "text": ..., "language": ...}}, ...].')
    return [_clip(manifest, number, entry) for number, entry in enumerate(entries, 1)]


def _clip(manifest: Path, number: int, entry: Any) -> Clip:
    place = f"entry {number} of {manifest.name}"
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str) or not entry["file"]:
        return Clip("", "", "", place, f'{place} names no "file".')
    name, text, language = entry["file"], entry.get("text", ""), entry.get("language") or ""
    if not isinstance(text, str) or not isinstance(language, str):
        return Clip("", "", "", name, f'{place} ({name}): "text" and "language" must be text.')
    path = manifest.parent / name
    code = language.replace("_", "-").split("-")[0].lower()
    if not path.is_file():
        return Clip(str(path), code, text, name, f"{place} ({name}): there is no such file.")
    try:
        found = media.probe(str(path))
    except EditorError as reason:
        return Clip(str(path), code, text, name, f"{place} ({name}): {reason}")
    if found.audio is None:
        return Clip(str(path), code, text, name, f"{place} ({name}): it has no sound.")
    return Clip(str(path), "" if code == "auto" else code, text, name, seconds=float(found.audio.duration or found.duration))


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
        written(path, sound)
        found.append(Clip(str(path), language, " ".join(clip.text for clip in group), path.name, seconds=len(sound) / RATE))
    return found


def repeated(clip: Clip, minutes: float, folder: Path) -> Clip:
    """The clip over and over in one file, `minutes` long or a little longer."""
    import numpy as np

    sound = media.samples(clip.path)
    times = max(1, -(-int(minutes * 60 * RATE) // len(sound)))
    path = folder / f"long_{Path(clip.path).stem}.wav"
    written(path, np.tile(sound, times))
    return Clip(str(path), clip.language, " ".join([clip.text] * times), path.name, seconds=len(sound) * times / RATE)


def written(path: Path, sound: Any) -> None:
    """16-bit mono."""
    import numpy as np

    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def _default_clips() -> list[Clip]:
    """The labelled fixtures where they are, and the packaged reading where it is, at the end."""
    clips: list[Clip] = []
    fixtures = Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", ROOT.parent / "shared" / "fixtures")) / "speech"
    if (fixtures / "transcripts.json").is_file():
        clips += read_manifest(fixtures / "transcripts.json")
    reading = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "")) / "two_cities.wav"
    if reading.is_file():
        clips.append(Clip(str(reading), "en", TWO_CITIES, reading.name, seconds=float(media.probe(str(reading)).duration)))
    return clips or sys.exit("There is no speech to hear: give --manifest FILE.")


def _measure(contender: str, model: str, folder: Path, clips: Sequence[Clip], scratch: Path) -> dict[str, Any]:
    task, answer = scratch / "task.json", scratch / "answer.json"
    asked = {"contender": contender, "model": model, "folder": str(folder), "clips": [(clip.path, clip.language) for clip in clips]}
    task.write_text(json.dumps(asked), encoding="utf-8")
    # Ours in the surroundings that its worker has; the others as a user has them.
    around = environment(Backend(sys.executable, str(folder), "")) if contender.startswith("ours") else None
    line = [sys.executable, __file__, "--task", str(task), str(answer)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=around)
    if done.returncode:
        sys.exit(f"{contender} failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return found


def _row(contender: str, clips: Sequence[Clip], turns: Sequence[dict[str, Any]]) -> str:
    """What it heard in its last turn; the middle of its times, and the most memory that it took."""
    found = turns[-1]
    pairs = [(clip, one) for clip, one in zip(clips, found["heard"], strict=True) if "text" in one]
    words = sum((compare(clip.text, one["text"], clip.language) for clip, one in pairs), Errors())
    letters = sum((compare(clip.text, one["text"], clip.language, characters=True) for clip, one in pairs), Errors())
    spent = median(sum(one.get("seconds", 0.0) for one in turn["heard"]) for turn in turns)
    pace = spent / max(sum(clip.seconds for clip, _ in pairs), 1e-9)
    peak = max(turn["peak"] for turn in turns) / 1e6
    return (
        f"{contender:24}{words.rate:>8.2%}{letters.rate:>8.2%}{words.substituted:>8}{words.deleted:>6}{words.inserted:>7}"
        f"{pace:>8.4f}{peak:>9.0f}{found['loading']:>8.1f}"
    )


def _models(options: argparse.Namespace, clips: Sequence[Clip]) -> list[str]:
    if options.model:
        return list(options.model)
    installed = {status.name for status in models.status(options.folder) if status.installed}
    there = [size for size in ("tiny.en", "base") if models.speech_model("faster-whisper", size) in installed]
    if options.manifest:
        there = there[:1] if all(clip.language == "en" for clip in clips) else there[-1:]
    return there or sys.exit("No speech model is installed: name one with --model.")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path, help="JSON list of file, text, language")
    parser.add_argument("--long", type=float, default=0.0, help="minutes for which the packaged reading is heard instead")
    parser.add_argument("--turns", type=int, default=1, help="how often each is measured, in turn; the middle of its times counts")
    parser.add_argument("--out", type=Path, help="write what ours heard with the first model and engine to this file, as JSON")
    parser.add_argument("--model", nargs="+", help="Whisper sizes; tiny.en for English, base for other languages when none is named")
    parser.add_argument("--engine", choices=("faster-whisper", "openai-whisper"), help="of ours; both when none is named")
    parser.add_argument("--only-ours", action="store_true", help="no peers")
    parser.add_argument("--contenders", nargs="+", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, default=os.environ.get("ASSISTANT_EDITOR_MODELS"), help="models folder")
    parser.add_argument("--task", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.turns < 1:
        parser.error("--turns must be 1 or more")
    if options.task:
        task = json.loads(options.task[0].read_text(encoding="utf-8"))
        answer = run(task["contender"], task["model"], Path(task["folder"]), task["clips"])
        options.task[1].write_text(json.dumps(answer), encoding="utf-8")
        return 0
    if options.folder is None:
        parser.error("name the models folder with --folder or ASSISTANT_EDITOR_MODELS")
    every = read_manifest(options.manifest) if options.manifest else _default_clips()
    for clip in every:
        if clip.error:
            print(clip.error, file=sys.stderr)
    good = [clip for clip in every if not clip.error]
    first = f"ours, {options.engine or 'faster-whisper'}"
    second = [] if options.engine or options.only_ours else ["ours, openai-whisper"]
    contenders = options.contenders or [first, *second, *(() if options.only_ours else [name for name in CONTENDERS if "ours" not in name])]
    report: dict[str, Any] = {clip.name: {"error": clip.error} for clip in every if clip.error}
    with tempfile.TemporaryDirectory() as name:
        for model in _models(options, good) if good else []:
            for engine in dict.fromkeys(ENGINES[contender] for contender in contenders):
                models.fetch(models.speech_model(engine, model), options.folder, consent=False, python=sys.executable)
            clips = good if options.manifest else [clip for clip in good if clip.language == "en" or not model.endswith(".en")]
            if options.long:
                clips = [repeated(clips[-1], options.long, Path(name))]
            elif not options.manifest:
                clips = [*clips, *joined(clips, Path(name))]
            print(f"\n{model}: {len(clips)} files, {sum(clip.seconds for clip in clips):.0f} s of sound")
            print(f"{'':24}{'WER':>8}{'CER':>8}{'subst.':>8}{'lost':>6}{'added':>7}{'RTF':>8}{'peak MB':>9}{'load s':>8}")
            turns: dict[str, list[dict[str, Any]]] = {contender: [] for contender in contenders}
            for _ in range(options.turns - 1):
                for contender in reversed(contenders):
                    turns[contender].append(_measure(contender, model, options.folder, clips, Path(name)))
            for contender in contenders:
                heard = _measure(contender, model, options.folder, clips, Path(name))
                turns[contender].append(heard)
                print(_row(contender, clips, turns[contender]), flush=True)
                for clip, one in zip(clips, heard["heard"], strict=True):
                    if "error" in one:
                        print(f"    {clip.name}: {one['error']}", file=sys.stderr)
                if contender == first:
                    report = {**{clip.name: one for clip, one in zip(clips, heard["heard"], strict=True)}, **report}
    if options.out:
        options.out.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
