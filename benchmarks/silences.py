# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""Cutting silences, beside auto-editor: words clipped, silence removed, pauses kept, on speech whose words and silences are known.

    python3 dev.py bench silences [--manifest FILE] [--auto-editor FOLDER] [--json FILE]

Phrases of real speech are joined with silences of 0.7 to 3 s, by construction known to the sample, and noise (white, pink, babble of
eight voices) or music is laid over all of it, 20, 10 and 5 dB below each phrase. Then again with voices of other pitch and speed, up to
12 dB softer. Without a manifest, phrases are those of the packaged reading. FILE is JSON as `word_timing` reads it: [{"file", "language",
"text"}, ...], with a bar in `text` at every pause that may be cut at.

auto-editor decides by level: what is louder than 4 % of the loudest sample stays, stretches under 3 frames go, pauses under 6 stay, 0.2 s
are left on both sides. This is version 22w52a's published way, frame by frame at 30 a second, computed here; with `--auto-editor` (the
folder that holds its package `auto_editor`, as in Debian's package) its own functions are called instead and the two are compared.
Later versions come as a program of their own, not from a package registry, and are not run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml import media, models
from assistant_editor.ml.engines import transcript, voicing
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import Transcript, TranscriptOptions, Voice, VoiceOptions
from assistant_editor.timeline.planners import silences
from assistant_editor.timeline.planners.silences import SilenceOptions
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from benchmarks.silences_labels import NOISES, RATE, Laid, laid, mixed, music, other_voices, with_noise
from benchmarks.silences_scoring import Range, Score, score
from benchmarks.timing_labels import Piece
from benchmarks.word_timing import TWO_CITIES, cut, gather, media_write

FPS = 30
SNRS = (20, 10, 5)
UNEVEN = 12.0
"""Decibels between the loudest and the softest voice."""
CUTTING = SilenceOptions(keep_breaths=False, keep_music=False, keep_sounds=False)
"""Whatever nobody says is to go."""
MARGIN = 0.2
THRESHOLD = 0.04
MIN_CLIP, MIN_CUT = 3, 6


@dataclass(frozen=True)
class Contender:
    """`cut(path, samples)` gives seconds that are removed and seconds it took; `before` and `after` are its paddings."""

    cut: Callable[[Path, Any], tuple[list[Range], float]]
    before: float
    after: float


def ours(options: SilenceOptions, listener: Listener, *, words: bool = False) -> Contender:
    """This extension: the voice alone, or with what is said (tiny.en)."""

    def cut(path: Path, _samples: Any) -> tuple[list[Range], float]:
        voice, said, spent = listener.facts(path, words)
        begun = time.perf_counter()
        rate = Fraction(FPS)
        frames = FrameRange(0, math.floor(voice.span.length * FPS))
        strip = StripRef("strip", "SOUND", str(path), "m", 1, frames, SourceMap(Fraction(0), rate))
        proposed = silences.propose({"m": voice}, {"m": said} if said else {}, {}, [strip], options, rate)
        removed = [(one.frames.start / FPS, one.frames.end / FPS) for one in proposed.removals]
        return removed, spent + time.perf_counter() - begun

    return Contender(cut, float(options.before), float(options.after))


