# ruff: noqa: E402  The package has to be there before its modules can be imported.
"""How well camera movement, faults, sharpness, noise and horizons are told, beside plain peers, on takes made with known labels.

    python benchmarks/pictures.py [--worlds N] [--photographs FILE …] [--only movement|faults|blur|noise|horizon]

There is no labelled footage to ship, so a virtual camera is moved over real photographs and frames of real films
(`tests/camera_maker.py`), and what it takes is written as H.264 and read back. Such takes are easier than real ones in that nothing has
depth, and harder in that every fault is only as strong as an editor would call it one. Peers: phase correlation of whole pictures
(`cv2.phaseCorrelate`; C. D. Kuglin and D. C. Hines, 1975) followed by the same rules; the variance of the Laplacian for sharpness
(J. L. Pech-Pacheco et al., ICPR 2000); Immerkær's noise over the whole picture.
"""

from __future__ import annotations

import argparse
import base64
import importlib
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml import media
from assistant_editor.ml.engines import camera_path, picture_quality, picture_shape, pictures
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import Pictures, PicturesOptions
from assistant_editor.timeline import picture_values

from benchmarks.pictures_scoring import accuracy, confusion, recall, told_apart, within
from tests import camera_maker
from tests.camera_maker import FAULTS, MOVES, RATE, Take
from tests.films.sources import photographs, standard_sources
from tests.media_maker import make_film

SIZE = (384, 216)
SHAKEN = ((0.04, picture_values.CARRIED), (0.01, picture_values.SHAKY))
"""What a take is called whose path strays by more than this."""
Spoilt = Callable[[list[np.ndarray], np.ndarray], list[np.ndarray]]
CONDITIONS: dict[str, Spoilt] = {
    "nothing else": lambda images, _other: images,
    "a third of the picture goes by": lambda images, other: camera_maker.passed(images, other, 0.33, 0.35),
    "noise of 8 grey levels": lambda images, _other: [camera_maker.noisy(image, 8, number) for number, image in enumerate(images)],
}


def worlds(count: int, more: Sequence[Path], scratch: Path) -> dict[str, np.ndarray]:
    """Up to `count` real pictures by name: a frame out of each shot of the films, and photographs."""
    sources = standard_sources(scratch) + photographs(list(more))
    chosen = sources if count >= len(sources) else [sources[round(place)] for place in np.linspace(0, len(sources) - 1, count)]
    found = {source.name: np.ascontiguousarray(source.pictures[len(source.pictures) // 2]) for source in chosen}
    # A picture with nothing in it says nothing about who sees what.
    return {name: image for name, image in found.items() if cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).std() > 12}


def measured(images: Sequence[np.ndarray], scratch: Path) -> Pictures:
    """Written as a film and read by the engine."""
    path = make_film(
        scratch / "take.mp4",
        len(images),
        Fraction(RATE),
        SIZE,
        picture=lambda number, _size: images[number],
        options={"crf": "23", "preset": "veryfast"},
    )
    consumer = pictures.start(PicturesOptions(), media.probe(path), None, Runtime(scratch, lambda *_: None, lambda _: None, lambda: None))
    media.decode(path, [consumer])
    facts = consumer.finish()
    assert isinstance(facts, Pictures)
    return facts


def correlated(images: Sequence[np.ndarray], facts: Pictures) -> Pictures:
    """The same facts with the camera as phase correlation of whole pictures sees it, every second picture."""
    grey = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) for image in images[::2]]
    window = cv2.createHanningWindow(grey[0].shape[::-1], cv2.CV_32F)
    moves = []
    for number in range(len(grey) - 1):
        (across, down), response = cv2.phaseCorrelate(grey[number], grey[number + 1], window)
        start, end = Fraction(2 * number, RATE), Fraction(2 * number + 2, RATE)
        moves.append(camera_path.Move(start, end, -across / SIZE[0], -down / SIZE[0], certainty=max(0.3, min(1.0, response))))
    rows = camera_path.camera(moves, facts.seconds, camera_path.shake(moves))
    return replace(facts, camera=base64.b64encode(rows.astype(np.float16).tobytes()).decode())


