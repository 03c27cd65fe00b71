"""What lies beside films in another style: a file of JSON that says what each shows, written last, so where it is the film is whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from .codec import from_json, to_json
from .errors import EditorError
from .styles import ENDING, SCHEMA, Styled

BESIDE = ".style.json"


def beside(film: str) -> str:
    return film.removesuffix(ENDING) + BESIDE


def dump(styled: Styled) -> str:
    data = to_json(styled)
    data.pop("folder", None)
    return json.dumps(data, separators=(",", ":"))


def stored(folder: str) -> tuple[Styled, ...]:
    """The whole films in this folder. What is none of ours, of another version, or without its film, is passed over."""
    found = []
    for path in sorted(Path(folder).glob(f"*{BESIDE}")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            styled: Styled = from_json(Styled, data)
        except (OSError, ValueError, KeyError, TypeError, EditorError):
            continue
        if styled.schema == SCHEMA and path.with_name(styled.film).is_file():
            found.append(replace(styled, folder=str(path.parent)))
    return tuple(found)