class Listener:
    """The worker's engines, each once for every sound, however many ask."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: dict[tuple[Path, str], tuple[Any, float]] = {}

    def facts(self, path: Path, words: bool) -> tuple[Voice, Transcript | None, float]:
        """What is known of the voice, the words where they are wanted, and the seconds it took to find out."""
        voice, spent = self._asked(path, "voice", lambda media: voicing.run(str(path), VoiceOptions(), media, None, self._runtime))
        if not words:
            return voice, None, spent
        hear = TranscriptOptions(model="tiny.en")
        said, more = self._asked(path, "words", lambda media: transcript.run(str(path), hear, media, None, self._runtime))
        return voice, said, spent + more

    def _asked(self, path: Path, what: str, ask: Callable[[Any], Any]) -> tuple[Any, float]:
        if (path, what) not in self._known:
            begun = time.perf_counter()
            self._known[path, what] = ask(media.probe(str(path))), time.perf_counter() - begun
        return self._known[path, what]


def packaged() -> list[Piece]:
    """The phrases of the packaged reading; the other one (beckett.wav) has rustling in its pauses, so nothing is known of its edges."""
    path = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "")) / "two_cities.wav"
    return cut(path, TWO_CITIES, "en") if path.is_file() else sys.exit("There is no speech to hear: give --manifest.")


def auto_editor(folder: Path | None) -> Contender:
    """auto-editor's decision with its own defaults."""

    def cut(_path: Path, samples: Any) -> tuple[list[Range], float]:
        begun = time.perf_counter()
        stays = by_level(samples)
        if folder is not None:
            theirs = _its_own(folder, samples)
            if not np.array_equal(stays, theirs):
                sys.exit("What is computed here is not what the package auto_editor computes.")
        edges = np.flatnonzero(np.diff(np.concatenate([[True], stays, [True]]).astype(int)))
        return [(a / FPS, b / FPS) for a, b in zip(edges[0::2], edges[1::2], strict=True)], time.perf_counter() - begun

    return Contender(cut, MARGIN, MARGIN)


def by_level(samples: Any, threshold: float = THRESHOLD) -> Any:
    """Which frames stay, bool: auto-editor 22w52a's `audio_levels`, `cook` and `mut_margin` as its sources have them."""
    loudest, size = float(np.abs(samples).max()), Fraction(RATE, FPS)
    count = int(len(samples) / size)
    levels = np.array([np.abs(samples[int(n * size) : int((n + 1) * size)]).max() for n in range(count)]) / max(loudest, 1e-12)
    stays = cooked(levels >= threshold)
    margin, edges = round(MARGIN * FPS), np.flatnonzero(np.diff(stays.astype(int))) + 1
    for edge, begins in [(int(edge), bool(stays[edge])) for edge in edges]:
        stays[slice(max(0, edge - margin), edge) if begins else slice(edge, edge + margin)] = True
    return cooked(stays)


def cooked(stays: Any) -> Any:
    """Without clips, and then without cuts, that are too short."""
    found = stays.copy()
    for value, least in ((True, MIN_CLIP), (False, MIN_CUT)):
        edges = [0, *(np.flatnonzero(np.diff(found.astype(int))) + 1), len(found)]
        for first, end in pairwise(edges):
            if end > first and bool(found[first]) is value and end - first < least:
                found[first:end] = not value
    return found


