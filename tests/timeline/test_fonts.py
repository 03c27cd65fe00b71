"""The font a caption is drawn in: what is wanted, where that has its letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from assistant_editor.timeline import fonts
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.visual import visual

from tests.timeline.test_glyphs import font, format_12

SANS, OWN = CaptionStyle(font="Inter"), CaptionStyle()


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A system with the fonts that a test lays into this folder, and no others."""
    monkeypatch.setattr(fonts, "folders", lambda: [tmp_path])
    for known in (fonts.installed, fonts._of_system, fonts.chosen):
        known.cache_clear()
    yield tmp_path
    for known in (fonts.installed, fonts._of_system, fonts.chosen):
        known.cache_clear()


def put(folder: Path, name: str, *runs: tuple[int, int]) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(font(format_12(sorted(runs)), 10))
    return str(path)


LATIN, ARABIC, RUNES = (0x20, 0x24F), (0x600, 0xFEFF), (0x16A0, 0x16FF)


@pytest.mark.parametrize(
    ("style", "text", "expected"),
    [
        (SANS, "Hello, how are you?", "Inter"),
        (SANS, "Čau, Δ, Привет — “ok”…", "Inter"),
        (OWN, "Čau, Δ, Привет", ""),
        (OWN, "Thumbs 👍", ""),
        (SANS, "שלום, 12", "NotoSansHebrew"),
        (OWN, "שלום, 12", "NotoSansHebrew"),
        (SANS, "مرحبا", "NotoSansArabic"),
        (SANS, "日本語の字幕", "Noto Sans CJK"),
        (OWN, "한국어", "Noto Sans CJK"),
        (SANS, "हिन्दी", "NotoSansDevanagari"),
        (SANS, "สวัสดี", "NotoSansThai"),
        (SANS, "ქართული ენა", "NotoSansGeorgian"),
        (SANS, "مرحبا hello", ""),
    ],
)
def test_a_text_has_a_font_with_its_letters(system: Path, style: CaptionStyle, text: str, expected: str) -> None:
    assert fonts.Fonts().suited(style, visual(text)).font == expected


def test_a_style_that_suits_is_the_very_same(system: Path) -> None:
    run = fonts.Fonts()
    assert run.suited(SANS, "Hello") is SANS and run.suited(SANS, "é") is SANS and run.suited(OWN, "é") is OWN
    assert run.notices == ()


def test_the_systems_fonts_are_asked_where_blenders_have_not_all(system: Path) -> None:
    put(system, "aaa/Odd.ttf", LATIN, ARABIC)
    bold = put(system, "NotoSans-Bold.ttf", LATIN, ARABIC)
    arial = put(system, "sub/Arial.ttf", LATIN, ARABIC)
    put(system, "NotoSans.ttf", LATIN)
    (system / "broken.ttf").write_bytes(b"no font")
    assert fonts.Fonts().suited(SANS, visual("مرحبا hello")).font == arial
    assert fonts.installed()[-1] != arial and bold in fonts.installed()


def test_a_chosen_font_is_kept_where_it_has_the_letters(system: Path, tmp_path: Path) -> None:
    mine = put(tmp_path, "elsewhere/mine.otf", LATIN)
    assert fonts.Fonts().suited(CaptionStyle(font=mine), "Été").font == mine
    assert fonts.Fonts().suited(CaptionStyle(font=mine), "Привет").font == "Inter"
    packed = tmp_path / "web.woff2"
    packed.write_bytes(b"wOF2" + bytes(99))
    assert fonts.Fonts().suited(CaptionStyle(font=str(packed)), "Привет").font == str(packed), "nobody can tell what it has"


def test_scripts_without_a_font_are_named(system: Path) -> None:
    run = fonts.Fonts()
    assert run.suited(SANS, "ᚠᚢᚦ runes").font == ""
    (notice,) = run.notices
    assert "Runic" in notice and "Latin" not in notice and "Font" in notice
    put(system, "Runes.ttf", LATIN, RUNES)
    for known in (fonts.installed, fonts._of_system, fonts.chosen):
        known.cache_clear()
    assert fonts.Fonts().suited(SANS, "ᚠᚢᚦ runes").font.endswith("Runes.ttf")


def test_scripts_that_blender_cannot_write_are_named(system: Path) -> None:
    run = fonts.Fonts()
    run.suited(SANS, visual("हिन्दी"))
    run.suited(SANS, visual("বাংলা"))
    (notice,) = run.notices
    assert "Bengali, Devanagari" in notice


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_where_systems_keep_fonts(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(fonts.sys, "platform", platform)
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    places = [path.as_posix() for path in fonts.folders()]
    assert len(places) >= 2 and all("ont" in place for place in places)
    assert any(place.startswith(("/local", Path.home().as_posix())) for place in places), "the user's own too"


@pytest.mark.parametrize("path", ["//fonts/Inter.woff2", r"C:\\Program Files\\Blender\\5.2\\datafiles\\fonts\\Inter.woff2", "Inter.woff2"])
def test_blenders_fonts_are_known_by_their_files(path: str) -> None:
    assert fonts.named(path) == "Inter"
    assert fonts.named("/usr/share/fonts/Inter.ttf") == "" and fonts.named("") == ""
