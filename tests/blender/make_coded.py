"""Makes the numbered films of the round trip. Run by the worker's Python: `make_coded.py FOLDER`."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.media_maker import RATES, Sound, Tone, make_film

FRAMES = 1200
SIZE = (64, 32)


def name_of(rate: Fraction) -> str:
    return f"rate-{rate.numerator}-{rate.denominator}.mp4"


def variable_times() -> list[Fraction]:
    """Presentation times that wander around 25 a second, on the grid of 1/90000 s, never closer than 1/100 s."""
    times, now = [], Fraction(0)
    for number in range(300):
        times.append(now)
        now += Fraction((2400, 3600, 4800, 3000, 7200)[number * 7 % 5], 90000)
    return times


def make(folder: Path) -> None:
    quick = {"crf": "16", "preset": "ultrafast"}
    for rate in RATES:
        make_film(folder / name_of(rate), FRAMES, rate, SIZE, sound=Sound(float(FRAMES / rate), layout="mono"), options=quick)
    make_film(folder / "variable.mp4", 300, Fraction(25), SIZE, times=variable_times(), options=quick)
    make_film(folder / "delayed-sound.mp4", 240, Fraction(24), SIZE, sound=Sound(9.0, delay=Fraction(1, 2), layout="mono"), options=quick)
    plain = Sound(10.0, layout="mono")
    make_film(folder / "delayed-picture.mp4", 240, Fraction(24), SIZE, start=Fraction(1, 2), sound=plain, options=quick)
    make_film(folder / "short.mp4", 300, Fraction(24000, 1001), SIZE, options=quick)
    tones = Sound(9.0, tuple(Tone(float(at)) for at in (1, 3, 5)), delay=Fraction(1, 2), layout="mono", codec="pcm_s16le")
    make_film(folder / "tones.mov", 240, Fraction(24), SIZE, sound=tones, options=quick)
    make_film(folder / "matroska.mkv", 300, Fraction(30000, 1001), SIZE, options=quick)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
