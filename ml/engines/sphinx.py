"""The acoustic model of CMU Sphinx (American English) in NumPy: what speech sounds each moment of a sound may be.

Phonetically tied mixtures: each of 42 speech sounds has 128 Gaussians for each of three streams (cepstra, their first and second
differences); 5126 states of triphones weigh them. Files as sphinxtrain writes them (Lee 1989; Huggins-Daines et al. 2006,
"PocketSphinx"). Features as the model was trained on: mel cepstra of 25.6 ms windows, the mean of each sound taken away.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

RATE = 16000
HOP = 160
"""Samples (10 ms) between two frames: what the differences were trained on."""
WINDOW = 410
FFT = 512
_FILTERS, _LOW, _HIGH, _CEPSTRA, _LIFTER = 25, 130.0, 6800.0, 13, 22
_STEP = 0.1024
"""Natural logarithms a step of a stored mixture weight stands for (base 1.0001, ten bits shifted away)."""
_HUSH = 30.0
"""Power in each filter of a sound of one step of 16 bits: below, digital silence would outweigh all else in the mean."""
_FLOOR = 1e-4
"""Least variance."""
INSIDE, BEGINS, ENDS, ALONE = range(4)
"""Where in its word a speech sound stands."""


@dataclass(frozen=True)
class Phones:
    """The model's definition: names of speech sounds, and the states (senones) and transitions of each triphone.

    `rows`: int32 (phones, 6): base, left, right, place in the word, row of `states`, number of the transitions.
    """

    names: tuple[str, ...]
    rows: Any
    states: Any

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def _triphones(self) -> tuple[Any, Any]:
        count = len(self.names)
        keys = self._key(*self.rows[count:, :4].T.astype(np.int64))
        order = np.argsort(keys)
        return keys[order], order + count

    @staticmethod
    def _key(base: Any, left: Any, right: Any, place: Any) -> Any:
        return ((base * 256 + left) * 256 + right) * 4 + place

    def find(self, base: int, left: int, right: int, place: int) -> int:
        """The triphone's row; where the model has none, the same sound elsewhere in a word, else the sound itself."""
        keys, rows = self._triphones
        for where in (place, INSIDE, ENDS, BEGINS):
            key = self._key(base, left, right, where)
            found = int(np.searchsorted(keys, key))
            if found < len(keys) and keys[found] == key:
                return int(rows[found])
        return base


class Sphinx:
    """A loaded model. `folder` holds mdef, means, variances, sendump and transition_matrices."""

    def __init__(self, folder: Path) -> None:
        self.phones = _definition((folder / "mdef").read_bytes())
        self._gaussians = _gaussians(folder)
        self._weights = _weights((folder / "sendump").read_bytes())
        self.moves = _parameters((folder / "transition_matrices").read_bytes(), 3)
        """(transitions, 3 states, 4): chances to stay, to go on, to skip; the last column is out of the sound."""
        self._stay = np.log(np.diagonal(self.moves, axis1=1, axis2=2) + 1e-10)
        self._leave = np.log(np.triu(self.moves, 1).sum(2) + 1e-10)
        self.codebook = np.zeros(self._weights.shape[2], np.int64)
        for row in self.phones.rows:
            self.codebook[self.phones.states[row[4]]] = row[0]

    def states_of(self, triphone: int) -> tuple[list[int], list[float], list[float]]:
        """The senones of a triphone, one after the other, and the logarithms of the chances to stay in each and to leave it."""
        row, moves = self.phones.rows[triphone, 4:]
        return self.phones.states[row].tolist(), self._stay[moves].tolist(), self._leave[moves].tolist()

    def scores(self, features: Any, senones: Any, wanted: Any = None) -> Any:
        """Natural logarithms of how likely each frame (frames, 39) is in each of these states: float32 (frames, states).

        `wanted`: bool (frames, states), where it matters. Elsewhere a state may get its least score in the sound instead, which is
        quicker; without it all are worked out.
        """
        answer = np.empty((len(senones), len(features)), np.float32)
        books = self.codebook[senones]
        # In place, and with a frame in each column, for memory is what takes long: the largest of 128 rows is found seven times as fast.
        ones = np.ones((1, len(features)), np.float32)
        streams = [np.ascontiguousarray(features[:, 13 * stream : 13 * stream + 13].T, np.float32) for stream in range(3)]
        every = [np.vstack([part**2, part, ones]) for part in streams]
        for book in np.unique(books):
            mine = np.flatnonzero(books == book)
            frames = np.flatnonzero(wanted[:, mine].any(1)) if wanted is not None else ()
            few = 0 < len(frames) < len(features)
            total = np.zeros((len(mine), len(frames) if few else len(features)), np.float32)
            for gaussians, columns, weights in zip(self._gaussians[book], every, self._weights, strict=True):
                near = gaussians @ (columns[:, frames] if few else columns)
                top = near.max(0)
                near -= top
                np.exp(near, out=near)
                share = np.exp(-_STEP * weights[:, senones[mine]].T.astype(np.float32)) @ near
                share += 1e-30
                total += np.log(share, out=share) + top
            if few:
                answer[mine] = total.min(1)[:, None]
                answer[mine[:, None], frames] = total
            else:
                answer[mine] = total
        return np.ascontiguousarray(answer.T)