def movement(found: dict[str, np.ndarray], scratch: Path) -> None:
    names = list(found)
    for condition, spoil in CONDITIONS.items():
        pairs: dict[str, list[tuple[str, str]]] = {"ours": [], "phase correlation": []}
        errors: dict[str, dict[str, list[float]]] = {one: {"pan, tilt": [], "zoom": []} for one in pairs}
        for place, name in enumerate(names):
            for take in MOVES:
                images = spoil(camera_maker.filmed([found[name]], take, SIZE), found[names[place - 1]])
                facts = measured(images, scratch)
                for who, told in (("ours", facts), ("phase correlation", correlated(images, facts))):
                    pairs[who].append((take.movement, picture_values.movement(told, told.span) or "not said"))
                    usual = np.nanmedian(picture_values.camera_rows(told), axis=0)
                    if not take.shake and np.isfinite(usual[0]):
                        errors[who]["pan, tilt"].append(float(np.hypot(usual[0] - take.pan, usual[1] - take.tilt)))
                        errors[who]["zoom"].append(float(abs(usual[2] - take.zoom)))
        print(f"\nCamera movement, {condition}: {len(pairs['ours'])} takes of {len(names)} pictures")
        for who, those in pairs.items():
            wide, deep = errors[who]["pan, tilt"], errors[who]["zoom"]
            print(
                f"  {who}: {accuracy(those):.3f} right; error of pan and tilt {np.median(wide):.4f} widths/s (95 %: {within(wide):.4f}),"
                f" of zoom {np.median(deep):.4f} (95 %: {within(deep):.4f})"
            )
        print("  ours, as what it was found:")
        for meant, told_as in confusion(pairs["ours"]):
            print(f"    {meant:12} {', '.join(f'{label} {count}' for label, count in told_as)}")


def faults(found: dict[str, np.ndarray], scratch: Path) -> None:
    rows = []
    takes = [
        *camera_maker.with_faults(),
        *(Take("handheld", shake=shake, seed=seed) for seed, shake in ((8, 0.014), (9, 0.02), (10, 0.05), (11, 0.08))),
    ]
    clean: list[str] = []
    for image in found.values():
        own = set(picture_values.summary(facts := measured(camera_maker.filmed([image], Take(frames=30), SIZE), scratch), facts.span).flaws)
        clean += own
        for take in takes:
            facts = measured(camera_maker.filmed([image], take, SIZE), scratch)
            meant = take.fault or next((flaw for least, flaw in SHAKEN if take.shake > least), "")
            # What the untouched picture has by itself is no false alarm of the fault that was put into it.
            rows.append((meant, [flaw for flaw in picture_values.summary(facts, facts.span).flaws if flaw == meant or flaw not in own]))
    print(f"\nFaults: {len(rows)} takes of {len(found)} pictures; false: named in a take that has another fault or none")
    for fault in (*FAULTS, picture_values.SHAKY, picture_values.CARRIED):
        made, named, false = recall(rows, fault)
        print(f"  {fault:34} {named:3} of {made:3} named, {false:2} false of {len(rows) - made}")
    spared = [not told for meant, told in rows if not meant]
    print(f"  takes without a fault that nothing is said of: {sum(spared)} of {len(spared)}")
    print(f"  said of the untouched pictures themselves: {', '.join(clean) or 'nothing'}")


