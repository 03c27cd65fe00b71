"""Every message survives its line; nothing else passes for a message."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import assistant_editor
import pytest
from assistant_editor.ml import protocol
from assistant_editor.ml.errors import WORKER_GARBAGE, EditorError
from assistant_editor.ml.facts import Span
from assistant_editor.ml.mattes import Grid, MatteOptions, Wanted
from assistant_editor.ml.protocol import (
    KINDS,
    Analyse,
    Cancel,
    CutOut,
    Done,
    Extract,
    Failed,
    FetchModel,
    FindFaces,
    Hello,
    Notice,
    Pause,
    Probe,
    Progress,
    ReadTexts,
    Result,
    SelfTest,
    Shutdown,
    Stylise,
    Task,
    Translate,
    decode,
    encode,
)
from assistant_editor.ml.stills import Cell, Picture, Sheet
from assistant_editor.ml.styles import StyleOptions, StyleWanted
from hypothesis import given
from hypothesis import strategies as st

EXAMPLES = [
    Analyse("1", "/a/ü \n.mp4", (Task("shots", {"detector": "content"}), Task("transcript")), Span(Fraction(1, 3), Fraction(2))),
    Analyse("1", "x", ()),
    Probe("2", "x"),
    SelfTest("3"),
    FetchModel("4", "whisper-tiny.en", True),
    Translate("4a", ("é", ""), "en", "fr", "/models/opus"),
    ReadTexts("4b", ("é", ""), "feelings"),
    Extract(
        "4b",
        (Picture("a.mp4", Fraction(1, 3), "b.png"), Picture("a.mp4", Fraction(0), "c.jpg", 192)),
        (Sheet("s.png", (Cell("a.mp4", Fraction(2), ("1", "two")),), 3, 2),),
        "keep",
        80,
    ),
    CutOut("4c", (Wanted("a.mp4", "m", "/out", Grid(Fraction(25), Fraction(25), 1.0, 3, 9), MatteOptions("n.pt", ("dog",))),)),
    Stylise("4d", (StyleWanted("a.mp4", "m", "/out", Grid(Fraction(25), Fraction(24), 0.96, 0, 9), StyleOptions("n.onnx", 7)),)),
    FindFaces("4e", ("a.png", "ü.png")),
    Cancel("5"),
    Pause(True),
    Shutdown(),
    Hello(1, "0.1.0", 77, "3.11"),
    Progress("6", "Finding shots", 0.25, 5.0),
    Notice("7", "Mind\nthis."),
    Result("8", "shots", {"boundaries": [{"seconds": "1/3"}]}, True),
    Failed("9", "It failed.", "Do this.", "bad_input", "Traceback\n…", "shots"),
    Done("10"),
]


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_a_message_is_one_line_and_comes_back(message):
    line = encode(message)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode(line) == message


def test_every_kind_has_an_example():
    assert {type(message).__name__ for message in EXAMPLES} == set(KINDS)


@given(st.text(), st.text())
def test_any_text_stays_on_one_line(path, step):
    for message in (Probe("a", path), Progress("a", step, 0.5)):
        line = encode(message)
        assert line.count(b"\n") == 1 and decode(line) == message


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_nothing_else_happens(line):
    with pytest.raises(EditorError) as caught:
        decode(line)
    assert caught.value.code == WORKER_GARBAGE


@pytest.mark.parametrize(
    "line",
    [b"", b"null", b"[]", b"3", b"{}", b'{"kind": "Nothing"}', b'{"kind": []}', b'{"kind": "Done"}', b'{"kind": "Done", "id": 1}',
     b'{"kind": "Done", "id": "1", "more": 2}',
     b'{"kind": "Analyse", "id": "1", "path": "x", "tasks": [], "span": {"start": "2", "end": "1"}}'],
)  # fmt: skip
def test_what_is_nearly_a_message_is_refused(line):
    with pytest.raises(EditorError) as caught:
        decode(line)
    assert caught.value.code == WORKER_GARBAGE and caught.value.detail


def test_a_line_that_is_too_long_is_not_sent(monkeypatch):
    monkeypatch.setattr(protocol, "LINE_LIMIT", 100)
    with pytest.raises(EditorError, match="over the limit"):
        encode(Notice("1", "x" * 100))


def test_numbers_that_json_does_not_know_are_not_sent():
    with pytest.raises(ValueError, match="JSON"):
        encode(Progress("1", "x", float("nan")))


def test_the_version_is_the_manifests():
    manifest = Path(assistant_editor.__file__).parent / "blender_manifest.toml"
    assert re.search(r'^version = "(.+)"$', manifest.read_text(encoding="utf-8"), re.M)[1] == protocol.VERSION
