"""Queries and the moments they mean, written by looking at the footage and hearing it, not at what engines find in it.

A moment is (file, from, to) in seconds. The footage is that of the packages and of the fixtures; see `search`.
"""

from __future__ import annotations

from dataclasses import dataclass

PACKAGED_FILES = {"bikes.mp4": "bikes.mp4", "two_cities.wav": "two_cities.wav", "beckett.wav": "beckett.wav"}
"""Name in the library -> path below the folder of packaged media."""
FIXTURE_FILES = {"bunny.mp4": "video/big_buck_bunny_60s.mp4", "jfk.flac": "speech/jfk.flac", "quilter.wav": "speech/quilter_en.wav"} | {
    f"sentence {number}.wav": f"speech/spk1_snt{number}.wav" for number in range(1, 6)
}
"""Name in the library -> path below the folder of fixtures."""

Moment = tuple[str, float, float]


@dataclass(frozen=True)
class Query:
    text: str
    moments: tuple[Moment, ...]


VAN, TAXI, CYCLIST, SQUARE, WALL = (("bikes.mp4", at, at + 0.2) for at in (0.5, 2.0, 4.6, 6.5, 8.8))
HILLS, POND, BIRD, TITLE, BURROW, WAKES, STRETCHES = (("bunny.mp4", at, at + 0.5) for at in (8.0, 13.0, 18.0, 28.0, 43.0, 51.0, 58.5))
TIMES, PERIOD = ("two_cities.wav", 2.0, 5.0), ("two_cities.wav", 30.0, 40.0)
COUNTRY, QUILTER = ("jfk.flac", 0.5, 10.0), ("quilter.wav", 0.5, 5.0)
SMALL_DOG, FIGURES, AIR, STRIPE, SUNDAY = ((f"sentence {number}.wav", 0.3, 2.0) for number in range(1, 6))

QUERIES = (
    Query("a bicycle", (CYCLIST, SQUARE, WALL)),
    Query("bikes outside", (CYCLIST, SQUARE, WALL)),
    Query("cars", (TAXI, CYCLIST, SQUARE)),
    Query("a man and a bicycle", (CYCLIST,)),
    Query("people", (TAXI, CYCLIST, WALL)),
    Query("somebody walking past a bike", (WALL,)),
    Query("vehicles in the street", (VAN, TAXI, CYCLIST, SQUARE)),
    Query("a motorcycle", (CYCLIST,)),
    Query("a taxi, shorter than 2 seconds", (TAXI,)),
    Query("street scenes without people", (SQUARE,)),
    Query("a bird", (BIRD,)),
    Query("an animal outdoors, longer than 5 seconds", (BIRD, BURROW, WAKES)),
    Query("animals", (BIRD, BURROW, WAKES, STRETCHES)),
    Query("landscape", (HILLS,)),
    Query("shots longer than 14 seconds in bunny.mp4", (BURROW,)),
    Query("the longest shot in bunny.mp4", (BURROW,)),
    Query('says "best of times"', (TIMES,)),
    Query('"ask not what your country"', (COUNTRY,)),
    Query("talking about wisdom", (TIMES,)),
    Query("about patriotism and duty to one's nation", (COUNTRY,)),
    Query("a speech by a politician", (COUNTRY,)),
    Query("says middle classes", (QUILTER,)),
    Query("about a puppy that nearly got injured", (SMALL_DOG,)),
    Query("about the weekend", (SUNDAY,)),
    Query("about fresh air in the mountains", (AIR,)),
    Query("about doing sums", (FIGURES,)),
    Query("about a line through the centre", (STRIPE,)),
    Query("says noisiest authorities", (PERIOD,)),
)
