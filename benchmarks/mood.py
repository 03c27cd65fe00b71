"""What texts feel like: ours beside VADER (C. Hutto, E. Gilbert, ICWSM 2014), in one run.

    python3 dev.py bench mood --texts FILE --out FILE [--labels FILE] [--model FOLDER]

Texts are JSON, {set: [text, …]}. `--out` gets {set: [{"label", "negative", "neutral", "positive", "binary", "emotion", "emotions",
"english"}, …]}: the likeliest of three sentiments, their probabilities, which of negative and positive is likelier ("negative" or
"positive"), the likeliest of Ekman's emotions, and the probability of each; whether the text looks English, which the network reads alone.

Labels are JSON, {set: [label, …]}, and say how each set is read:

- "negative", "neutral", "positive" (or the first three letters), or numbers: 0, 1, 2 as tweeteval counts, or -1, 0, 1: three classes;
- the same without neutral, or the numbers 0 and 1 alone (SST-2): two classes, and the likelier of negative and positive counts;
- Ekman's emotions by name: the emotion counts. VADER knows none.

Then accuracy, macro-F1 and expected calibration error (15 bins) are told. VADER is read as its authors say: positive from .05 on,
negative to -.05; of two classes positive from 0 on, and its compound, from 0 to 1, is taken for a probability. Without `--texts` lines
are read that people might say on camera (`benchmarks/spoken_lines.py`). `--model` is a folder with another text classifier.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.mood_scoring import Scores, scores  # noqa: E402
from benchmarks.spoken_lines import lines  # noqa: E402
from ml.engines import feelings  # noqa: E402
from ml.engines.english import english  # noqa: E402
from ml.errors import EditorError  # noqa: E402
from ml.facts import EXPRESSIONS  # noqa: E402

Kind = Literal["three", "two", "emotions"]
NAMES = {"neg": "negative", "neu": "neutral", "pos": "positive"}
AT_ONCE = 256


def read_texts(path: Path) -> dict[str, list[str]]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or not all(isinstance(one, list) for one in found.values()):
        raise SystemExit(f"{path} is not {{set: [text, …]}}.")
    return {name: [str(text) for text in texts] for name, texts in found.items()}


def understood(labels: Sequence[Any]) -> tuple[Kind, list[str]]:
    """How a set's labels are meant, and each by its name. Raises `ValueError` for one that means nothing."""
    if all(isinstance(label, (int, float)) or str(label).lstrip("-").isdigit() for label in labels):
        numbers = [int(label) for label in labels]
        table = {-1: "negative", 0: "neutral", 1: "positive"} if -1 in numbers else {0: "negative", 1: "neutral", 2: "positive"}
        kind: Kind = "three" if set(numbers) & {-1, 2} else "two"
        if kind == "two":
            table = {0: "negative", 1: "positive"}
        if strange := set(numbers) - set(table):
            raise ValueError(f"the label {min(strange)} means nothing beside {sorted(set(numbers) & set(table))}")
        return kind, [table[number] for number in numbers]
    names = [str(label).strip().lower() for label in labels]
    known = [NAMES.get(name[:3], "") if name in (*NAMES, *NAMES.values()) else "" for name in names]
    if all(known):
        return ("three" if "neutral" in known else "two"), known
    if strange_names := set(names) - set(EXPRESSIONS):
        raise ValueError(f"the label {min(strange_names)!r} is none of negative, neutral, positive, {', '.join(EXPRESSIONS)}")
    return "emotions", names


def told(text: str, row: Sequence[float]) -> dict[str, Any]:
    three = dict(zip(feelings.SENTIMENTS, row[:3], strict=True))
    seven = dict(zip(EXPRESSIONS, row[3:], strict=True))
    return {
        "label": max(three, key=lambda name: three[name]),
        **three,
        "binary": "positive" if three["positive"] > three["negative"] else "negative",
        "emotion": max(seven, key=lambda name: seven[name]),
        "emotions": seven,
        "english": english(text),
    }


