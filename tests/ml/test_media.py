"""What a file holds, every frame at its exact time, every sample at its place, and what is wrong with a file in plain words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, EditorError
from assistant_editor.ml.facts import Span
from assistant_editor.ml.media import keeping, listening, pictures
from assistant_editor.tests import media_maker
from assistant_editor.tests.media_maker import RATES, Sound, Tone, cut_off, make_film, make_sound, number_of, numbered, waveform

VARIABLE = [Fraction(number * number, 100) + Fraction(number, 50) for number in range(20)]


class Recorder:
    """Keeps what a decode delivers."""

    def __init__(self, size=(64, 36)):
        self.size, self.frames, self.seconds, self.images = size, [], [], []

    def take(self, frame, seconds, image):
        assert image.shape == (self.size[1], self.size[0], 3) and image.dtype == np.uint8
        self.frames.append(frame)
        self.seconds.append(seconds)
        self.images.append(image.copy())

    @property
    def numbers(self):
        return [number_of(image) for image in self.images]


def decoded(path, span=None, size=(64, 36), **more):
    recorder = Recorder(size)
    return media.decode(path, [recorder], span, **more), recorder


# What a file holds


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_probe_gives_the_exact_rate_and_length(tmp_path, rate):
    found = media.probe(make_film(tmp_path / "a.mp4", 30, rate)).video
    assert (found.rate, found.frames, found.duration, found.start) == (rate, 30, 30 / rate, 0)


def test_probe_gives_both_streams_and_their_offsets(tmp_path):
    path = make_film(tmp_path / "a.mov", start=Fraction(1, 2), sound=Sound(1.5, delay=Fraction(1, 4), codec="pcm_s16le"))
    found = media.probe(path)
    assert (found.video.start, found.video.duration) == (Fraction(1, 2), Fraction(2))
    assert (found.audio.start, found.audio.duration) == (Fraction(1, 4), Fraction(3, 2))
    assert (found.audio.rate, found.audio.channels, found.audio.codec) == (48000, 2, "pcm_s16le")


def test_probe_gives_rotation_and_pixel_aspect(tmp_path):
    found = media.probe(make_film(tmp_path / "a.mp4", 5, rotation=90, pixel_aspect=Fraction(4, 3))).video
    assert (found.width, found.height, found.rotation, found.pixel_aspect) == (320, 180, 90, Fraction(4, 3))
    assert media.displayed_size(found) == (180, 427)


@pytest.mark.parametrize("ending", ["mkv", "ts", "avi"])
def test_containers_that_declare_less_are_probed_too(tmp_path, ending):
    path = make_film(tmp_path / f"a.{ending}", 60, Fraction(30), sound=Sound(2.0), codec="mpeg4")
    found = media.probe(path)
    assert found.video.rate == 30 and abs(found.video.duration - 2) < Fraction(1, 10) and abs(found.duration - 2) < Fraction(1, 10)
    if ending == "mkv":
        assert found.video.duration == 2 < found.duration, "its sound is longer: the pictures' own length is in a tag"


def test_sound_alone_has_no_pictures_and_a_cover_is_none(tmp_path):
    import av

    plain = make_sound(tmp_path / "a.wav", Sound(1.0, codec="pcm_s16le"))
    assert media.probe(plain).video is None
    covered = tmp_path / "b.mp3"
    with av.open(str(covered), "w") as out:
        stream = out.add_stream("libmp3lame", rate=44100)
        cover = out.add_stream("png", rate=1)
        cover.width, cover.height, cover.pix_fmt, cover.disposition = 64, 64, "rgb24", av.stream.Disposition.attached_pic
        out.mux(cover.encode(av.VideoFrame(64, 64, "rgb24")))
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1152), np.float32), format="fltp", layout="stereo")
        frame.sample_rate = 44100
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    found = media.probe(covered)
    assert found.video is None and found.audio is not None


# Pictures


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_every_frame_comes_once_at_its_exact_time(tmp_path, rate):
    result, got = decoded(make_film(tmp_path / "a.mp4", 40, rate))
    assert got.frames == got.numbers == list(range(40))
    assert got.seconds == [number / rate for number in range(40)]
    assert (result.frames, result.span, result.warnings) == (40, Span(Fraction(0), 40 / rate), ())


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize(("first", "last"), [(1, 2), (11, 13), (12, 40), (25, 31)])
def test_a_range_delivers_its_frames_with_their_own_numbers(tmp_path, rate, first, last):
    path = make_film(tmp_path / "a.mp4", 40, rate)
    _, got = decoded(path, Span(first / rate, last / rate))
    assert got.frames == got.numbers == list(range(first, last))


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "avi", "mov"])
def test_ranges_in_every_container(tmp_path, ending):
    path = make_film(tmp_path / f"a.{ending}", 60, Fraction(25), codec="mpeg4", sound=Sound(2.4), options={"b": "4000000"})
    _, whole = decoded(path)
    assert whole.numbers == list(range(60)) == whole.frames
    for first, last in ((1, 5), (30, 33), (59, 60)):
        _, got = decoded(path, Span(whole.seconds[first], whole.seconds[last - 1] + Fraction(1, 1000)))
        assert got.frames == got.numbers == list(range(first, last))


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_ranges_where_groups_of_pictures_are_open(tmp_path, ending):
    """Pictures before an open group's keyframe need the group before: a seek must go further back for them."""
    options = {"x264-params": "open-gop=1:bframes=3:keyint=20:min-keyint=20:scenecut=0"}
    path = make_film(tmp_path / f"a.{ending}", 120, Fraction(30000, 1001), options=options, size=(160, 90))
    _, whole = decoded(path)
    assert whole.numbers == list(range(120))
    for first in range(0, 117, 9):
        _, got = decoded(path, Span(whole.seconds[first], whole.seconds[first + 3]))
        assert got.frames == got.numbers == [first, first + 1, first + 2]


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
@pytest.mark.parametrize("span", [None, Span(Fraction(1), Fraction(3)), Span(Fraction(1, 100), Fraction(1, 5))])
def test_variable_rate_keeps_numbers_and_times(tmp_path, ending, span):
    path = make_film(tmp_path / f"a.{ending}", 20, Fraction(30), times=VARIABLE)
    _, got = decoded(path, span)
    wanted = [number for number, moment in enumerate(VARIABLE) if span is None or span.holds(moment)]
    assert got.frames == got.numbers == wanted
    assert got.seconds == [VARIABLE[number] for number in wanted]


