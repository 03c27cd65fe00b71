"""Who speaks when, measured: a real dialogue with its published turns, and conversations put together from packaged voices.

    python3 dev.py bench speakers [--voices FOLDER] [--json FILE]

FOLDER holds recordings of one person each, `NAME.wav` or `NAME_1.wav`, `NAME_2.wav` …: conversations of two to six of them are
made, labels by construction. Beside ours stand one speaker for everything, and a change of speaker at every pause of half a second.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.speakers_scoring import Said, score
from ml import media
from ml.engines import speakers, voice
from ml.engines.registry import Runtime
from ml.facts import SpeakersOptions

RATE = 16000
DIALOGUE: tuple[Said, ...] = (
    (6.69, 7.12, "a"), (7.55, 8.35, "b"), (8.32, 10.02, "a"), (9.92, 11.03, "b"), (10.57, 14.7, "a"), (14.49, 17.92, "b"),
    (18.05, 21.49, "a"), (18.15, 18.59, "b"), (21.78, 28.5, "b"), (27.85, 30.0, "a"),
)  # fmt: skip
"""Turns of dialogue.wav as they are published beside it (sample.rttm of the package pyannote.audio)."""


def pieces(files: Sequence[Path]) -> list[np.ndarray]:
    """Stretches of speech of at most five seconds, equally loud."""
    found = []
    for file in files:
        samples = media.samples(file)
        chance = voice.probabilities(samples)
        for start, end in voice.clips(voice.speech(chance), chance, 5 * RATE // voice.HOP):
            part = samples[start * voice.HOP : end * voice.HOP]
            if len(part) > RATE // 2:
                found.append(part / (np.sqrt(np.mean(part**2)) + 1e-9) * 0.05)
    return found


def conversation(people: dict[str, list[np.ndarray]], seed: int, target: Path) -> list[Said]:
    """Writes everything these people say, in an order by chance, and returns who says what."""
    chance, noise = random.Random(seed), np.random.default_rng(seed)
    turns = [(name, part) for name, parts in people.items() for part in parts]
    chance.shuffle(turns)
    sound: list[np.ndarray] = []
    said: list[Said] = []
    at = 0.0
    for name, part in turns:
        pause = chance.choice((0.1, 0.3, 0.6, 1.2))
        sound += [noise.normal(0, 0.0005, round(pause * RATE)), part]
        at += pause
        said.append((at, at + len(part) / RATE, name))
        at += len(part) / RATE
    with wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(np.concatenate(sound), -1, 1) * 32767).astype("<i2").tobytes())
    return said


def ways(path: Path, count: int, runtime: Runtime) -> dict[str, list[Said]]:
    """Ours without and with the number of speakers, and the two that need no model."""
    ours = {}
    for name, options in (("ours", SpeakersOptions()), ("ours, number given", SpeakersOptions(count))):
        facts = speakers.run(path, options, media.probe(path), None, runtime)
        ours[name] = [(float(turn.span.start), float(turn.span.end), turn.speaker) for turn in facts.turns]
    everything = [(start, end, 0) for start, end, _ in ours["ours"]]
    alternating: list[Said] = []
    for start, end, _ in sorted(everything):
        change = bool(alternating) and start - alternating[-1][1] >= 0.5
        who = int(alternating[-1][2]) if alternating else 0
        alternating.append((start, end, (who + 1) % max(2, count) if change else who))
    return {**ours, "one speaker": everything, "a change at every pause": alternating}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voices", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    runtime = Runtime(Path(os.environ["ASSISTANT_EDITOR_MODELS"]), lambda *_: None, lambda _: None, lambda: None)
    footage = Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"])
    people = {"two_cities": pieces([footage / "two_cities.wav"])}
    files: dict[str, list[Path]] = {}
    for file in sorted(given.voices.iterdir()) if given.voices else []:
        if file.suffix in (".wav", ".flac"):
            files.setdefault(re.sub(r"_?[a-z]*\d+$", "", file.stem), []).append(file)
    people |= {name: pieces(paths) for name, paths in files.items()}
    people = {name: parts for name, parts in people.items() if parts}
    rows = [("dialogue", DIALOGUE, footage / "dialogue.wav")]
    with tempfile.TemporaryDirectory() as scratch:
        names = sorted(people)
        for number in range(2, min(6, len(names)) + 1):
            for seed in range(3):
                chosen = random.Random(number * 100 + seed).sample(names, number)
                path = Path(scratch) / f"{number}-{seed}.wav"
                rows.append((f"{number} voices", tuple(conversation({name: people[name] for name in chosen}, seed, path)), path))
        table: dict[str, dict[str, list[tuple[float, int]]]] = {}
        for title, said, path in rows:
            real = len({who for *_, who in said})
            for way, found in ways(path, real, runtime).items():
                error = score(said, found).error
                table.setdefault(title, {}).setdefault(way, []).append((error, len({who for *_, who in found}) - real))
    columns = list(next(iter(table.values())))
    print("Diarisation error rate, collar 0.25 s; in brackets how many speakers too many or too few, on average")
    print(f"{'':12}" + "".join(f"{name:>26}" for name in columns))
    for title, by_way in table.items():
        cells = [f"{np.mean([e for e, _ in by_way[name]]):.1%} ({np.mean([n for _, n in by_way[name]]):+.1f})" for name in columns]
        print(f"{title:12}" + "".join(f"{cell:>26}" for cell in cells))
    if given.json:
        given.json.write_text(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