def ours(kind: Kind, said: Sequence[Mapping[str, Any]], truth: Sequence[str]) -> Scores:
    if kind == "emotions":
        return scores(truth, [one["emotion"] for one in said], [max(one["emotions"].values()) for one in said])
    if kind == "three":
        return scores(truth, [one["label"] for one in said], [one[one["label"]] for one in said])
    sure = [one[one["binary"]] / max(1e-9, one["negative"] + one["positive"]) for one in said]
    return scores(truth, [one["binary"] for one in said], sure)


def vader(kind: Kind, texts: Sequence[str], truth: Sequence[str]) -> Scores:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    compound = [analyser.polarity_scores(text)["compound"] for text in texts]
    if kind == "three":
        return scores(truth, ["positive" if one >= 0.05 else "negative" if one <= -0.05 else "neutral" for one in compound])
    return scores(truth, ["positive" if one >= 0 else "negative" for one in compound], [(1 + abs(one)) / 2 for one in compound])


def read_all(texts: Sequence[str], model: str) -> list[tuple[float, ...]]:
    models = Path(os.environ["ASSISTANT_EDITOR_MODELS"])
    if model:
        from ml.engines.feelings_folder import reader

        read = reader(Path(model), models)
    else:
        read = feelings.load(models).read
    rows: list[tuple[float, ...]] = []
    for place in range(0, len(texts), AT_ONCE):
        rows += read(texts[place : place + AT_ONCE], lambda: None)
    return rows


def row(name: str, who: str, kind: Kind, found: Scores) -> str:
    sure = "-" if found.calibration is None else f"{found.calibration:.3f}"
    return f"{name[:24]:24} {kind:9} {who:6} {found.texts:6} {found.accuracy:9.3f} {found.macro_f1:9.3f} {sure:>12}"


def measured(texts: Mapping[str, Sequence[str]], labels: Mapping[str, Sequence[Any]], said: Mapping[str, Any]) -> dict[str, Any]:
    """Prints the table; returns it as {set: {"kind", "ours", "vader"}}."""
    print(f"{'set':24} {'classes':9} {'by':6} {'texts':>6} {'accuracy':>9} {'macro-F1':>9} {'calibration':>12}")
    found: dict[str, Any] = {}
    for name, given in labels.items():
        if name not in texts or len(texts[name]) != len(given):
            raise SystemExit(f"The labels of {name!r} are not those of its texts: {len(given)} for {len(texts.get(name, ()))}.")
        try:
            kind, truth = understood(given)
        except ValueError as reason:
            raise SystemExit(f"The labels of {name!r} cannot be read: {reason}.") from reason
        own = ours(kind, said[name], truth)
        print(row(name, "ours", kind, own))
        found[name] = {"kind": kind, "ours": asdict(own), "vader": None}
        if kind != "emotions":
            other = vader(kind, texts[name], truth)
            print(row(name, "VADER", kind, other))
            found[name]["vader"] = asdict(other)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help="JSON, {set: [text, …]}")
    parser.add_argument("--out", type=Path, help="gets {set: [{label, negative, neutral, positive, …}, …]}")
    parser.add_argument("--labels", type=Path, help="JSON, {set: [label, …]}")
    parser.add_argument("--model", default="", help="a folder with a text classifier instead of the packaged network")
    parser.add_argument("--json", type=Path, help="gets the scores")
    options = parser.parse_args()
    if options.labels and not options.texts:
        parser.error("--labels says nothing without --texts")
    texts: dict[str, list[str]]
    labels: dict[str, list[Any]] = {}
    if options.texts:
        texts = read_texts(options.texts)
        labels = json.loads(options.labels.read_text(encoding="utf-8")) if options.labels else {}
    else:
        spoken, names = lines()
        texts, labels = {"spoken lines": spoken}, {"spoken lines": names}
    begun = time.perf_counter()
    try:
        said = {name: [told(*one) for one in zip(given, read_all(given, options.model), strict=True)] for name, given in texts.items()}
    except EditorError as reason:
        raise SystemExit(f"{reason.message} {reason.remedy}") from reason
    count = sum(map(len, texts.values()))
    spent = time.perf_counter() - begun
    print(f"{count} texts in {spent:.1f} s, loading included ({count / max(spent, 1e-9):.0f} a second)")
    if options.out:
        options.out.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    found = measured(texts, labels, said) if labels else {}
    if options.json:
        options.json.write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
