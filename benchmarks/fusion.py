"""Moods of shots from several sources: how often the label is right and how far its confidence can be believed.

    python3 dev.py bench fusion [--texts FILE] [--speech FILE …] [--films N] [--seed N]

Shots are made, with moods by construction (`mood_films` says how, and what that does and does not prove). With `--texts` (lines of text TAB
label numbers, as GoEmotions mapped to Ekman's emotions) what is said in them are sentences with one label of people's own; without,
lines written for the purpose. For each choice of sources: accuracy, macro-F1 and the expected calibration error (15 bins), of the
eight moods that are made, and for words alone also of single sentences, whose labels are people's. Readings are made more and less
excited (`mood_voices`), and it is counted how often the voice is told in that order.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.timeline import mood_sources, moods, shot_log  # noqa: E402
from assistant_editor.timeline.feelings import Feeling, feelings  # noqa: E402

from benchmarks.mood_films import EMOTION, Film, film  # noqa: E402
from benchmarks.mood_scoring import Scores, scores  # noqa: E402

EKMAN = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
CHOICES: dict[str, tuple[shot_log.Source, ...]] = {
    "words": ("words",),
    "voice": ("voice",),
    "picture": ("picture",),
    "faces": ("faces",),
    "rhythm": ("rhythm",),
    "all but words": ("voice", "picture", "faces", "rhythm"),
    "all": shot_log.SOURCES,
}
Reader = Callable[[Sequence[str]], Sequence[Feeling]]
Row = tuple[str, str, float]
"""(made mood, said mood, confidence)"""


def texts_of(path: Path) -> dict[str, list[str]]:
    """Emotion -> its texts, of those with one label."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        text, labels, *_rest = line.split("\t")
        if "," not in labels and text.strip():
            found[EKMAN[int(labels)]].append(text.strip())
    return found


def spoken() -> dict[str, list[str]]:
    """Lines written for the purpose, by emotion."""
    from benchmarks.mood_lines import LINES

    return {emotion: list(lines) for emotion, lines in LINES.items()}


def reader(models: Path) -> Reader:
    """The packaged network."""
    from assistant_editor.ml.engines import feelings as network

    read = network.load(models).read
    return lambda texts: feelings(read(list(texts), lambda: None))


def alone(texts: Mapping[str, Sequence[str]], read: Reader) -> list[Row]:
    """Single sentences by the words alone, of those emotions that are moods. Those who labelled them had no others to choose from: so the
    likeliest of these counts, and how likely it is among them."""
    wanted = {**{emotion: mood for mood, emotion in EMOTION.items()}, "neutral": "neutral"}
    rows = []
    for emotion, mood in wanted.items():
        for text, feeling in zip(texts[emotion], read(texts[emotion]), strict=True):
            said = mood_sources.words([(1.0, len(text.split()), feeling)])
            mood_told = moods.fused([said])
            if said is None or mood_told is None:
                continue
            exact = tuple(trust * said.certainty for trust in moods.TRUST["words"])
            likely = moods.likelihoods(mood_told.valence, mood_told.arousal, said.hints or {}, (exact[0], exact[1]))
            label = max(wanted.values(), key=lambda name: likely[name])
            rows.append((mood, label, likely[label] / sum(likely[name] for name in wanted.values())))
    return rows


def together(films: Sequence[Film], felt: Mapping[str, Feeling], sources: Sequence[shot_log.Source]) -> list[Row]:
    """Every shot by these sources; one of which nothing is known is called neutral, with no confidence."""
    rows = []
    for one in films:
        logged = shot_log.log(one.found, "made", "/made", one.spans, feelings=felt, sources=sources)
        for mood, shot in zip(one.moods, logged, strict=True):
            rows.append((mood, shot.mood.label, shot.mood.confidence) if shot.mood is not None else (mood, "neutral", 0.0))
    return rows


def told(name: str, rows: Sequence[Row]) -> str:
    found: Scores = scores(*(list(column) for column in zip(*rows, strict=True)))
    return f"{name:<28}{found.texts:>7}{found.accuracy:>10.3f}{found.macro_f1:>10.3f}{found.calibration:>13.3f}"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help="sentences with people's labels")
    given = Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", "."))
    readings = [path for path in (given / "two_cities.wav",) if path.is_file()]
    parser.add_argument("--speech", type=Path, nargs="*", default=readings, help="readings that are made more and less excited")
    parser.add_argument("--films", type=int, default=10, help="made films, of sixty shots each")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("ASSISTANT_EDITOR_MODELS", ".")))
    options = parser.parse_args(argv)
    texts, read = texts_of(options.texts) if options.texts else spoken(), reader(options.models)
    chance = np.random.default_rng(options.seed)
    films = [film(chance, texts) for _number in range(options.films)]
    said = sorted(
        {text for one in films for name, facts in one.found.items() if name == "transcript" for text in shot_log.texts_of({name: facts})}
    )
    felt = dict(zip(said, read(said), strict=True))
    print(f"{'moods told by':<28}{'shots':>7}{'accuracy':>10}{'macro-F1':>10}{'calibration':>13}")
    print(told("words, single sentences", alone(texts, read)))
    for name, sources in CHOICES.items():
        print(told(name, together(films, felt, sources)))
    for path in options.speech:
        from benchmarks.mood_voices import ordered

        found = ordered(path, options.models)
        print(
            f"{path.name}: of {found.pairs} pairs of pieces {found.right} in the order they were made excited; arousal told "
            f"{found.excited:+.2f} faster and louder, {found.usual:+.2f} as it is, {found.weary:+.2f} slower and softer"
        )


if __name__ == "__main__":
    main()
