"""Makes the golden plans in `plans/`: the plans for fixed facts, as JSON. Run it when a plan is *meant* to change, and read the diff.

ASSISTANT_EDITOR_ROLE=worker python tests/golden/make_plans.py
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from base64 import b64encode
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent


def _load(name: str, path: Path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if "assistant_editor" not in sys.modules and importlib.util.find_spec("assistant_editor") is None:
    _load("conftest", HERE.parent / "conftest.py")
if "paper" not in sys.modules:
    _load("paper", HERE.parent / "timeline" / "paper.py")

from assistant_editor.ml.codec import to_json  # noqa: E402
from assistant_editor.ml.facts import Ambience, Looks, Span, Word  # noqa: E402
from assistant_editor.timeline import merge, text_edit  # noqa: E402
from assistant_editor.timeline.planners import captions, scenes, shots  # noqa: E402
from assistant_editor.timeline.planners.scenes import Evidence, ScenesPlanOptions  # noqa: E402
from assistant_editor.timeline.planners.shots import ShotsPlanOptions  # noqa: E402
from assistant_editor.timeline.text_changes import changes  # noqa: E402
from assistant_editor.timeline.text_document import document  # noqa: E402
from assistant_editor.timeline.text_words import spoken  # noqa: E402
from assistant_editor.timeline.timebase import FrameRange  # noqa: E402
from paper import apply, gradual, saying, speak, split, strip, timeline, transcript  # noqa: E402
from paper import shots as shot_facts  # noqa: E402

NTSC = Fraction(30000, 1001)
BOUNDARIES = shot_facts((31, 0.93), (36, 0.52), (90, 0.5), (144, 0.49), (199, 0.999), (260, 0.07), rate=NTSC)
TRANSITIONS = shot_facts(
    (31, 0.93),
    gradual("dissolve", 60, 79, 0.81, rate=NTSC),
    gradual("fade_black", 120, 149, 0.58, rate=NTSC),
    (199, 0.999),
    gradual("wipe", 230, 239, 0.66, rate=NTSC),
    rate=NTSC,
)
SPEECH = transcript(
    speak("The harbour lay quiet in the early light, and nobody had yet come down to the boats.", 1, word=Fraction(31, 100)),
    speak("“Listen!” she said.", 8, confidence=0.71),
    speak(
        "An old man was mending his nets on the wall of the quay, slowly, as if he had all the time in the world.", 10, gap=Fraction(1, 50)
    ),
)
HARBOUR = "港 は 朝 の 光 の 中 で 静か でし た 。 誰 も まだ 来 て い ませ ん"
JAPANESE = transcript([Word(text, Fraction(i, 4), Fraction(i + 1, 4), 0.8) for i, text in enumerate(HARBOUR.split())])


def looked(frames: int = 300, step: int = 12) -> Looks:
    """Three places, one after the other, the first of them from two sides."""
    at = tuple(range(step // 2, frames, step))
    sides = (b"\xff\x80\x80\x80", b"\xff\xc8\x80\x80", b"\x80\x80\xff\x80", b"\x80\x80\x80\xff")
    rows = b"".join(sides[0 if f < 31 else 1 if f < 90 else 2 if f < 199 else 3] for f in at)
    ones = (1.0,) * len(at)
    whole = Span(Fraction(0), frames / NTSC)
    return Looks(whole, Fraction(0), NTSC, at, tuple(f / NTSC for f in at), ones, ones, ones, "golden", 4, b64encode(rows).decode())


LEVELS = b64encode(b"\x80\x40" * 6 + b"\x20\xa0" * 14).decode()
HEARD = Ambience(Span(Fraction(0), Fraction(10)), Fraction(0), Fraction(1, 2), "golden", 2, LEVELS)


def strips():
    """A movie with its sound, trimmed, cut once by the editor; the same movie again later; another sound."""
    line = timeline(
        strip("street", 10, 280, origin=0, rate=NTSC),
        strip("street sound", 10, 280, origin=0, kind="SOUND", channel=2, rate=NTSC),
        strip("street again", 600, 800, origin=560, rate=NTSC, channel=3),
        strip("harbour", 300, 1000, origin=270, kind="SOUND", medium="h", channel=4, rate=NTSC),
        rate=NTSC,
    )
    return split(line, "street", 90)


def plans() -> dict[str, object]:
    """Name of the golden file -> what it holds."""
    line = strips()
    standing = merge.standing(line)
    made: dict[str, object] = {}
    for write in ("cuts", "markers", "both", "labels"):
        options = ShotsPlanOptions(write=write, minimum_seconds=Fraction(1, 4))
        made[f"shots_{write}"] = shots.plan({"m": BOUNDARIES}, line.strips, options, standing, NTSC)
    known = Evidence({"m": BOUNDARIES}, {"m": looked()}, {"m": HEARD})
    cutting = ShotsPlanOptions(minimum_seconds=Fraction(1, 4))
    ready = apply(line, merge.merge(line, made["shots_cuts"]))
    for granularity, write in ((0.5, "markers"), (1.0, "markers"), (0.5, "tags"), (0.5, "metas")):
        laid = line if write == "markers" else ready
        wanted = ScenesPlanOptions(write=write, granularity=granularity, name="{number}: {shots} shots, {length}", shots=cutting)
        name = f"scenes_{write}" + "_all" * (granularity == 1)
        made[name] = scenes.plan(known, laid.strips, wanted, merge.standing(laid), NTSC)
    for choice in ("middle", "ends", "out", "keep"):
        options = ShotsPlanOptions(write="both", gradual=choice)
        made[f"shots_transitions_{choice}"] = shots.plan({"m": TRANSITIONS}, line.strips, options, standing, NTSC)
    made["changes_cut_out"] = merge.merge(line, made["shots_transitions_out"])
    out = apply(line, made["changes_cut_out"])
    back = shots.plan({"m": TRANSITIONS}, out.strips, ShotsPlanOptions(), merge.standing(out), NTSC)
    made["changes_put_back"] = merge.merge(out, back)
    heard = {"h": SPEECH}
    made["captions"] = captions.plan(heard, line.strips, saying(), standing, NTSC)
    made["captions_narrow"] = captions.plan(
        heard, line.strips, saying(max_characters=24, max_lines=1, gap_frames=0), standing, NTSC
    )
    made["captions_japanese"] = captions.plan({"h": JAPANESE}, line.strips, saying(max_characters=16), standing, NTSC)
    made["changes_first"] = merge.merge(line, made["shots_both"] + made["captions"])
    after = apply(line, made["changes_first"])
    fewer = shots.plan({"m": BOUNDARIES}, after.strips, ShotsPlanOptions(sensitivity=0.3), merge.standing(after), NTSC)
    made["changes_second"] = merge.merge(after, fewer)
    made.update(_by_text(after, heard))
    return made


def _by_text(line, heard):
    """The captioned timeline, edited by its text: words cut and corrected; then lines moved, and words put in that nobody says."""
    said = spoken(line, heard)
    whole = FrameRange(1, max(ref.frames.end for ref in line.strips))
    text = document(said.lines)
    cut = text.replace("in the early light, ", "").replace("“Listen!” she said.\n", "").replace("quay", "key")
    moved = "\n".join([*reversed(text.replace("slowly, ", "").splitlines()), "Nobody answered him at all."])
    return {
        "text_cut": text_edit.plan(said, changes(said.lines, cut), whole),
        "text_moved": text_edit.plan(said, changes(said.lines, moved), whole),
    }


def as_json(value: object) -> str:
    """Sets are sorted, so that the file is the same every time."""
    data = json.loads(json.dumps(_plain(value)))
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _plain(value):
    if isinstance(value, frozenset):
        return sorted(value)
    if hasattr(value, "__dataclass_fields__"):
        return {"_": type(value).__name__, **{name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return to_json(value)


if __name__ == "__main__":
    for name, value in plans().items():
        (HERE / "plans" / f"{name}.json").write_text(as_json(value), encoding="utf-8")
