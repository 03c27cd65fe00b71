"""What engines found before, on disk: one file a result, found again by what the medium holds, not by where it lies.

A result's name is made of the medium's fingerprint, the engine, its version and its options, followed by the span it covers,
so a look-up reads no file that does not fit, and two processes never write into one file. Files are written whole, then
renamed into place. Anything that cannot be read, or has another schema, counts as absent: it is computed again.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from .codec import from_json, to_json
from .errors import BAD_INPUT, EditorError
from .facts import ENGINES, Facts, Span
from .files import regular, shown, stamp

SCHEMA = 1
PIECE, BETWEEN = 1024 * 1024, 16
DEFAULT_LIMIT = 2 * 1024**3
DRAFT_LIFE = 3600.0
SHORT = Fraction(600)
MARGIN = Fraction(5)
GRID = 60
APART = Fraction(120)
"""Seconds that may lie between strips of one medium and are analysed with them all the same."""
_WHOLE = "whole"
_SPAN = re.compile(r"(-?\d+)_(\d+)~(-?\d+)_(\d+)")
_fingerprints: dict[tuple[str, int, int], str] = {}


def fingerprint(path: str | os.PathLike[str]) -> str:
    """What a file is, whatever its name: its size and a SHA-256 over its first and last MiB and sixteen pieces between them.

    Remembered while the file keeps its size and time. Stems and takes of one length may be silent at their ends and here and there; an
    uncompressed file changed in place, at the same size and outside these pieces, is taken for the old one. Raises
    `EditorError(BAD_INPUT)` when there is no file or it cannot be read; pipes and devices are refused, for they may never end.
    """
    facts = regular(path)
    try:
        key = (os.path.abspath(path), facts.st_size, facts.st_mtime_ns)  # noqa: PTH100  a Path would resolve links
        if key not in _fingerprints:
            _fingerprints[key] = _measure(path, facts.st_size)
    except OSError as reason:
        raise EditorError(
            f"{shown(path)} cannot be read: {reason.strerror or reason}.", "Check that the file is still there.", BAD_INPUT
        ) from reason
    return _fingerprints[key]


def _measure(path: str | os.PathLike[str], size: int) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as stream:  # noqa: PTH123  `path` may be a plain string
        if size <= 3 * PIECE:
            digest.update(stream.read(size))
        else:
            digest.update(stream.read(PIECE))
            for number in range(BETWEEN):
                stream.seek(PIECE + number * (size - 3 * PIECE) // (BETWEEN - 1))
                digest.update(stream.read(PIECE // BETWEEN))
            stream.seek(size - PIECE)
            digest.update(stream.read(PIECE))
    return f"{size:x}-{digest.hexdigest()[:40]}"


def canonical(engine: str, options: Any) -> str:
    """An engine's options as one text: every option named, in a fixed order, so that equal options give equal texts.

    `options` is the engine's options dataclass or its JSON, in which defaults may be left out. Raises `EditorError(BAD_INPUT)`.
    """
    if engine not in ENGINES:
        raise EditorError(f"There is no engine {engine!r}; there are {', '.join(sorted(ENGINES))}.", code=BAD_INPUT)
    if isinstance(options, Mapping):
        options = from_json(ENGINES[engine].options, dict(options))
    return json.dumps(to_json(options), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def span_for(needed: Sequence[Span], content: Span | None) -> Span | None:
    """What to analyse so that the answer serves the next trim as well. None means the whole medium.

    The whole, when it lasts at most ten minutes or at least half of it would be covered anyway; else the hull of what is
    needed, five seconds wider on both sides and snapped outwards to full minutes. `content` is the medium's own span, None
    when its length is not known.
    """
    if not needed:
        raise ValueError("no span is needed, so there is nothing to analyse")
    if content is not None and content.length <= SHORT:
        return None
    start = Fraction(math.floor((min(span.start for span in needed) - MARGIN) / GRID) * GRID)
    end = Fraction(math.ceil((max(span.end for span in needed) + MARGIN) / GRID) * GRID)
    if content is None:
        return Span(max(start, Fraction(0)), max(end, Fraction(0)))
    start, end = max(start, content.start), min(end, content.end)
    if end <= start or (end - start) * 2 >= content.length:
        return None
    return Span(start, end)


def spans_for(needed: Sequence[Span], content: Span | None) -> tuple[Span | None, ...]:
    """What to analyse where strips may lie far apart in their medium: what `span_for` says of each group that is near together.

    Gaps longer than two minutes are left out when the hull is longer than twice what is needed and two minutes. In order of
    time, and apart from each other; `(None,)` means the whole medium.
    """
    spans: list[Span] = []
    for group in _near(needed):
        span = span_for(group, content)
        if span is None:
            return (None,)
        if spans and spans[-1].end >= span.start:
            span = Span(spans.pop().start, span.end)
        spans.append(span)
    if content is not None and sum(span.length for span in spans) * 2 >= content.length:
        return (None,)
    return tuple(spans)


def _near(needed: Sequence[Span]) -> list[list[Span]]:
    """`needed`, in order of time, in groups; one group where leaving out the gaps would save little."""
    groups: list[list[Span]] = []
    covered, end = Fraction(0), None
    for span in sorted(needed, key=lambda span: (span.start, span.end)):
        if end is None or span.start - end > APART:
            groups.append([])
        groups[-1].append(span)
        covered += max(Fraction(0), span.end - (span.start if end is None else max(span.start, end)))
        end = span.end if end is None else max(end, span.end)
    if end is None or end - groups[0][0].start <= covered * 2 + APART:
        return [list(needed)]
    return groups


class Cache:
    """Results below `folder`, at most `limit_bytes` of them; those not used for longest go first.

    `options` is everywhere the engine's options dataclass or its JSON. No method fails because of the disk.
    """

    def __init__(self, folder: str | os.PathLike[str], limit_bytes: int = DEFAULT_LIMIT) -> None:
        self.folder = Path(folder)
        self.limit = limit_bytes

    def load(self, engine: str, medium: str, options: Any, span: Span | None) -> Facts | None:
        """A stored result that covers `span` (None: the whole medium), the narrowest there is; None when there is none.

        `medium` is the file's `fingerprint`.
        """
        key = self._key(engine, medium, options)
        fitting = [(length, path) for path, length in self._spans(key) if _fits(path, span)]
        for _length, path in sorted(fitting, key=lambda item: (item[0], item[1].name)):
            facts = self._read(path, key, engine)
            if facts is not None:
                return facts
        return None

    def store(self, engine: str, medium: str, options: Any, facts: Facts, whole: bool = False) -> str:
        """Keeps `facts`, which cover the whole medium or only their own `span`.

        Returns "" or, when they could not be kept, the warning to show: a full disk costs the next run time, not this one.
        """
        key = self._key(engine, medium, options)
        path = self._path(key, _WHOLE if whole else _span_name(facts.span))
        draft = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
        record = {"schema": SCHEMA, "key": key, "facts": to_json(facts)}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with draft.open("w", encoding="utf-8") as stream:
                    json.dump(record, stream, allow_nan=False)  # names that are not UTF-8 are escaped
                    stream.flush()
                    os.fsync(stream.fileno())
                draft.replace(path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
            self._tidy(path, key)
        except OSError as reason:
            return (
                f"The result could not be kept in {self.folder} ({reason.strerror or reason}), so the next run computes it again. "
                "Free some space or choose another cache folder."
            )
        return ""

    def size(self) -> int:
        """Bytes in use."""
        return sum(size for _used, size, _path in self._files())

    def clear(self) -> int:
        """Forgets every result. Returns the bytes that became free; what another process holds open stays."""
        freed = 0
        for _used, size, path in self._files():
            freed += size if _remove(path) else 0
        return freed

    def load_text(self, key: str) -> str | None:
        """A text that was kept under this key (40 hex digits)."""
        try:
            record = json.loads(self._text_path(key).read_text(encoding="utf-8"))
            os.utime(self._text_path(key))
        except (OSError, ValueError):
            return None
        return record["text"] if isinstance(record, dict) and isinstance(record.get("text"), str) else None

    def store_text(self, key: str, text: str) -> str:
        """Keeps a text. Returns "" or, when it could not be kept, the warning to show."""
        path = self._text_path(key)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps({"text": text}), encoding="utf-8")
            draft.replace(path)
        except OSError as reason:
            return f"What was made of texts could not be kept in {self.folder} ({reason.strerror or reason}): the next run does it again."
        return ""

    def _text_path(self, key: str) -> Path:
        return self.folder / "facts" / key[:2] / f"{key}.text.json"

    def forget(self, engine: str) -> int:
        """Forgets every result of one engine. Returns how many there were; they are read to be known."""
        found = 0
        for path in (self.folder / "facts").glob("*/*.json"):
            try:
                record = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):  # damaged, or removed by another process: nothing to forget
                continue
            key = record.get("key") if isinstance(record, dict) else None
            if isinstance(key, list) and len(key) > 1 and key[1] == engine:
                found += _remove(path)
        return found

    def _key(self, engine: str, medium: str, options: Any) -> list[Any]:
        text = canonical(engine, options)
        asked = json.loads(text)
        named = [asked.get("model", ""), asked.get("aligner", "")]
        # A model that the user names as a folder is what lies in it at the moment.
        weights = [stamp(Path(model)) for model in named if isinstance(model, str) and os.path.isabs(model)]  # noqa: PTH117  "" is no path
        return [medium, engine, ENGINES[engine].version, text, *weights]

    def _path(self, key: list[Any], span: str) -> Path:
        name = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:40]
        return self.folder / "facts" / name[:2] / f"{name}.{span}.json"

    def _spans(self, key: list[Any]) -> list[tuple[Path, float]]:
        """Every stored result of this key and the length it covers, from the files' names alone."""
        pattern = self._path(key, "*")
        found = []
        for path in pattern.parent.glob(pattern.name):
            span = _span_of(path)
            found.append((path, math.inf if span is None else float(span.length)))
        return found

    def _read(self, path: Path, key: list[Any], engine: str) -> Facts | None:
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(record, dict) or record.get("schema") != SCHEMA or record.get("key") != key:
                return None
            facts: Facts = from_json(ENGINES[engine].facts, record["facts"])
            os.utime(path)
        except (OSError, ValueError, KeyError, EditorError):
            # Damaged, of another schema, or just removed by another process: computed again and written over.
            return None
        return facts

    def _tidy(self, fresh: Path, key: list[Any]) -> None:
        """Removes what the fresh result makes needless, drafts of writers that died, and the least used above the limit."""
        for path, _length in self._spans(key):
            if path != fresh and _span_of(path) is not None and _fits(fresh, _span_of(path)):
                _remove(path)
        files = sorted(self._files())
        total = sum(size for _used, size, _path in files)
        for used, size, path in files:
            old_draft = path.name.startswith(".") and time.time() - used > DRAFT_LIFE
            if path != fresh and (old_draft or total > self.limit) and _remove(path):
                total -= size

    def _everything(self) -> Iterator[Path]:
        """Facts, and the thumbnails that `stills.thumbnail_path` names."""
        yield from (self.folder / "facts").glob("*/*")
        yield from (self.folder / "thumbnails").glob("*/*")

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._everything():
            try:
                facts = path.stat()
            except OSError:  # another process removed it just now
                continue
            found.append((facts.st_mtime, facts.st_size, path))
        return found


def _remove(path: Path) -> bool:
    """False when it is in use (Windows) or already gone; both are the business of whoever uses or removed it."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _span_name(span: Span) -> str:
    return f"{span.start.numerator}_{span.start.denominator}~{span.end.numerator}_{span.end.denominator}"


def _span_of(path: Path) -> Span | None:
    """The span in a result's name; None for one of a whole medium (or a name that is not ours, which then fails to be read)."""
    match = _SPAN.fullmatch(path.name.split(".")[1]) if path.name.count(".") == 2 else None
    if match is None:
        return None
    a, b, c, d = map(int, match.groups())
    return Span(Fraction(a, b), Fraction(c, d)) if b and d and Fraction(c, d) >= Fraction(a, b) else None


def _fits(path: Path, wanted: Span | None) -> bool:
    span = _span_of(path)
    return span is None if wanted is None or span is None else span.covers(wanted)