def test_a_stream_that_starts_late_counts_from_its_own_first_frame(tmp_path):
    path = make_film(tmp_path / "a.mp4", 40, start=Fraction(3, 4), sound=Sound(2.0))
    assert decoded(path)[1].seconds[:2] == [0, Fraction(1, 24)]
    _, got = decoded(path, Span(Fraction(1), Fraction(4, 3)))
    assert got.frames == got.numbers == list(range(24, 32))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_turned_pictures_come_upright(tmp_path, rotation):
    def lying(number, size):
        upright = numbered(number, size if rotation == 180 else size[::-1])
        return np.ascontiguousarray(np.rot90(upright, rotation // 90))  # turned back by `rotation`, anticlockwise

    path = make_film(tmp_path / "a.mp4", 6, rotation=rotation, picture=lying)
    assert media.probe(path).video.rotation == rotation
    assert decoded(path)[1].numbers == list(range(6))


def test_a_range_without_frames_is_no_error(tmp_path):
    path = make_film(tmp_path / "a.mp4", 24)
    for span in (Span(Fraction(5), Fraction(6)), Span(Fraction(1, 2), Fraction(1, 2))):
        result, got = decoded(path, span)
        assert (result.frames, got.frames) == (0, [])


def test_one_pass_serves_consumers_of_different_sizes(tmp_path):
    path = make_film(tmp_path / "a.mp4", 10)
    several = [Recorder((48, 27)), Recorder((48, 27)), Recorder((160, 90))]
    media.decode(path, several)
    assert [one.numbers for one in several] == [list(range(10))] * 3


def test_who_wants_few_frames_gets_those_and_costs_no_scaling_for_the_others(tmp_path, monkeypatch):
    scaled: list[set[tuple[int, int]]] = []
    scale = pictures.Scaler.__call__
    monkeypatch.setattr(pictures.Scaler, "__call__", lambda self, frame, sizes: scaled.append(set(sizes)) or scale(self, frame, sizes))
    every, some, few = Recorder((48, 27)), Recorder((160, 90)), Recorder((160, 90))
    some.wants = lambda frame, seconds: frame % 2 == 0
    few.wants = lambda frame, seconds: seconds == Fraction(4, 24)
    result = media.decode(make_film(tmp_path / "a.mp4", 10), [every, some, few])
    assert (every.numbers, some.numbers, few.numbers) == (list(range(10)), [0, 2, 4, 6, 8], [4])
    assert scaled == [{(48, 27), (160, 90)}, {(48, 27)}] * 5
    assert (result.frames, result.span) == (10, Span(Fraction(0), Fraction(10, 24)))


def test_large_frames_are_scaled_as_small_ones_are(tmp_path, monkeypatch):
    path = make_film(tmp_path / "a.mp4", 3)
    by_one, by_several = Recorder((48, 27)), Recorder((48, 27))
    media.decode(path, [by_one])
    monkeypatch.setattr(pictures, "SMALL", 0)
    media.decode(path, [by_several])
    assert np.array_equal(by_one.images, by_several.images) and len(by_one.images) == 3


def test_a_pass_whose_frames_nobody_wants_has_still_read_them(tmp_path):
    nobody = Recorder()
    nobody.wants = lambda frame, seconds: False
    assert media.decode(make_film(tmp_path / "a.mp4", 10), [nobody]).frames == 10
    assert nobody.frames == []


def test_memory_does_not_grow_with_the_film(tmp_path):
    """Peak memory of a process that decodes 12 and 240 frames of 1280x720 (2.7 MB each) differs by less than 30 of them."""
    path = make_film(tmp_path / "a.mp4", 240, size=(1280, 720), options={"preset": "ultrafast"})
    program = (
        "import resource, sys; from fractions import Fraction; from ml import media; from ml.facts import Span\n"
        "class Nobody:\n size = (1280, 720)\n def take(self, *_): pass\n"
        "media.decode(sys.argv[1], [Nobody()], Span(Fraction(0), Fraction(sys.argv[2])))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    root = Path(__file__).resolve().parents[2]
    peaks = [
        int(subprocess.run([sys.executable, "-c", program, str(path), end], cwd=root, capture_output=True, check=True, text=True).stdout)
        for end in ("1/2", "10")
    ]
    assert peaks[1] - peaks[0] < 80_000


def test_progress_rises_to_one_and_check_can_stop(tmp_path):
    path = make_film(tmp_path / "a.mp4", 40)
    told: list[float] = []
    decoded(path, progress=told.append)
    assert told == sorted(told) and told[-1] == 1.0
    calls = []

    def check():
        calls.append(None)
        if len(calls) > 10:
            raise EditorError("Cancelled.", code=CANCELLED)

    with pytest.raises(EditorError) as caught:
        decoded(path, check=check)
    assert caught.value.code == CANCELLED


def damaged(path, numbers):
    """Blanks the packets of these numbers, in order of decoding."""
    import av

    with av.open(str(path)) as film:
        packets = [packet for packet in film.demux(film.streams.video[0]) if packet.size]
    data = bytearray(path.read_bytes())
    for number in numbers:
        data[packets[number].pos : packets[number].pos + packets[number].size] = bytes(packets[number].size)
    path.write_bytes(bytes(data))
    return path


@pytest.mark.parametrize("name", ["a.avi", "a.h264"])
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001)], ids=str)
def test_reordered_pictures_without_times_of_their_own(tmp_path, name, rate):
    path = make_film(tmp_path / name, 60, rate, options={"x264-params": "bframes=3:b-adapt=0:keyint=12"})
    stated = media.probe(path).video.rate
    result, got = decoded(path)
    assert got.frames == got.numbers == list(range(60))
    assert got.seconds == [number / stated for number in range(60)] and not result.warnings
    for first, last in ((1, 3), (17, 22), (55, 60)):
        _, got = decoded(path, Span(first / stated, last / stated))
        assert got.frames == got.numbers == list(range(first, last))