def _its_own(folder: Path, samples: Any) -> Any:
    """The same by the package's own functions, from samples to frames that stay."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    from auto_editor.interpreter import cook  # type: ignore[import-not-found]
    from auto_editor.utils.func import mut_margin  # type: ignore[import-not-found]

    size = Fraction(RATE, FPS)
    loudest = max(float(np.max(samples)), -float(np.min(samples)))
    parts = [samples[int(n * size) : int((n + 1) * size)] for n in range(int(len(samples) / size))]
    levels = np.array([max(float(np.max(part)), -float(np.min(part))) for part in parts]) / loudest
    stays = cook(MIN_CLIP, MIN_CUT, levels >= THRESHOLD)
    mut_margin(stays, round(MARGIN * FPS), round(MARGIN * FPS))
    return cook(MIN_CLIP, MIN_CUT, stays)


def conditions(sound: Laid, seed: int, levels: Sequence[int] = SNRS) -> dict[str, Any]:
    """Name to samples: clean, and every noise and music at every level."""
    found = {"clean": sound.samples}
    for kind in NOISES:
        for decibels in levels:
            found[f"{kind} {decibels} dB"] = with_noise(sound, kind, decibels, seed)
    bed = music(len(sound.samples), seed)
    for decibels in levels:
        found[f"music {decibels} dB"] = mixed(sound, bed, decibels)
    return found


def sets(pieces: Sequence[Piece], seed: int) -> Iterator[tuple[str, Laid, Any]]:
    """(condition, labels, samples): the phrases as they are, then by other voices of which some are up to `UNEVEN` decibels softer."""
    even = laid(pieces, seed)
    for condition, samples in conditions(even, seed).items():
        yield condition, even, samples
    uneven = laid([*pieces[::2], *other_voices(pieces[1::2])], seed + 100, UNEVEN)
    for condition, samples in conditions(uneven, seed, SNRS[:1]).items():
        yield f"uneven voices, {condition}", uneven, samples


def measured(groups: Sequence[Sequence[Piece]], contenders: dict[str, Contender], takes: int, scratch: Path) -> list[dict[str, Any]]:
    """One row for every contender in every condition, over all groups and takes."""
    totals: dict[tuple[str, str], Score] = {}
    spent: dict[str, tuple[float, float]] = {}
    for number, group in enumerate(groups):
        for seed in range(takes):
            for condition, sound, samples in sets(group, seed):
                path = scratch / f"{number}-{seed}-{condition.replace(', ', '_').replace(' ', '_')}.wav"
                media_write(path, samples)
                for name, contender in contenders.items():
                    removed, seconds = contender.cut(path, samples)
                    one = score(sound, removed, FPS, contender.before, contender.after)
                    totals[condition, name] = totals.get((condition, name), Score()) + one
                    before = spent.get(name, (0.0, 0.0))
                    spent[name] = before[0] + seconds, before[1] + len(samples) / RATE
    rows = [{"condition": condition, "contender": name, **asdict(one)} for (condition, name), one in totals.items()]
    return [row | {"seconds_an_hour": spent[row["contender"]][0] / spent[row["contender"]][1] * 3600} for row in rows]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """As Markdown: clipped words, removed of what could be, pauses kept."""
    names = list(dict.fromkeys(row["contender"] for row in rows))
    by = {(row["condition"], row["contender"]): row for row in rows}
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for condition in dict.fromkeys(row["condition"] for row in rows):
        cells = []
        for name in names:
            row = by[condition, name]
            share = row["taken"] / max(1, row["allowed"])
            cells.append(f"{row['clipped']} of {row['words']}, {share:.1%}, {row['kept']} of {row['pauses']}")
        lines.append(f"| {condition} | " + " | ".join(cells) + " |")
    hours = [f"{next(row['seconds_an_hour'] for row in rows if row['contender'] == name):.1f} s" for name in names]
    return "\n".join([*lines, "| an hour of material | " + " | ".join(hours) + " |"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--auto-editor", type=Path, help="folder that holds the package auto_editor 22w52a")
    parser.add_argument("--takes", type=int, default=2, help="orders in which the phrases are joined")
    parser.add_argument("--quick", action="store_true", help="the voice alone, without words")
    parser.add_argument("--folder", type=Path, default=os.environ.get("ASSISTANT_EDITOR_MODELS"), help="models folder")
    parser.add_argument("--scratch", type=Path, help="where the joined sounds are written, to be listened to")
    parser.add_argument("--json", type=Path, help="write every number to this file")
    options = parser.parse_args(arguments)
    runtime = Runtime(Path(options.folder or ""), lambda *_: None, lambda _: None, lambda: None)
    every = gather(options.manifest) if options.manifest else packaged()
    # Where the recording itself begins or ends nobody knows whether the word did.
    whole = [piece for piece in every if all(piece.known)]
    print(f"{len(whole)} phrases; {len(every) - len(whole)} are left out, for they begin or end with their recording.")
    languages = sorted({piece.language for piece in whole})
    groups = [[piece for piece in whole if piece.language == language] for language in languages]
    listener = Listener(runtime)
    contenders = {"ours, voice alone": ours(CUTTING, listener)}
    if not options.quick:
        if options.folder is None:
            parser.error("name the models folder with --folder or ASSISTANT_EDITOR_MODELS, or use --quick")
        models.path_of(models.speech_model("faster-whisper", "tiny.en"), Path(options.folder))
        contenders["ours, voice and words"] = ours(CUTTING, listener, words=True)
        contenders["ours, 0.2 s stay"] = ours(replace(CUTTING, before=Fraction(1, 5), after=Fraction(1, 5)), listener)
    contenders["auto-editor"] = auto_editor(options.auto_editor)
    with tempfile.TemporaryDirectory() as temporary:
        scratch = options.scratch or Path(temporary)
        scratch.mkdir(parents=True, exist_ok=True)
        rows = measured(groups, contenders, options.takes, scratch)
    print("Words clipped, share of the removable frames that was removed, pauses kept whole")
    print(table(rows))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
