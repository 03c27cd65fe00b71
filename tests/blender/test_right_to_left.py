"""Hebrew, Arabic and Japanese speech from the transcript to the timeline, by hand, to a file, and through a second run."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import Span, Transcript, TranscriptOptions, Utterance, Word
from assistant_editor.operators import work
from assistant_editor.timeline import compat
from assistant_editor.timeline.visual import visual

from tests.blender.cutting_room import NO_PYTHON, CuttingRoom

SAID = {
    "he": " בוקר טוב לכולם, היום נדבר על הים (והמלח) ועל 3 סירות קטנות שיצאו לדרך.",
    "ar": " صباح الخير جميعا، سنتحدث اليوم عن البحر وعن ثلاثة قوارب صغيرة.",
    "ja": "おはようございます。今日は海と塩と、旅に出た三艘の小さな船について話します。",
}


def transcript(language: str) -> Transcript:
    text = SAID[language]
    words = [f" {word}" for word in text.split()] if " " in text else list(text)
    step = Fraction(8, len(words))
    said = tuple(Word(word, 1 + n * step, 1 + (n + 1) * step, 0.9) for n, word in enumerate(words))
    span = Span(Fraction(0), Fraction(10))
    return Transcript(span, Fraction(0), language, 1.0, "faster-whisper", "tiny.en", "transcribe", (Utterance(said),))


@pytest.fixture(params=SAID)
def spoken(request: Any, room: CuttingRoom, talkie: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    Cache(tmp_path / "cache").store("transcript", fingerprint(str(talkie)), TranscriptOptions(), transcript(request.param), whole=True)
    room.scene.render.resolution_x, room.scene.render.resolution_y = 640, 360
    room.lay(talkie)
    room.run("auto_captions")
    room.language = request.param  # type: ignore[attr-defined]
    return room


def plain(text: str) -> str:
    return "".join(text.split())


def test_every_word_is_there_as_it_is_seen_and_read_as_it_was_said(spoken: CuttingRoom) -> None:
    captions = work.look(spoken.scene).captions
    said = SAID[spoken.language]  # type: ignore[attr-defined]
    assert len(captions) >= 2 and plain("".join(ref.text for ref in captions)) == plain(said)
    drawn = {ref.name: spoken.strips[ref.name].text for ref in captions}
    assert all(drawn[ref.name] == visual(ref.text) for ref in captions)
    assert all((drawn[ref.name] == ref.text) == (spoken.language == "ja") for ref in captions)  # type: ignore[attr-defined]
    assert all(strip.font is not None for strip in spoken.strips if strip.type == "TEXT"), "no font of one width"


def test_a_second_run_changes_nothing_and_other_looks_keep_the_text(spoken: CuttingRoom) -> None:
    before = spoken.dump()
    spoken.run("auto_captions")
    assert spoken.changed_since(before) == []
    texts = [ref.text for ref in work.look(spoken.scene).captions]
    outcome = spoken.run("auto_captions", look="box")
    assert outcome.counts["updated"] and [ref.text for ref in work.look(spoken.scene).captions] == texts


def test_a_correction_in_the_strip_is_kept_as_it_was_meant(spoken: CuttingRoom) -> None:
    first = work.look(spoken.scene).captions[0]
    strip = spoken.strips[first.name]
    if spoken.language == "ar":  # type: ignore[attr-defined]
        strip.text = "صباح النور"
        meant = "صباح النور"
    else:
        lines = first.text.split("\n")
        lines[0] = lines[0] + ("!" if spoken.language == "he" else "！")  # type: ignore[attr-defined]  # noqa: RUF001
        meant = "\n".join(lines)
        strip.text = visual(meant)
    spoken.run("auto_captions", look="cinema")
    now = work.look(spoken.scene).captions[0]
    assert now.text == meant and strip.text in (visual(meant), meant)


def test_files_have_the_text_in_the_order_it_is_read_in(spoken: CuttingRoom, tmp_path: Path) -> None:
    spoken.run("export_srt", filepath=str(tmp_path / "said.srt"))
    written = (tmp_path / "said.srt").read_text(encoding="utf-8-sig")
    for ref in work.look(spoken.scene).captions:
        assert ref.text in written


def test_a_karaoke_look_shows_every_word(spoken: CuttingRoom) -> None:
    spoken.run("auto_captions", look="karaoke")
    kinds = [tag.kind for tag in spoken.tagged().values()]
    assert kinds.count("highlight") >= kinds.count("caption") > 0
    highlights = [spoken.strips[name] for name, tag in spoken.tagged().items() if tag.kind == "highlight"]
    assert all(compat.left(strip) < compat.right(strip) for strip in highlights)
    before = spoken.dump()
    spoken.run("auto_captions", look="karaoke")
    assert spoken.changed_since(before) == []