def features(samples: Any, hop: int = HOP) -> Any:
    """float32 (frames, 39) of mono sound at 16 kHz; frame n stands for the window around sample n * hop + 205.

    Differences reach over as many milliseconds as in training, whatever `hop` (a divisor of 160).
    """
    sound = np.concatenate([samples[:1], samples[1:] - 0.97 * samples[:-1]]) if len(samples) else samples
    sound = np.pad(np.asarray(sound, np.float32) * 32768, (0, max(0, WINDOW - len(sound)) + hop))
    count = 1 + (len(sound) - WINDOW) // hop
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::hop][:count] * np.hamming(WINDOW).astype(np.float32)
    power = np.abs(np.fft.rfft(frames, FFT)) ** 2
    bands = np.log(power @ _filters().T + _HUSH)
    angles = np.pi / _FILTERS * np.outer(np.arange(_CEPSTRA), np.arange(_FILTERS) + 0.5)
    turn = np.cos(angles) * np.sqrt(2 / _FILTERS)
    turn[0] /= np.sqrt(2)
    lifter = 1 + _LIFTER / 2 * np.sin(np.pi * np.arange(_CEPSTRA) / _LIFTER)
    cepstra = (bands @ turn.T * lifter).astype(np.float32)
    cepstra -= cepstra.mean(0)
    step = HOP // hop
    first = _shifted(cepstra, 2 * step) - _shifted(cepstra, -2 * step)
    second = _shifted(first, step) - _shifted(first, -step)
    return np.concatenate([cepstra, first, second], 1)


def _shifted(rows: Any, by: int) -> Any:
    return rows[np.clip(np.arange(len(rows)) + by, 0, len(rows) - 1)]


def _filters() -> Any:
    """(filters, bins): triangles on the mel scale of Davis and Mermelstein, corners on whole bins, each of area one."""

    def mel(hertz: Any) -> Any:
        return 2595 * np.log10(1 + hertz / 700)

    corners = 700 * (10 ** (np.linspace(mel(_LOW), mel(_HIGH), _FILTERS + 2) / 2595) - 1)
    width = RATE / FFT
    corners = np.floor(corners / width + 0.5) * width
    bins = np.arange(FFT // 2 + 1) * width
    left, middle, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    up, down = (bins - left) / (middle - left), (right - bins) / (right - middle)
    return (np.maximum(0, np.minimum(up, down)) * 2 / (right - left)).astype(np.float32)


def _definition(data: bytes) -> Phones:
    (described,) = struct.unpack_from("<i", data, 8)
    place = 12 + described
    count, phones, states, _, _, _, rows, _, tree, _ = struct.unpack_from("<10i", data, place)
    place += 40
    names = []
    for _ in range(count):
        end = data.index(b"\0", place)
        names.append(data[place:end].decode())
        place = end + 1
    place = (place + 3) // 4 * 4 + 8 * tree
    table = np.frombuffer(data, np.dtype([("row", "<i4"), ("moves", "<i4"), ("place", "u1"), ("context", "u1", 3)]), phones, place)
    place += 12 * phones + 4
    sequences = np.frombuffer(data, "<u2", rows * states, place).reshape(rows, states).astype(np.int64)
    about = np.empty((phones, 6), np.int64)
    about[:, :3], about[:, 3], about[:, 4], about[:, 5] = table["context"], table["place"], table["row"], table["moves"]
    about[:count, 0] = np.arange(count)
    return Phones(tuple(names), about, sequences)


def _parameters(data: bytes, sizes: int) -> Any:
    """A file of numbers: a header of text, a mark of the byte order, the sizes (the last of them the count), the numbers."""
    place = data.index(b"endhdr\n") + 7 + 4
    shape = struct.unpack_from(f"<{sizes}i", data, place)
    if sizes != 3:
        raise ValueError("a file of transitions has three sizes")
    values = np.frombuffer(data, "<f4", -1, place + 4 * sizes + 4)[: int(np.prod(shape))].reshape(shape)
    return values / values.sum(2, keepdims=True)


def _gaussians(folder: Path) -> Any:
    """float32 (books, 3, 128, 27): times the squares, the values and a one of each stream they are the logarithms of the densities."""
    found = []
    for name in ("means", "variances"):
        data = (folder / name).read_bytes()
        place = data.index(b"endhdr\n") + 7 + 4
        books, streams, densities = struct.unpack_from("<3i", data, place)
        place += 12 + 4 * streams + 4
        found.append(np.frombuffer(data, "<f4", books * densities * 39, place).reshape(books, streams, densities, 13))
    means, variances = found[0], np.maximum(found[1], _FLOOR)
    scales, constants = 0.5 / variances, -0.5 * np.log(2 * np.pi * variances).sum(3)
    constants -= (scales * means**2).sum(3)
    return np.concatenate([-scales, 2 * scales * means, constants[..., None]], 3).astype(np.float32)


def _weights(data: bytes) -> Any:
    """uint8 (3, 128, states): minus the logarithm of how much a state takes of a Gaussian, in steps of `_STEP`."""
    place = 0
    while True:
        (length,) = struct.unpack_from("<i", data, place)
        place += 4
        if not length:
            break
        place += length
    rows, columns = struct.unpack_from("<2i", data, place)
    return np.frombuffer(data, np.uint8, 3 * rows * columns, place + 8).reshape(3, rows, columns)