def test_a_damaged_frame_does_not_shift_the_others(tmp_path):
    path = damaged(make_film(tmp_path / "a.mov", 60, Fraction(30000, 1001), group=1), (20, 21, 22))
    result, got = decoded(path)
    assert got.frames == got.numbers == [number for number in range(60) if not 20 <= number <= 22]
    assert any("damaged" in warning for warning in result.warnings)
    _, got = decoded(path, Span(Fraction(1), Fraction(3, 2)))
    assert got.frames == got.numbers == list(range(30, 45))


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "avi"])
def test_pictures_that_were_patched_up_are_told_and_sound_ones_are_not(tmp_path, ending):
    options = {"x264-params": "open-gop=1:bframes=3:keyint=20:scenecut=0"}
    path = make_film(tmp_path / f"a.{ending}", 90, Fraction(30), options=options, picture=media_maker.scenes([90], (320, 180)))
    for span in (None, Span(Fraction(7, 10), Fraction(2)), Span(Fraction(1), Fraction(3, 2))):
        assert decoded(path, span)[0].warnings == ()
    import av

    with av.open(str(path)) as film:
        packets = [packet for packet in film.demux(film.streams.video[0]) if packet.size > 200]
    data = bytearray(path.read_bytes())
    for packet in packets[10:20]:
        middle = packet.pos + packet.size // 2
        data[middle : middle + 60] = bytes(byte ^ 0xA5 for byte in data[middle : middle + 60])
    assert any("amaged" in warning for warning in decoded(bytes_of(tmp_path, f"b.{ending}", bytes(data)))[0].warnings)


