"""Small films with known content, made with PyAV: every frame carries its own number, every sound is known to the sample.

Writing needs PyAV (the worker's Python); reading numbers back needs numpy only. Nothing here is random. A test that has no
PyAV asks the worker's Python: `python tests/media_maker.py '{"path": "a.mp4", "frames": 48, "rate": "30000/1001"}'` takes the
arguments of `make_film` as JSON (fractions as strings, `sound` as the arguments of `Sound`, `scenes` as a list of lengths).
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

BITS = 16
RATES = tuple(Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"))


@dataclass(frozen=True)
class Tone:
    """A burst of `pitch` Hz from `start` for `length` seconds of the sound stream."""

    start: float
    length: float = 0.1
    pitch: float = 1000.0


@dataclass(frozen=True)
class Sound:
    """A sound stream of `seconds`, silent but for its tones, beginning `delay` seconds into the container's time."""

    seconds: float
    tones: tuple[Tone, ...] = ()
    rate: int = 48000
    layout: str = "stereo"
    delay: Fraction = Fraction(0)
    codec: str = "aac"


def numbered(number: int, size: tuple[int, int]) -> np.ndarray:
    """A picture (height, width, 3) that shows `number` as bars: white 1, black 0, the highest bit first, and its complement below.

    The upper half carries the number, the lower half the complement, so a picture that is upside down does not read as another number.
    """
    width, height = size
    bits = [(number >> (BITS - 1 - place)) & 1 for place in range(BITS)]
    column = np.minimum(np.arange(width) * BITS // width, BITS - 1)
    row = np.asarray(bits, np.uint8)[column] * 215 + 20
    image = np.empty((height, width, 3), np.uint8)
    image[: height // 2] = row[None, :, None]
    image[height // 2 :] = 255 - row[None, :, None]
    return image


def number_of(image: np.ndarray) -> int:
    """The number that `numbered` drew, read from a picture of any size. Raises ValueError when the halves contradict each other."""
    grey = image.astype(float).mean(axis=2)
    height, width = grey.shape
    centres = ((np.arange(BITS) + 0.5) * width / BITS).astype(int)
    upper = grey[height // 8 : height * 3 // 8, centres].mean(axis=0) > 127
    lower = grey[height * 5 // 8 : height * 7 // 8, centres].mean(axis=0) > 127
    if (upper == lower).any():
        raise ValueError("this is not an upright numbered picture")
    return int("".join("1" if bit else "0" for bit in upper), 2)


def make_film(
    path: Path,
    frames: int = 48,
    rate: Fraction = Fraction(24),
    size: tuple[int, int] = (320, 180),
    *,
    times: Sequence[Fraction] | None = None,
    start: Fraction = Fraction(0),
    rotation: int = 0,
    pixel_aspect: Fraction = Fraction(1),
    sound: Sound | None = None,
    picture: Callable[[int, tuple[int, int]], np.ndarray] = numbered,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    group: int = 12,
) -> Path:
    """Write a film of `frames` pictures `picture(number, size)` at `rate`, or at the exact `times` (variable frame rate).

    `start` delays the picture stream in the container. `rotation` is the metadata that asks a player to turn the picture that
    many degrees clockwise; the stored picture is what `picture` drew. `group` is the distance of keyframes. Returns `path`.
    """
    import av

    base = 1 / Fraction(rate) if times is None else Fraction(1, 90000)
    with av.open(str(path), "w", options=container_options or {}) as container:
        quality = {"crf": "18", "preset": "veryfast"} if codec == "libx264" else {}
        video = container.add_stream(codec, rate=rate, options=options or quality)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.codec_context.time_base = base
        video.time_base = base
        video.gop_size = group
        if pixel_aspect != 1:
            video.codec_context.sample_aspect_ratio = pixel_aspect
        if rotation:
            video.set_display_rotation(-rotation)
        audio = None
        if sound is not None:
            audio = container.add_stream(sound.codec, rate=sound.rate, layout=sound.layout)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number, size), format="rgb24")
            at = (number / Fraction(rate) if times is None else Fraction(times[number])) + start
            frame.pts = round(at / base)
            frame.time_base = base
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None and sound is not None:
            _write_sound(container, audio, sound)
    return path


def make_sound(path: Path, sound: Sound) -> Path:
    """Write a file that holds sound alone. Returns `path`."""
    import av

    with av.open(str(path), "w") as container:
        audio = container.add_stream(sound.codec, rate=sound.rate, layout=sound.layout)
        _write_sound(container, audio, sound)
    return path


def waveform(sound: Sound) -> np.ndarray:
    """Shape (samples,), float32: what every channel of `sound` carries."""
    clock = np.arange(round(sound.seconds * sound.rate)) / sound.rate
    wave = np.zeros(len(clock), np.float32)
    for tone in sound.tones:
        inside = slice(*np.searchsorted(clock, (tone.start, tone.start + tone.length)))
        wave[inside] = 0.5 * np.sin(2 * math.pi * tone.pitch * (clock[inside] - tone.start))
    return wave


def _write_sound(container, stream, sound: Sound) -> None:
    import av

    wave = waveform(sound)
    channels = stream.codec_context.channels
    planar = stream.codec_context.format.name in ("fltp", "s16p")
    whole = stream.codec_context.format.name.startswith("s16")
    data = np.round(wave * 32767).astype(np.int16) if whole else wave
    step = stream.codec_context.frame_size or 1024
    for begin in range(0, len(data), step):
        piece = data[begin : begin + step]
        array = np.repeat(piece[None], channels, axis=0)
        if not planar:
            array = np.ascontiguousarray(array.T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(array, format=stream.codec_context.format.name, layout=sound.layout)
        frame.sample_rate = sound.rate
        frame.time_base = Fraction(1, sound.rate)
        frame.pts = begin + round(sound.delay * sound.rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def cut_off(path: Path, target: Path, keep: float) -> Path:
    """The first `keep` (0..1) of a file's bytes, as a copy that broke off leaves it. Returns `target`."""
    data = path.read_bytes()
    target.write_bytes(data[: int(len(data) * keep)])
    return target


def scenes(lengths: Sequence[int], size: tuple[int, int]) -> Callable[[int, tuple[int, int]], np.ndarray]:
    """A picture function: one textured, slowly moving scene after another, hard cut, each as many frames long as `lengths` says."""
    width, height = size
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    starts = np.cumsum([0, *lengths])

    def draw(number: int, _: tuple[int, int]) -> np.ndarray:
        scene = int(np.searchsorted(starts, number, side="right")) - 1
        moved = number - starts[scene]
        generator = np.random.default_rng(scene + 1)
        image = np.zeros((height, width, 3), np.float32)
        for channel in range(3):
            level = generator.uniform(40, 200)
            for _wave in range(4):
                across, down, phase, speed = generator.uniform((-0.12, -0.12, 0, -0.05), (0.12, 0.12, 6.3, 0.05))
                image[..., channel] += 14 * np.sin(columns * across + rows * down + phase + speed * moved)
            image[..., channel] += level
        return np.clip(image, 0, 255).astype(np.uint8)

    return draw


def from_json(text: str) -> Path:
    """`make_film` with arguments from JSON; see the head of this file."""
    given = json.loads(text)
    path, size = Path(given.pop("path")), tuple(given.pop("size", (320, 180)))
    for name in {"rate", "start", "pixel_aspect"} & given.keys():
        given[name] = Fraction(given[name])
    if "times" in given:
        given["times"] = [Fraction(moment) for moment in given["times"]]
    if "sound" in given:
        sound = given["sound"]
        tones = tuple(Tone(*tone) for tone in sound.pop("tones", ()))
        given["sound"] = Sound(tones=tones, delay=Fraction(sound.pop("delay", 0)), **sound)
    if "scenes" in given:
        lengths = given.pop("scenes")
        given |= {"picture": scenes(lengths, size), "frames": sum(lengths)}
    return make_film(path, size=size, **given)


if __name__ == "__main__":
    from_json(sys.argv[1])
