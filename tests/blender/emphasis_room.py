"""A numbered film with what is known of it stored, and a bright square that tells the zoom: what tests of emphasis stand on."""

from __future__ import annotations

import base64
from fractions import Fraction
from pathlib import Path

import numpy as np
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import (
    Beat,
    Beats,
    BeatsOptions,
    Boundary,
    Faces,
    FaceTrack,
    Impact,
    Impacts,
    ImpactsOptions,
    Shots,
    ShotsOptions,
    Span,
    Transcript,
    Utterance,
    Voice,
    VoiceOptions,
    Word,
)
from assistant_editor.operators import caption_options, footage_options
from assistant_editor.timeline import compat

from tests.blender import stage
from tests.blender.effect_room import picture
from tests.music_maker import save, steady

RATE = 25
FILM = "rate-25-1.mp4"


def packed(values) -> str:
    return base64.b64encode(np.asarray(values, np.uint8).tobytes()).decode()


class Bench:
    """A numbered film of 48 s with its sound; what is known of it is stored, and there is no worker to ask for more."""

    def __init__(self, room, films: Path, folder: Path) -> None:
        self.room, self.film, self.cache, self.folder = room, films / FILM, folder / "cache", folder
        self.whole = Span(Fraction(0), Fraction(48))

    def store(self, engine, options, facts, path: Path | None = None) -> None:
        Cache(self.cache).store(engine, fingerprint(str(path or self.film)), options, facts, whole=True)

    def shots(self, *frames: int) -> None:
        found = tuple(Boundary(frame, Fraction(frame, RATE), 0.9) for frame in frames)
        self.store("shots", ShotsOptions(), Shots(self.whole, Fraction(0), Fraction(RATE), 1200, "transnetv2", found))

    def impacts(self, *frames: int, strength: float = 0.9) -> None:
        found = tuple(Impact(frame, Fraction(frame, RATE), strength) for frame in frames)
        self.store("impacts", ImpactsOptions(), Impacts(self.whole, Fraction(0), Fraction(RATE), "test", found))

    def speech(self, stressed: int = 12, count: int = 40) -> None:
        """A word every half second, the rows of one 6 dB louder, a third higher and longer."""
        words, speech, levels, pitch = [], np.zeros(4800), np.full(4800, 100), np.zeros(4800)
        chance = np.random.default_rng(4)
        for number in range(count):
            start, length = 50 * number + 10, 24 + int(chance.integers(0, 4)) + (10 if number == stressed else 0)
            words.append(Word(f" word{number:02}", Fraction(start, 100), Fraction(start + length, 100), 0.9))
            part = slice(start, start + length)
            speech[part], levels[part], pitch[part] = 250, 180 + chance.integers(-4, 5), 80 + chance.integers(-4, 5)
            if number == stressed:
                levels[part], pitch[part] = 197, 100
        voice = Voice(
            self.whole, Fraction(0), Fraction(1, 100), "test", packed(speech), packed(levels), packed(speech), packed(pitch),
            packed(speech), -60.0,
        )  # fmt: skip
        self.store("voice", VoiceOptions(), voice)
        transcript = Transcript(self.whole, Fraction(0), "en", 0.9, "faster-whisper", "tiny.en", "transcribe", (Utterance(tuple(words)),))
        self.store("transcript", caption_options.transcript_task(self.room.scene.assistant_editor), transcript)
        compat.set_right(stage.add_sound(self.room.scene, self.film, 1, 7, "voice"), 501)

    def face(self, left: float, top: float, width: float, height: float) -> None:
        """One face in the same place all along, in pixels of the film's 64x32."""
        seconds = tuple(Fraction(n, 3) for n in range(144))
        rows = np.tile(np.array([left, top, width, height, 0.9], "<f4"), (144, 1))
        track = FaceTrack(0.9, tuple(range(144)), base64.b64encode(rows.tobytes()).decode(), "", 0)
        options = footage_options.TASKS["faces"](self.room.scene.assistant_editor)
        frames = tuple(int(second * RATE) for second in seconds)
        self.store("faces", options, Faces(self.whole, Fraction(0), Fraction(RATE), "test", (64, 32), frames, seconds, 0, (track,)))

    def music(self, start: int = 1) -> None:
        """Two beats a second, from frame `start` + 10 on."""
        path = self.folder / "music.wav"
        if not path.is_file():
            save(steady(120.0, seconds=4).samples, path)
        beats = tuple(Beat(Fraction(2, 5) + Fraction(n, 2), n % 4 == 0, 0.8) for n in range(90))
        self.store("beats", BeatsOptions(), Beats(self.whole, Fraction(0), "librosa", 120.0, beats, 0.9, (), 4, 0.8), path)
        sound = stage.add_sound(self.room.scene, path, start, 9, "music")
        compat.set_right(sound, start + 1200)

    def lay(self, name: str, start: int, first: int, last: int, channel: int = 2):
        """The film's frames `first` to `last` from frame `start` on."""
        strip = stage.add_movie(self.room.scene, self.film, start - first, channel, name)
        compat.set_left(strip, start)
        compat.set_right(strip, start + last - first)
        self.room.select()
        return strip

    def shown(self, first: int, last: int) -> dict[int, int]:
        return stage.shown(self.room.scene, first, last)

    def run(self, *on: str, **options):
        return self.room.run("emphasise", emphasis_on=set(on), **options)


def point(room, x: float, y: float):
    """A white square of 4x4 pixels in the middle of the channel below everything else: where it is rendered tells the zoom."""
    spot = stage.add_effect(room.scene, "COLOR", "spot", 1, 1, 400)
    spot.color = (1, 1, 1)
    spot.transform.scale_x, spot.transform.scale_y = 4 / 64, 4 / 32
    spot.transform.offset_x, spot.transform.offset_y = x, y
    return spot


def where(room, frame: int) -> tuple[float, float, float]:
    """The middle of the bright square, in pixels from the middle of the frame, and how wide it is."""
    image = picture(room, frame).max(axis=2)
    total = image.sum()
    rows, columns = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    x, y = (columns * image).sum() / total + 0.5, (rows * image).sum() / total + 0.5
    return x - image.shape[1] / 2, y - image.shape[0] / 2, float(np.sqrt(total))


def hidden(strip) -> None:
    """The film is there for what is known of it; what is rendered is the square below."""
    strip.blend_type, strip.blend_alpha = "ALPHA_OVER", 0.0