def test_files_that_cannot_be_sought_are_read_from_their_beginning(tmp_path):
    film = make_film(tmp_path / "film.mkv", 60, Fraction(30), sound=Sound(2.0, (Tone(1.5),)))
    listed = tmp_path / "list.ffconcat"
    listed.write_text(f"ffconcat version 1.0\nfile '{film.name}'\n")
    _, got = decoded(listed, Span(Fraction(3, 2), Fraction(8, 5)))
    assert got.frames == got.numbers == [45, 46, 47]
    part = media.samples(listed, Span(Fraction(1), Fraction(2)))
    assert abs(onset(part) - 0.5) < 0.03 and len(part) >= 15500  # the coder fills a frame before the first sample
    short = cut_off(make_film(tmp_path / "a.avi", 60, codec="mpeg4", options={"b": "4000000"}), tmp_path / "short.avi", 0.6)
    _, got = decoded(short, Span(Fraction(1, 2), Fraction(1)))
    assert got.frames == got.numbers == list(range(12, 24))


def test_a_cut_off_avi_is_told(tmp_path):
    path = make_film(tmp_path / "a.avi", 90, codec="mpeg4", options={"b": "4000000"})
    assert decoded(path)[0].warnings == ()
    result, got = decoded(cut_off(path, tmp_path / "b.avi", 0.5))
    assert len(got.frames) < 60 and any("cut off" in warning for warning in result.warnings)


def joined(tmp_path):
    """Two recordings of two seconds in one transport stream, whose clock starts anew in the middle."""
    parts = []
    for number, pitch in enumerate((440, 880)):
        sound = Sound(2.0, (Tone(0.5, 0.5, pitch),))
        picture = (lambda number, size: numbered(number + 100, size)) if number else numbered
        parts.append(make_film(tmp_path / f"{number}.ts", 48, sound=sound, picture=picture).read_bytes())
    return bytes_of(tmp_path, "joined.ts", b"".join(parts))


def test_a_clock_that_starts_anew_goes_on(tmp_path):
    path = joined(tmp_path)
    result, got = decoded(path)
    assert got.numbers == [*range(48), *range(100, 148)] and got.frames == list(range(96))
    assert got.seconds == sorted(set(got.seconds)) and abs(got.seconds[-1] - 4) < Fraction(1, 5)
    assert any("clock" in warning for warning in result.warnings)
    notices: list[str] = []
    samples = media.samples(path, notice=notices.append)
    assert abs(len(samples) - 64000) < 3000 and any("clock" in notice for notice in notices)
    assert np.abs(samples[8500:15500]).max() > 0.3 < np.abs(samples[41500:47000]).max()


# Sound


def onset(samples: np.ndarray, rate: int = 16000) -> float:
    return int(np.argmax(np.abs(samples) > 0.1)) / rate


