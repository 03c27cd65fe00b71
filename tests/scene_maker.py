"""Films made of scenes whose bounds are known: real shots that alternate within a place, each place graded and sounding its own way.

    python tests/scene_maker.py FOOTAGE TARGET SEED [SCENES]      writes the film, and TARGET.json with its labels

Each scene takes two or three shots of the footage (two of them from crops of its own), grades all of them alike, and cuts to and
fro between them (shot and reverse shot), with a hum and a noise beneath that no other scene has. Between some scenes the picture
fades through black. Run by the worker's Python (PyAV); the same seed and footage give the same film.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

RATE = 25
SOUND = 16000
SIZE = (320, 136)
CUTS = (0, 30, 76, 137, 187, 250)
"""Where the shots of the street film begin, seen by eye, and its length."""
FADE = 8


@dataclass(frozen=True)
class Take:
    """A shot of the film: `frames` pictures of the footage from `first`, seen through `crop` (x, y, width, height as shares)."""

    scene: int
    first: int
    frames: int
    crop: tuple[float, float, float, float]
    flipped: bool


def planned(seed: int, scenes: int = 5, shots: tuple[int, int] = (4, 8), frames: tuple[int, int] = (18, 34)) -> list[Take]:
    """The shots of a film, in order. Neighbours within a scene never come from the same setup."""
    random = np.random.default_rng(seed)
    takes = []
    for scene in range(scenes):
        sources = random.permutation(len(CUTS) - 1)[: random.integers(2, 4)]
        crops = [(*random.uniform(0, 0.35, 2), 0.62, 0.62) for _ in sources]
        flips = random.random(len(sources)) < 0.5
        last = -1
        for number in range(random.integers(*shots)):
            place = number % 2 if len(sources) == 2 else int(random.choice([k for k in range(len(sources)) if k != last]))
            last = place
            begin, end = CUTS[sources[place]], CUTS[sources[place] + 1]
            length = int(min(random.integers(*frames), end - begin))
            first = int(random.integers(begin, end - length + 1))
            takes.append(Take(scene, first, length, crops[place], bool(flips[place])))
    return takes


def graded(seed: int, scene: int) -> tuple[np.ndarray, np.ndarray]:
    """A 3x3 colour matrix and a gain for each channel: the light of a place."""
    random = np.random.default_rng((seed, scene, 1))
    mix = np.eye(3) + random.normal(0, 0.22, (3, 3))
    return mix / mix.sum(axis=1, keepdims=True), random.uniform(0.55, 1.25, 3)


def ambience(seed: int, scene: int, samples: int) -> np.ndarray:
    """Noise of one colour, and a hum: float32 (samples,)."""
    random = np.random.default_rng((seed, scene, 2))
    spectrum = np.fft.rfft(random.normal(0, 1, samples))
    pitch = np.maximum(np.fft.rfftfreq(samples, 1 / SOUND), 1)
    middle, width = random.uniform(np.log(150), np.log(5000)), random.uniform(0.4, 1.2)
    noise = np.fft.irfft(spectrum * np.exp(-(((np.log(pitch) - middle) / width) ** 2)), samples)
    hum = np.sin(2 * np.pi * random.uniform(70, 260) * np.arange(samples) / SOUND)
    level = random.uniform(0.02, 0.12)
    return (level * noise / max(noise.std(), 1e-9) + random.uniform(0, 0.05) * hum).astype(np.float32)


def labels(takes: list[Take], faded: list[int]) -> dict[str, list[int] | int]:
    """`cuts`: the first frames of all shots but the first; `scenes`: of all scenes; `fades`: of the scenes that begin in black."""
    starts = np.cumsum([0, *(take.frames for take in takes)]).tolist()
    scenes = [starts[i] for i, take in enumerate(takes) if not i or takes[i - 1].scene != take.scene]
    return {"cuts": starts[1:-1], "scenes": scenes, "fades": [scenes[scene] for scene in faded], "frames": starts[-1], "rate": RATE}


def make(footage: Path, target: Path, seed: int, scenes: int = 5, sound: bool = True) -> dict[str, list[int] | int]:
    """Writes the film and returns its labels."""
    import av

    takes = planned(seed, scenes)
    faded = [scene for scene in range(1, scenes) if np.random.default_rng((seed, scene, 3)).random() < 0.3]
    with av.open(str(footage)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    with av.open(str(target), "w") as out:
        video = out.add_stream("libx264", rate=RATE, options={"crf": "18", "preset": "veryfast"})
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        audio = out.add_stream("aac", rate=SOUND, layout="mono") if sound else None
        for number, take in enumerate(takes):
            opens = take.scene in faded and takes[number - 1].scene != take.scene
            closes = number + 1 < len(takes) and takes[number + 1].scene != take.scene and takes[number + 1].scene in faded
            for i in range(take.frames):
                light = min((i + 1) / FADE if opens else 1, (take.frames - i - 1) / FADE if closes else 1, 1)
                picture = _seen(pictures[take.first + i], take, *graded(seed, take.scene))
                frame = av.VideoFrame.from_ndarray((picture * light).astype(np.uint8), format="rgb24").reformat(*SIZE)
                out.mux(video.encode(frame))
        out.mux(video.encode(None))
        if audio is not None:
            _sound(out, audio, seed, takes)
    return labels(takes, faded)


def _seen(picture: np.ndarray, take: Take, mix: np.ndarray, gain: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    x, y, wide, high = (round(share * side) for share, side in zip(take.crop, (width, height, width, height), strict=True))
    part = picture[y : y + high // 2 * 2, x : x + wide // 2 * 2].astype(np.float32)
    part = part[:, ::-1] if take.flipped else part
    return np.clip(part @ mix.T * gain, 0, 255)


def _sound(out, stream, seed: int, takes: list[Take]) -> None:
    import av

    parts = []
    for scene in range(takes[-1].scene + 1):
        frames = sum(take.frames for take in takes if take.scene == scene)
        parts.append(ambience(seed, scene, round(frames * Fraction(SOUND, RATE))))
    samples = np.clip(np.concatenate(parts), -1, 1)
    for start in range(0, len(samples), 1024):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None, start : start + 1024]), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = SOUND, start
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def main(footage: str, target: str, seed: str, scenes: str = "5", sound: str = "sound") -> None:
    told = make(Path(footage), Path(target), int(seed), int(scenes), sound == "sound")
    Path(f"{target}.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