def blur(found: dict[str, np.ndarray], _scratch: Path) -> None:
    """Sharp pictures of everything against the same out of focus: one threshold for all of them, as a flaw needs."""
    print("\nSharp or out of focus, over all pictures: the chance that a sharp one has the higher value")
    for title, sigma, grain, contrast in (
        ("2.5 pixels at 384", 2.5, 0, 1), ("1 pixel", 1, 0, 1), ("2.5 pixels, noise of 6", 2.5, 6, 1), ("1 pixel, noise of 6", 1, 6, 1),
        ("2.5 pixels, the sharp ones with 15 % of the contrast", 2.5, 0, 0.15),
    ):  # fmt: skip
        heaps: dict[str, tuple[list[float], list[float]]] = {"ours": ([], []), "variance of the Laplacian": ([], [])}
        for image in found.values():
            view = camera_maker.seen(image, (0, 0, 0, 0), SIZE)
            pale = np.round(128 + (view.astype(np.float32) - 128) * contrast).astype(np.uint8)
            for heap, one in ((0, camera_maker.blurred(view, sigma)), (1, pale)):
                grey = picture_quality.luma(camera_maker.noisy(one, grain, 1))
                clean, left = picture_quality.cleaned(grey, picture_quality.noise(grey))
                heaps["ours"][heap].append(float(np.nan_to_num(picture_quality.focus(clean, left)[0])))
                heaps["variance of the Laplacian"][heap].append(float(cv2.Laplacian(grey, cv2.CV_64F).var()))
        print(f"  {title}: " + ", ".join(f"{name} {told_apart(*those):.3f}" for name, those in heaps.items()))


def noise(found: dict[str, np.ndarray], _scratch: Path) -> None:
    print("\nNoise in grey levels: mean of what is measured, mean error")
    for sigma in (0, 3, 6, 12):
        ours, plain = [], []
        for number, image in enumerate(found.values()):
            grey = picture_quality.luma(camera_maker.noisy(camera_maker.seen(image, (0, 0, 0, 0), SIZE), sigma, number)).astype(np.float32)
            answer = cv2.filter2D(grey, cv2.CV_32F, np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32))[1:-1, 1:-1]
            plain.append(float(np.abs(answer).mean() * (np.pi / 2) ** 0.5 / 6))
            ours.append(picture_quality.noise(grey.astype(np.uint8)))
        off = [float(np.abs(np.array(those) - sigma).mean()) for those in (ours, plain)]
        print(
            f"  made {sigma:2}: ours {np.mean(ours):5.2f}, off by {off[0]:.2f}; Immerkær over the whole picture {np.mean(plain):5.2f},"
            f" off by {off[1]:.2f}"
        )


def horizon(found: dict[str, np.ndarray], _scratch: Path) -> None:
    """Pictures in which a horizon is seen are turned; it should lean by as much more."""
    errors, lost, seen = [], 0, []
    for name, image in found.items():
        own = picture_shape.horizon(picture_quality.luma(camera_maker.seen(image, (0, 0, 0.1, 0), (480, 270))))
        if not np.isfinite(own):
            continue
        seen.append(f"{name} ({own:+.1f}°)")
        for lean in (-8, -4, -2, 2, 4, 8):
            there = picture_shape.horizon(picture_quality.luma(camera_maker.seen(image, (0, 0, 0.1, np.radians(-lean)), (480, 270))))
            lost += not np.isfinite(there)
            errors += [there - own - lean] * bool(np.isfinite(there))
    print(f"\nHorizon: seen in {len(seen)} of {len(found)} pictures: {', '.join(seen) or 'none'}")
    if errors:
        print(
            f"  turned by 2 to 8°: found again {len(errors)} times, lost {lost}; off by {np.mean(np.abs(errors)):.2f}°,"
            f" 95 % within {within(errors):.2f}°"
        )


PARTS = {"movement": movement, "faults": faults, "blur": blur, "noise": noise, "horizon": horizon}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=8, help="real pictures the takes are made of")
    parser.add_argument("--photographs", nargs="*", type=Path, default=[], metavar="FILE", help="pictures of your own to make takes of")
    parser.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = worlds(options.worlds, options.photographs, Path(folder))
        everything = worlds(10**6, options.photographs, Path(folder))
        print(f"{len(found)} pictures for takes, {len(everything)} for single measures: {', '.join(everything)}")
        for part in options.only:
            PARTS[part](found if part in ("movement", "faults") else everything, Path(folder))
    print(f"\n{time.monotonic() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