@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1"])
@pytest.mark.parametrize("rate", [8000, 44100, 48000])
def test_sound_becomes_mono_at_16_khz(tmp_path, layout, rate):
    sound = Sound(2.0, (Tone(0.5, 0.2, 440),), rate, layout, codec="pcm_s16le")
    got = media.samples(make_sound(tmp_path / "a.wav", sound))
    assert got.dtype == np.float32 and got.ndim == 1 and abs(len(got) - 32000) <= 16
    assert abs(onset(got) - 0.5) < 0.002
    assert 0.1 < np.abs(got).max() < 0.55, "channels are mixed by their mean, never louder than the loudest"
    spectrum = np.abs(np.fft.rfft(got[8000:11200]))
    assert abs(np.argmax(spectrum) * 16000 / 3200 - 440) <= 5


@pytest.mark.parametrize("codec", ["pcm_s16le", "aac"])
@pytest.mark.parametrize("start", [Fraction(1, 10), Fraction(2), Fraction(29, 10)])
def test_a_range_of_sound_begins_at_its_second(tmp_path, codec, start):
    path = make_sound(tmp_path / "a.mov", Sound(4.0, (Tone(3.0),), codec=codec))
    whole = media.samples(path)
    part = media.samples(path, Span(start, Fraction(7, 2)))
    assert len(part) == round((Fraction(7, 2) - start) * 16000)
    half_a_sample = 0.5 * np.sin(2 * np.pi * 1000 / 32000)  # what a tone of this pitch and height changes in that time
    assert np.abs(part - whole[round(start * 16000) :][: len(part)]).max() <= half_a_sample
    assert np.array_equal(media.samples(path, Span(Fraction(0), Fraction(7, 2))), whole[:56000])


def test_sound_of_a_film_counts_from_its_own_first_sample(tmp_path):
    path = make_film(tmp_path / "a.mov", sound=Sound(2.0, (Tone(0.5),), delay=Fraction(3, 8), codec="pcm_s16le"))
    assert media.probe(path).audio.start == Fraction(3, 8)
    assert abs(onset(media.samples(path)) - 0.5) < 0.001


def test_sound_of_many_small_frames_is_that_of_few_large_ones(tmp_path, monkeypatch):
    """How many frames are resampled in one call changes no sample, nor does a hole between them."""
    path = make_sound(tmp_path / "a.mp4", Sound(3.0, (Tone(0.2, 2.5, 300),), 44100, "stereo", codec="aac"))
    whole, planes = media.samples(path), np.concatenate([piece.data for piece in media.channels(path)], axis=1)
    for seconds in (Fraction(1, 1000), Fraction(10)):
        monkeypatch.setattr(listening, "TOGETHER", seconds)
        assert np.array_equal(media.samples(path), whole)
        assert np.array_equal(np.concatenate([piece.data for piece in media.channels(path)], axis=1), planes)


def test_what_was_heard_once_is_not_decoded_again(tmp_path, monkeypatch):
    path = make_sound(tmp_path / "a.wav", Sound(3.0, (Tone(0, 3.0, 100),), codec="pcm_s16le"))
    monkeypatch.setattr(listening, "CHUNK_SECONDS", 1)
    expected, decoded, read = list(media.sound(path)), [], listening._sound

    def counted(*given):
        decoded.append(given[1:3])
        given[4]("It hums.")
        yield from read(*given)

    monkeypatch.setattr(listening, "_sound", counted)
    told = []
    with media.heard_once():
        first = next(media.sound(path, notice=told.append))
        first[:] = 0  # whoever has it may write into it
        for _ in range(2):
            assert all(np.array_equal(one, other) for one, other in zip(media.sound(path, notice=told.append), expected, strict=True))
        assert decoded == [(None, 16000)] * 2, "what was left in the middle is no whole sound"
        assert len(media.samples(path, rate=8000)) and len(media.samples(path, Span(Fraction(1), Fraction(2)))) == 16000
        assert told == ["It hums."] * 3 and len(decoded) == 4
        with pytest.raises(RuntimeError, match="enough"):
            media.samples(path, check=lambda: (_ for _ in ()).throw(RuntimeError("enough")))
    media.samples(path)
    assert len(decoded) == 5


