# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""Takes found in sessions of known takes, beside naive ways: which takes are grouped, and whether the right one stays.

    python3 dev.py bench takes [--speech FOLDER] [--models tiny.en base] [--sessions N] [--out FOLDER] [--json FILE]

Sessions are made by `take_set`: of the phrases of the packaged reading, half of which begin alike ("reading"), of recordings of other
people ("people": FOLDER as for `fillers`), and of lines that three synthetic voices say anew each time ("voices"). They are heard by
Whisper, and everybody gets the same words.

The naive ways: what is said between pauses of 0.6 s, compared as text by Python's difflib; from a ratio of .7 on two are the same line, and
the last one stays. "next": each is compared with the one after it. "all": every two within five minutes. "ours, last stays": our groups.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import json
import os
import sys
import wave
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
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
from assistant_editor.ml.facts import Transcript, TranscriptOptions, Voice, VoiceOptions, Word
from assistant_editor.timeline.planners import takes
from assistant_editor.timeline.planners.takes import TakeOptions
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from benchmarks.filler_voices import RATE, SOUNDS, Voices
from benchmarks.fillers import recordings
from benchmarks.take_scoring import Found, Score, score
from benchmarks.take_set import CHATTER, Line, Session, lines_recorded, lines_said_by, session
from benchmarks.word_timing import TWO_CITIES, cut

FRAMES = Fraction(25)
RATIO, PAUSE, WITHIN = 0.7, 0.6, 300.0
WORDS = 4
"""Words of the shortest phrase of the reading that is a line."""
SPEAKERS = ("joe", "jf_alpha", "jm_kumo")


@dataclass(frozen=True)
class Sample:
    path: Path
    set: str
    made: Session


def sessions(speech: Path | None, voices: Voices, count: int, out: Path) -> Iterator[Sample]:
    """`count` sessions of each set and voice."""
    sets: list[tuple[str, str, list[Line]]] = [("reading", "joe", lines_recorded(reading()))]
    if speech is not None:
        sets.append(("people", "jf_alpha", lines_recorded(people(speech))))
    sets += [("voices", who, lines_said_by(partial(voices.speak, who))) for who in SPEAKERS]
    for number, (name, who, lines) in enumerate(sets):
        um, *chatter = (partial(voices.speak, who, sounds) for sounds in (SOUNDS["um"] + ",", *CHATTER))
        for turn in range(count):
            made = session(lines, um, chatter, 100 * number + turn)
            path = out / f"{name}_{who}_{turn}.wav"
            written(path, made.samples)
            path.with_suffix(".json").write_text(json.dumps([asdict(label) for label in made.labels], indent=1))
            yield Sample(path, name, made)


def reading() -> list[tuple[str, Any]]:
    """Phrases of the packaged reading."""
    path = Path(os.environ["ASSISTANT_EDITOR_TEST_MEDIA"]) / "two_cities.wav"
    return [(piece.text, piece.samples) for piece in cut(path, TWO_CITIES, "en") if len(piece.text.split()) > WORDS]


def people(speech: Path) -> list[tuple[str, Any]]:
    """One line of every English recording in a folder."""
    files = recordings(speech).get(("held out", "en"), [])
    return [(file.stem, media.samples(file)) for file in files if speech in file.parents]


def written(path: Path, samples: Any) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def ours(said: Transcript, voice: Voice) -> list[Found]:
    """What the planner proposes for a strip that plays all of the sound, with its own options."""
    frames = FrameRange(0, int(said.span.end * FRAMES))
    strip = StripRef("a", "SOUND", "/a", "m", 1, frames, SourceMap(Fraction(0), FRAMES))
    found = takes.propose({"m": said}, {"m": voice}, [strip], TakeOptions(), FRAMES).removals
    rate = float(FRAMES)
    return [Found(one.group, one.frames.start / rate, one.frames.end / rate, one.verdict == "rejected") for one in found]


def last_stays(found: Sequence[Found]) -> list[Found]:
    """The same groups, of which the last take stays."""
    last = {one.group: one.start for one in sorted(found, key=lambda one: one.start)}
    return [Found(one.group, one.start, one.end, one.start == last[one.group]) for one in found]


def naive(said: Transcript, far: bool) -> list[Found]:
    """What is said between pauses, compared as text: each with the next, or (`far`) with all within `WITHIN`."""
    parts: list[list[Word]] = []
    for word in said.words:
        if parts and float(word.start - parts[-1][-1].end) < PAUSE:
            parts[-1].append(word)
        else:
            parts.append([word])
    texts = ["".join(word.text for word in part).strip().lower() for part in parts]
    group = list(range(len(parts)))
    for number in range(len(parts)):
        for other in range(number + 1, len(parts) if far else min(number + 2, len(parts))):
            near = float(parts[other][0].start - parts[number][-1].end) <= WITHIN
            if near and difflib.SequenceMatcher(None, texts[number], texts[other], autojunk=False).ratio() >= RATIO:
                old, new = group[other], group[number]
                group = [new if one == old else one for one in group]
    found = [Found(str(name), float(part[0].start), float(part[-1].end), False) for name, part in zip(group, parts, strict=True)]
    return last_stays([one for one in found if group.count(int(one.group)) > 1])


def table(rows: dict[tuple[str, str, str], Score]) -> str:
    """As Markdown."""
    head = "| set, heard by | way | grouped: precision | recall | right take stays | and all others go | line lost | said once, gone |"
    lines = [head, "|---" * 8 + "|"]
    for (name, model, way), one in rows.items():
        lines.append(
            f"| {name}, {model} | {way} | {one.precision:.3f} | {one.recall:.3f} | {one.kept} of {one.lines} | {one.clean} | {one.lost} "
            f"| {one.harmed} of {one.singles} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, help="recordings of other people, one line each")
    parser.add_argument("--models", nargs="+", default=["tiny.en", "base"])
    parser.add_argument("--sessions", type=int, default=3, help="sessions of each voice")
    parser.add_argument("--out", type=Path, help="keeps the sounds and labels, to be listened to")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    runtime = Runtime(Path(os.environ["ASSISTANT_EDITOR_MODELS"]), lambda *_: None, lambda _: None, lambda: None)
    voices = Voices(Path(os.environ["ASSISTANT_EDITOR_VOICES"]))
    rows: dict[tuple[str, str, str], Score] = {}
    with TemporaryDirectory() as scratch:
        out = given.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        for sample in sessions(given.speech, voices, given.sessions, out):
            probed = media.probe(sample.path)
            voice = voicing.run(sample.path, VoiceOptions(), probed, None, runtime)
            for model in given.models:
                said = transcript.run(str(sample.path), TranscriptOptions(model=model, language="en"), probed, None, runtime)
                found = ours(said, voice)
                ways = {"ours": found, "ours, last stays": last_stays(found)}
                ways |= {"difflib, next": naive(said, False), "difflib, all": naive(said, True)}
                for way, named in ways.items():
                    key = (sample.set, model, way)
                    rows[key] = rows.get(key, Score()) + score(sample.made.labels, named)
    print(table(rows))
    if given.json:
        given.json.write_text(json.dumps([{"row": key, **asdict(one)} for key, one in rows.items()], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
