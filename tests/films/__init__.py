"""Hard test films with exact labels, joined from real footage. For tests and benchmarks only; `tests/film_maker.py` is the door."""