def test_a_full_disk_costs_a_second_decode_and_nothing_else(tmp_path, monkeypatch):
    path = make_sound(tmp_path / "a.wav", Sound(1.0, (Tone(0, 1.0, 100),), codec="pcm_s16le"))
    expected = media.samples(path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping._Kept, "add", full)
    with media.heard_once():
        assert all(np.array_equal(media.samples(path), expected) for _ in range(2))


def test_chunks_join_without_a_click(tmp_path, monkeypatch):
    path = make_sound(tmp_path / "a.wav", Sound(3.0, (Tone(0, 3.0, 100),), codec="pcm_s16le"))
    whole = media.samples(path)
    monkeypatch.setattr(listening, "CHUNK_SECONDS", 1)
    chunks = list(media.sound(path))
    assert len(chunks) >= 3 and np.array_equal(np.concatenate(chunks), whole)
    assert np.abs(np.diff(whole[100:-100])).max() < 0.02  # a 100 Hz tone of this height never steps further


def channels(path, planes, layout, rate=16000, codec="pcm_s16le"):
    """A WAV of these float channels."""
    import av

    data = (np.clip(np.stack(planes), -1, 1) * 32767).astype(np.int16)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        for begin in range(0, data.shape[1], 1000):
            piece = np.ascontiguousarray(data[:, begin : begin + 1000].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate, begin, Fraction(1, rate)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


LAYOUTS = {3: "2.1", 4: "quad", 6: "5.1", 8: "7.1", 10: "7.1.2", 12: "7.1.4", 16: "hexadecagonal"}


@pytest.mark.parametrize("count", LAYOUTS)
def test_every_channel_of_every_layout_is_heard_alike(tmp_path, count):
    tone = waveform(Sound(0.5, (Tone(0.1, 0.3, 440),), 16000))
    for speaking in range(count):
        planes = [tone if channel == speaking else np.zeros_like(tone) for channel in range(count)]
        got = media.samples(channels(tmp_path / f"{speaking}.wav", planes, LAYOUTS[count]))
        assert np.abs(got).max() == pytest.approx(0.5, abs=0.01), f"channel {speaking}"


def test_channels_that_carry_sound_are_averaged(tmp_path):
    low, high = (waveform(Sound(1.0, (Tone(0, 1.0, pitch),), 16000)) for pitch in (300, 900))
    for silent, layout in ((0, "stereo"), (4, "5.1")):
        got = media.samples(channels(tmp_path / f"{silent}.wav", [low, high, *[np.zeros_like(low)] * silent], layout))
        assert np.abs(got - (low + high) / 2).max() < 0.01


@pytest.mark.parametrize("rate", [16000, 48000])
def test_channels_that_cancel_each_other_are_not_lost(tmp_path, rate):
    tone = waveform(Sound(2.0, (Tone(0, 2.0, 440),), rate))
    notices: list[str] = []
    got = media.samples(channels(tmp_path / "a.wav", [tone, -0.98 * tone], "stereo", rate), notice=notices.append)
    assert np.abs(got[1000:-1000]).max() == pytest.approx(0.5, abs=0.02)
    assert any("cancel" in notice for notice in notices)
    notices.clear()
    media.samples(channels(tmp_path / "b.wav", [tone, 0.5 * tone], "stereo", rate), notice=notices.append)
    assert notices == []


def test_a_few_samples_are_no_damage(tmp_path):
    assert len(media.samples(make_sound(tmp_path / "a.wav", Sound(0.001, codec="pcm_s16le")))) <= 16


def test_a_hole_in_the_stream_is_silence(tmp_path):
    import av

    path = tmp_path / "a.mka"
    wave = waveform(Sound(1.0, (Tone(0, 1.0, 440),)))
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=48000, layout="mono")
        for begin, place in ((0, 0), (24000, 72000)):
            frame = av.AudioFrame.from_ndarray((wave[None, begin : begin + 24000] * 32767).astype(np.int16), format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48000, place, Fraction(1, 48000)
            out.mux(stream.encode(frame))
    got = media.samples(path)
    assert abs(len(got) - 32000) <= 32
    assert np.abs(got[8200:23800]).max() < 0.01 < 0.3 < np.abs(got[24200:31800]).max()


# What is wrong


def bytes_of(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def complaint(action, *arguments) -> EditorError:
    with pytest.raises(EditorError) as caught:
        action(*arguments)
    assert caught.value.code == BAD_INPUT and caught.value.remedy and "Traceback" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("action", [media.probe, media.samples, lambda path: decoded(path)])
def test_files_that_cannot_be_read(tmp_path, action):
    film = make_film(tmp_path / "film.mp4", 10)
    assert "There is no file" in complaint(action, tmp_path / "missing.mp4").message
    assert "is empty" in complaint(action, bytes_of(tmp_path, "empty.mp4", b"")).message
    assert "is a folder" in complaint(action, tmp_path).message
    assert "not a name" in complaint(action, "a\0b").message
    assert "cannot be read" in complaint(action, tmp_path / ("x" * 300)).message
    if hasattr(os, "mkfifo"):
        pipe = tmp_path / f"pipe{len(list(tmp_path.iterdir()))}.mp4"
        os.mkfifo(pipe)
        assert "not a file" in complaint(action, pipe).message
    assert "not a media file" in complaint(action, bytes_of(tmp_path, "text.mp4", b"once upon a time " * 100)).message
    assert "cut off before its index" in complaint(action, cut_off(film, tmp_path / "half.mp4", 0.5)).message


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read every file")
def test_a_forbidden_file_is_named(tmp_path):
    path = make_film(tmp_path / "a.mp4", 5)
    path.chmod(0)
    assert "may not be read" in complaint(media.probe, path).message


def test_streams_that_are_missing(tmp_path):
    silent = make_film(tmp_path / "silent.mp4", 5)
    sound = make_sound(tmp_path / "sound.wav", Sound(0.2, codec="pcm_s16le"))
    assert "has no sound" in complaint(media.samples, silent).message
    assert "has no pictures" in complaint(decoded, sound).message


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_truncated_film_is_used_as_far_as_it_goes(tmp_path, ending):
    path = make_film(
        tmp_path / f"a.{ending}", 96, sound=Sound(4.0), container_options={"movflags": "faststart"} if ending == "mp4" else None
    )
    half = cut_off(path, tmp_path / f"half.{ending}", 0.5)
    result, got = decoded(half)
    assert 10 < len(got.frames) < 90 and got.numbers == got.frames
    assert any("cut off" in warning for warning in result.warnings)
    notices: list[str] = []
    samples = media.samples(half, notice=notices.append)
    assert 8000 < len(samples) < 60000
    assert decoded(path)[0].warnings == ()


def test_truncated_sound_is_told(tmp_path):
    path = make_film(tmp_path / "a.mp4", 96, sound=Sound(4.0), container_options={"movflags": "faststart"})
    notices: list[str] = []
    media.samples(cut_off(path, tmp_path / "half.mp4", 0.5), notice=notices.append)
    assert any("cut off" in notice for notice in notices)
    notices.clear()
    media.samples(path, notice=notices.append)
    assert notices == []


def test_damage_in_the_middle_does_not_end_the_film(tmp_path):
    path = make_film(tmp_path / "a.ts", 120, codec="mpeg4", options={"b": "2000000"})
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20000] = bytes(20000)
    path.write_bytes(bytes(data))
    _, got = decoded(path)
    assert 60 < len(got.frames) <= 120
    assert got.seconds == sorted(set(got.seconds)) and got.seconds[-1] > 4


def test_a_film_without_a_decodable_picture(tmp_path):
    data = make_film(tmp_path / "a.mp4", 10).read_bytes()
    begin, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
    error = complaint(decoded, bytes_of(tmp_path, "b.mp4", data[:begin] + bytes(end - begin) + data[end:]))
    assert "could be decoded" in error.message


def test_the_maker_takes_json(tmp_path):
    sound = {"seconds": 0.4, "tones": [[0.1]], "delay": "1/4"}
    given = {"path": str(tmp_path / "a.mov"), "rate": "30000/1001", "scenes": [5, 7], "sound": sound}
    found = media.probe(media_maker.from_json(json.dumps(given)))
    assert (found.video.rate, found.video.frames) == (Fraction(30000, 1001), 12) and found.audio is not None
