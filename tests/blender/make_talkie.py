"""A film with its pictures and a speech as its sound: `python make_talkie.py FILM SPEECH TARGET`. Run by the worker's Python (PyAV)."""

from __future__ import annotations

import sys
from fractions import Fraction

import av


def main(film: str, speech: str, target: str) -> None:
    with av.open(film) as pictures, av.open(speech) as words, av.open(target, "w") as out:
        source, said = pictures.streams.video[0], words.streams.audio[0]
        length = Fraction(source.duration) * source.time_base
        video = out.add_stream_from_template(source)
        audio = out.add_stream("aac", rate=44100, layout="mono")
        for packet in pictures.demux(source):
            if packet.dts is not None:
                packet.stream = video
                out.mux(packet)
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=44100)
        for frame in words.decode(said):
            if frame.time >= length:
                break
            for part in resampler.resample(frame):
                out.mux(audio.encode(part))
        out.mux(audio.encode(None))


if __name__ == "__main__":
    main(*sys.argv[1:])
