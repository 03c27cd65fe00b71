"""The one vocabulary of both ends of the pipe: a message is a frozen dataclass on one line of JSON.

A line is `{"kind": CLASS NAME, ...fields}` in ASCII: file names that are not UTF-8 have no other form. Whoever reads a line
that is too long, not JSON, or of an unknown kind raises `EditorError(WORKER_GARBAGE)`: a pipe that carried garbage once is
not trusted again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from .codec import from_json, to_json
from .drawing import Plot
from .errors import DEFECT, WORKER_GARBAGE, EditorError
from .facts import Span
from .mattes import Wanted
from .stills import Existing, Picture, Sheet
from .styles import StyleWanted

PROTOCOL = 1
VERSION = "0.1.0"
"""The extension's version, as in its manifest. A worker of another version is refused: it runs files that were replaced meanwhile."""
LINE_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True)
class Task:
    """One engine to run: `options` is the JSON of that engine's options dataclass."""

    engine: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Analyse:
    """Run `tasks` over one medium. `span` limits the work to a part of it (stream time); None is all of it."""

    id: str
    path: str
    tasks: tuple[Task, ...]
    span: Span | None = None


@dataclass(frozen=True)
class Probe:
    """What is in this file? Answered by one Result whose engine is "probe" and whose facts are a `Media`."""

    id: str
    path: str


@dataclass(frozen=True)
class SelfTest:
    """Load every library and answer one Result, engine "selftest": versions, device, and what is missing."""

    id: str


@dataclass(frozen=True)
class FetchModel:
    """Get a model of the table. `consent` is the user's, given for this very download."""

    id: str
    model: str
    consent: bool


@dataclass(frozen=True)
class Extract:
    """Write frames of films as pictures, contact sheets of them, and drawings. Each file appears whole or not at all.

    `existing`: what is done where files are there already. `quality` of JPEG, 1 to 100. Answered by one Result, engine
    "extract": `{"files": [...], "kept": number of files that were there and were left}`.
    """

    id: str
    pictures: tuple[Picture, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    existing: Existing = "refuse"
    quality: int = 92
    plots: tuple[Plot, ...] = ()


@dataclass(frozen=True)
class Translate:
    """Say `texts` in another language. `source` and `target` are ISO 639-1 codes, `model` a folder with a translation model.

    Answered by one Result, engine "translate": `{"texts": [...]}`, one for each, in their order.
    """

    id: str
    texts: tuple[str, ...]
    source: str
    target: str
    model: str


@dataclass(frozen=True)
class ReadTexts:
    """Say of each text what is asked: its "feelings", or where it lies in the space of sentences ("meaning") or of an image-text model
    ("picture"; `model` is that model's folder).

    Answered by one Result, engine "read": for feelings `{"rows": [[negative, neutral, positive, *EXPRESSIONS], …]}`, each three and seven
    shares that add up to 1; for the others `{"width": n, "vectors": base64 of float32 (texts, width)}`, unit vectors.
    """

    id: str
    texts: tuple[str, ...]
    what: Literal["feelings", "meaning", "picture"]
    model: str = ""


@dataclass(frozen=True)
class CutOut:
    """Make films of mattes. Each appears whole or not at all, and with it what says what it shows (`mattes`).

    Answered by one Result, engine "cutout": `{"mattes": [...]}`, the JSON of a `Matte` for each of `wanted`.
    """

    id: str
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True)
class Stylise:
    """Make films in another style. Each appears whole or not at all, and with it what says what it shows (`styles`).

    Answered by one Result, engine "style": `{"styles": [...]}`, the JSON of a `Styled` for each of `wanted`.
    """

    id: str
    wanted: tuple[StyleWanted, ...]


@dataclass(frozen=True)
class FindFaces:
    """Look for faces in picture files, each by itself, with MTCNN.

    Answered by one Result, engine "found": `{"pictures": [[[left, top, right, bottom, sure], …], …]}`, a list for each of `paths`, places
    in shares of the picture from its upper left corner.
    """

    id: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Cancel:
    """Stop the request with this id as soon as it can be stopped; it ends in Failed(CANCELLED)."""

    id: str


@dataclass(frozen=True)
class Pause:
    """Stand still at the next frame or piece of sound while `on`; all that was done until then is kept. It can be cancelled meanwhile."""

    on: bool


@dataclass(frozen=True)
class Shutdown:
    """Finish now."""


@dataclass(frozen=True)
class Hello:
    """The worker's first line."""

    protocol: int
    version: str
    pid: int
    python: str


@dataclass(frozen=True)
class Progress:
    """`fraction` of the whole request, 0..1; `step` in words a user reads ("Finding shots in holiday.mp4").

    `deadline` seconds may pass until the next Progress before the reader may call this a hang.
    """

    id: str
    step: str
    fraction: float
    deadline: float = 60.0


@dataclass(frozen=True)
class Notice:
    """Something the user should know though the job goes on."""

    id: str
    message: str


@dataclass(frozen=True)
class Result:
    """What one engine found: the JSON of its facts. `cached` when nothing had to be computed."""

    id: str
    engine: str
    facts: dict[str, Any]
    cached: bool = False


@dataclass(frozen=True)
class Failed:
    """The request, or one engine of it (`engine`), could not be done. The other engines go on."""

    id: str
    message: str
    remedy: str = ""
    code: str = DEFECT
    detail: str = ""
    engine: str = ""


@dataclass(frozen=True)
class Done:
    """The last line of a request, whatever came before."""

    id: str


Work = Analyse | Probe | SelfTest | FetchModel | Extract | Translate | ReadTexts | CutOut | Stylise | FindFaces
Request = Work | Cancel | Pause | Shutdown
Event = Hello | Progress | Notice | Result | Failed | Done
Message = Request | Event

_KINDS = (
    Analyse, Probe, SelfTest, FetchModel, Extract, Translate, ReadTexts, CutOut, Stylise, FindFaces, Cancel,
    Pause, Shutdown, Hello, Progress, Notice, Result, Failed,
    Done,
)  # fmt: skip
KINDS: dict[str, type] = {kind.__name__: kind for kind in _KINDS}


def encode(message: Message) -> bytes:
    """One line, newline included. Raises `EditorError(DEFECT)` when it is longer than the limit."""
    line = json.dumps({"kind": type(message).__name__, **to_json(message)}, allow_nan=False).encode()
    if len(line) >= LINE_LIMIT:
        raise EditorError(f"A {type(message).__name__} message of {len(line)} bytes is over the limit of {LINE_LIMIT}.")
    return line + b"\n"


def decode(line: bytes) -> Message:
    """The message on this line. Raises `EditorError(WORKER_GARBAGE)` when it is none."""
    try:
        data = json.loads(line)
        kind = KINDS[data.pop("kind")]
        message: Message = from_json(kind, data)
        return message
    except (ValueError, KeyError, AttributeError, TypeError, EditorError) as reason:
        raise EditorError(
            "The worker sent something that is not a message.", code=WORKER_GARBAGE, detail=f"{line[:200]!r}: {reason!r}"
        ) from reason
