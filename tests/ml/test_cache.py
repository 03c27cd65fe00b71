"""The cache finds what covers, forgets what is damaged, old or too much, and never fails because of the disk."""

from __future__ import annotations

import errno
import itertools
import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from assistant_editor.ml import cache as caching
from assistant_editor.ml.cache import Cache, canonical, fingerprint, span_for, spans_for
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.ml.facts import ENGINES, Boundary, Shots, ShotsOptions, Sounds, SoundsOptions, Span, TranscriptOptions
from hypothesis import given
from hypothesis import strategies as st

CONTENT = ShotsOptions("content")


def span(start, end) -> Span:
    return Span(Fraction(start), Fraction(end))


def shots(start=0, end=10, score=0.9) -> Shots:
    boundary = Boundary(50, Fraction(1001, 500), score)
    return Shots(span(start, end), Fraction(0), Fraction(30000, 1001), 250, "content", (boundary,), ("Cut off.",))


@pytest.fixture
def cache(tmp_path) -> Cache:
    return Cache(tmp_path / "cache")


def files(cache: Cache) -> list[Path]:
    return sorted(path for path in (cache.folder / "facts").rglob("*") if path.is_file())


# What a medium is ---------------------------------------------------------------------------------------------------------


def test_a_fingerprint_is_the_content_not_the_name(tmp_path):
    one, two, other = (tmp_path / name for name in ("one.mp4", "two.mov", "three.mp4"))
    one.write_bytes(b"a" * 1000)
    two.write_bytes(b"a" * 1000)
    other.write_bytes(b"a" * 999 + b"b")
    assert fingerprint(one) == fingerprint(str(two)) != fingerprint(other)


@pytest.mark.parametrize("place", [0, 1024 * 1024, 6 * 1024 * 1024 + 65_535, 8 * 1024 * 1024 - 1])
def test_a_change_at_the_edges_of_what_is_looked_at_in_a_big_file_is_seen(tmp_path, place):
    path = tmp_path / "big"
    content = bytearray(8 * 1024 * 1024)
    path.write_bytes(content)
    before = fingerprint(path)
    content[place] = 1
    path.write_bytes(content)
    os.utime(path, ns=(1, 1))
    assert fingerprint(path) != before


@pytest.mark.parametrize("megabytes", [4, 50])
def test_stems_that_are_silent_but_for_a_part_are_told_apart(tmp_path, megabytes):
    """A tenth of the file differs, wherever it is."""
    size = megabytes * 1024 * 1024
    seen = set()
    for tenth in range(10):
        path = tmp_path / f"{tenth}.wav"
        with path.open("wb") as file:
            file.truncate(size)
            file.seek(size * tenth // 10)
            file.write(b"x" * (size // 10))
        seen.add(fingerprint(path))
    assert len(seen) == 10


def test_every_byte_of_a_small_file_counts(tmp_path):
    path = tmp_path / "small"
    content = bytearray(3 * 1024 * 1024)
    seen = set()
    for place in (0, 700_000, 1_100_000, 2_000_000, 3 * 1024 * 1024 - 1):
        content[place] = 1
        path.write_bytes(content)
        os.utime(path, ns=(place, place))
        seen.add(fingerprint(path))
    assert len(seen) == 5


def test_an_unchanged_file_is_not_read_again(tmp_path, monkeypatch):
    path = tmp_path / "x"
    path.write_bytes(b"x")
    first = fingerprint(path)
    monkeypatch.setattr(caching, "_measure", lambda *_: pytest.fail("read again"))
    assert fingerprint(path) == first


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    for path in (tmp_path / "gone.mp4", tmp_path):
        with pytest.raises(EditorError) as caught:
            fingerprint(path)
        assert caught.value.code == BAD_INPUT and str(path) in caught.value.message and caught.value.remedy


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")
def test_what_is_no_file_is_not_opened(tmp_path):
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    odd = {pipe: "not a file", "/dev/zero": "not a file", "a\0b": "not a name", "": "No file is named", "x" * 100_000: "cannot be read"}
    for path, words in odd.items():
        with pytest.raises(EditorError) as caught:
            fingerprint(path)
        assert caught.value.code == BAD_INPUT and words in caught.value.message and caught.value.remedy
        assert len(caught.value.message) < 1000 and "\0" not in caught.value.message


def test_names_that_are_not_utf_8_are_kept(cache):
    facts = Shots(span(0, 10), Fraction(0), Fraction(25), 250, "content", (), ("caf\udce9.mp4 is cut off.",))
    assert cache.store("shots", "m", CONTENT, facts) == ""
    assert cache.load("shots", "m", CONTENT, span(0, 5)) == facts


# What is asked ------------------------------------------------------------------------------------------------------------


def test_options_are_compared_by_what_they_mean():
    assert canonical("shots", {}) == canonical("shots", ShotsOptions()) == canonical("shots", {"detector": "transnetv2"})
    assert canonical("shots", CONTENT) != canonical("shots", ShotsOptions())
    for engine, options in (("palmistry", {}), ("shots", {"detector": "tea leaves"}), ("shots", {"speed": 3})):
        with pytest.raises(EditorError) as caught:
            canonical(engine, options)
        assert caught.value.code == BAD_INPUT


def test_what_a_model_in_a_folder_found_is_found_again_only_while_its_files_are_the_same(cache, tmp_path):
    folder = tmp_path / "tagger"
    folder.mkdir()
    (weights := folder / "model.safetensors").write_bytes(b"weights one")
    asked = SoundsOptions(model=str(folder))
    heard = Sounds(span(0, 10), Fraction(0), "AST tagger", ())
    assert cache.store("sounds", "m", asked, heard, whole=True) == ""
    assert cache.load("sounds", "m", asked, None) == heard
    changed = weights.stat().st_mtime_ns
    weights.write_bytes(b"weights two")
    os.utime(weights, ns=(changed, changed + 1_000_000_000))
    assert cache.load("sounds", "m", asked, None) is None
    (folder / "config.json").write_text("{}")
    assert cache.store("sounds", "m", asked, heard, whole=True) == ""
    (folder / "config.json").unlink()
    assert cache.load("sounds", "m", asked, None) is None
    weights.write_bytes(b"weights one")
    os.utime(weights, ns=(changed, changed))
    assert cache.load("sounds", "m", asked, None) == heard


def test_another_model_in_the_same_file_is_asked_anew(cache, tmp_path):
    (weights := tmp_path / "own.pt").write_bytes(b"weights one")
    asked = SoundsOptions(model=str(weights))
    heard = Sounds(span(0, 10), Fraction(0), "own", ())
    assert cache.store("sounds", "m", asked, heard, whole=True) == ""
    assert cache.load("sounds", "m", asked, None) == heard
    weights.write_bytes(b"weights two, longer")
    assert cache.load("sounds", "m", asked, None) is None


def test_what_was_stored_is_found_again_and_only_for_the_same_question(cache, monkeypatch):
    assert cache.load("shots", "m", CONTENT, None) is None
    assert cache.store("shots", "m", CONTENT, shots(), whole=True) == ""
    assert Cache(cache.folder).load("shots", "m", {"detector": "content"}, None) == shots()
    assert cache.load("shots", "other", CONTENT, None) is None
    assert cache.load("shots", "m", ShotsOptions(), None) is None
    assert cache.load("transcript", "m", TranscriptOptions(), None) is None
    engine = ENGINES["shots"]
    monkeypatch.setitem(ENGINES, "shots", type(engine)("shots", engine.version + 1, engine.options, engine.facts, engine.stream))
    assert cache.load("shots", "m", CONTENT, None) is None


def test_a_part_answers_for_what_it_covers_only(cache):
    cache.store("shots", "m", CONTENT, shots(60, 120))
    assert cache.load("shots", "m", CONTENT, span(60, 120)) == shots(60, 120)
    assert cache.load("shots", "m", CONTENT, span(70, Fraction(239, 2))) == shots(60, 120)
    assert cache.load("shots", "m", CONTENT, span(59, 100)) is None
    assert cache.load("shots", "m", CONTENT, None) is None


def test_the_narrowest_covering_result_is_taken_and_a_wider_one_replaces_the_narrow(cache):
    cache.store("shots", "m", CONTENT, shots(0, 600, 0.1), whole=True)
    cache.store("shots", "m", CONTENT, shots(60, 120, 0.2))
    assert cache.load("shots", "m", CONTENT, span(70, 80)).boundaries[0].score == 0.2
    cache.store("shots", "m", CONTENT, shots(0, 180, 0.3))
    assert cache.load("shots", "m", CONTENT, span(70, 80)).boundaries[0].score == 0.3
    assert len(files(cache)) == 2
    cache.store("shots", "m", CONTENT, shots(0, 600, 0.4), whole=True)
    assert len(files(cache)) == 1
    assert cache.load("shots", "m", CONTENT, span(70, 80)).boundaries[0].score == 0.4


spans = st.tuples(st.integers(0, 100), st.integers(1, 100)).map(lambda pair: span(Fraction(pair[0], 7), Fraction(pair[0] + pair[1], 7)))


@given(st.lists(spans, min_size=1, max_size=6), spans)
def test_found_exactly_when_something_stored_covers_it(tmp_path_factory, stored, asked):
    cache = Cache(tmp_path_factory.mktemp("cache"))
    for one in stored:
        cache.store("shots", "m", CONTENT, Shots(one, Fraction(0), Fraction(25), 1, "content", ()))
    found = cache.load("shots", "m", CONTENT, asked)
    assert (found is not None) == any(one.covers(asked) for one in stored)
    assert found is None or found.span.covers(asked)


# What may go wrong --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: "\x00" * 100,
        lambda text: "[]",
        lambda text: json.dumps({**json.loads(text), "schema": 0}),
        lambda text: json.dumps({**json.loads(text), "schema": 99}),
        lambda text: json.dumps({**json.loads(text), "key": ["another"]}),
        lambda text: json.dumps({**json.loads(text), "facts": {"span": 3}}),
        lambda text: json.dumps({"schema": 1, "key": json.loads(text)["key"]}),
    ],
)
def test_what_cannot_be_read_counts_as_absent_and_is_written_over(cache, spoil):
    cache.store("shots", "m", CONTENT, shots(), whole=True)
    (path,) = files(cache)
    path.write_text(spoil(path.read_text()))
    assert cache.load("shots", "m", CONTENT, None) is None
    assert cache.store("shots", "m", CONTENT, shots(), whole=True) == ""
    assert cache.load("shots", "m", CONTENT, None) == shots()


def test_bytes_that_are_no_text_count_as_absent(cache):
    cache.store("shots", "m", CONTENT, shots(), whole=True)
    files(cache)[0].write_bytes(b"\xff\xfe\x00" * 50)
    assert cache.load("shots", "m", CONTENT, None) is None


def test_a_full_disk_is_a_warning_and_leaves_nothing_behind(cache, monkeypatch):
    cache.store("shots", "old", CONTENT, shots(), whole=True)

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    warning = cache.store("shots", "m", CONTENT, shots(), whole=True)
    assert "No space left" in warning and str(cache.folder) in warning
    assert len(files(cache)) == 1
    monkeypatch.undo()
    assert cache.load("shots", "old", CONTENT, None) == shots()
    assert cache.store("shots", "m", CONTENT, shots(), whole=True) == ""


def test_a_folder_that_cannot_be_made_is_a_warning(tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file")
    assert "could not be kept" in cache.store("shots", "m", CONTENT, shots())
    assert cache.load("shots", "m", CONTENT, None) is None
    assert cache.size() == 0 and cache.clear() == 0


def test_the_least_used_go_first(tmp_path):
    cache = Cache(tmp_path)
    for number in range(6):
        cache.store("shots", f"m{number}", CONTENT, shots(), whole=True)
        os.utime(max(files(cache), key=lambda path: path.stat().st_mtime_ns), (1000 + number, 1000 + number))
    assert cache.load("shots", "m0", CONTENT, None) is not None  # used now, so it is young again
    limited = Cache(tmp_path, cache.size() // 2 + 50)
    limited.store("shots", "new", CONTENT, shots(), whole=True)
    assert limited.size() <= limited.limit
    kept = [name for name in ("m0", "m1", "m2", "m5", "new") if limited.load("shots", name, CONTENT, None)]
    assert kept == ["m0", "m5", "new"]


def test_a_result_larger_than_the_limit_is_still_kept_for_the_next_run(tmp_path):
    cache = Cache(tmp_path, 10)
    cache.store("shots", "a", CONTENT, shots(), whole=True)
    cache.store("shots", "b", CONTENT, shots(), whole=True)
    assert cache.load("shots", "a", CONTENT, None) is None
    assert cache.load("shots", "b", CONTENT, None) is not None


def test_drafts_of_writers_that_died_are_swept_and_living_ones_left(cache):
    cache.store("shots", "m", CONTENT, shots(), whole=True)
    home = files(cache)[0].parent
    dead, alive = home / ".x.json.1.1", home / ".y.json.2.2"
    dead.write_text("half")
    alive.write_text("half")
    os.utime(dead, (1, 1))
    cache.store("shots", "n", CONTENT, shots(), whole=True)
    assert not dead.exists() and alive.exists()


def test_size_and_clear(cache):
    assert cache.size() == 0
    cache.store("shots", "m", CONTENT, shots(), whole=True)
    size = cache.size()
    assert size == sum(path.stat().st_size for path in files(cache)) > 0
    assert cache.clear() == size
    assert cache.size() == 0 and cache.load("shots", "m", CONTENT, None) is None


WRITER = """
import sys, importlib.util as u
from fractions import Fraction
s = u.spec_from_file_location("pkg", sys.argv[1] + "/__init__.py", submodule_search_locations=[sys.argv[1]])
m = u.module_from_spec(s); sys.modules["pkg"] = m; s.loader.exec_module(m)
from pkg.cache import Cache
from pkg.facts import Boundary, Shots, ShotsOptions, Span
cache = Cache(sys.argv[2], 40_000)
for number in range(150):
    score = float(sys.argv[3])
    facts = Shots(Span(Fraction(0), Fraction(9)), Fraction(0), Fraction(25), 9, "content", (Boundary(1, Fraction(1), score),) * 50)
    warning = cache.store("shots", f"m{number % 10}", ShotsOptions("content"), facts, whole=number % 2 == 0)
    found = cache.load("shots", f"m{(number * 7) % 10}", ShotsOptions("content"), Span(Fraction(1), Fraction(2)))
    assert found is None or len({b.score for b in found.boundaries}) == 1, "torn"
    if warning and "No such file" not in warning:
        sys.exit(warning)
    if number % 50 == 49:
        cache.clear()
"""


def test_two_processes_never_see_half_of_a_result(tmp_path):
    package = str(Path(caching.__file__).parent)
    command = [sys.executable, "-c", WRITER, package, str(tmp_path)]
    writers = [subprocess.Popen([*command, score], stderr=subprocess.PIPE) for score in ("0.25", "0.75")]
    assert [(writer.communicate(timeout=60)[1].decode(), writer.returncode) for writer in writers] == [("", 0)] * 2


def test_a_writer_killed_in_the_middle_leaves_no_result(tmp_path):
    """`os.replace` comes last: until then the result is not there under its name."""
    code = WRITER.replace("cache = Cache", "import os; os.fsync = lambda _: os.kill(os.getpid(), 9)\ncache = Cache")
    package = str(Path(caching.__file__).parent)
    done = subprocess.run([sys.executable, "-c", code, package, str(tmp_path), "0.5"], capture_output=True, timeout=60, check=False)
    assert done.returncode == -9
    cache = Cache(tmp_path)
    assert cache.load("shots", "m0", CONTENT, None) is None
    assert cache.store("shots", "m0", CONTENT, shots(), whole=True) == ""
    assert cache.load("shots", "m0", CONTENT, None) == shots()


# How much to analyse ------------------------------------------------------------------------------------------------------


def test_short_media_are_done_whole():
    assert span_for([span(3, 4)], span(0, 600)) is None


def test_a_part_of_a_long_medium_is_widened_to_the_grid():
    assert span_for([span(1000, 1010)], span(0, 7200)) == span(960, 1020)
    assert span_for([span(1017, 1018)], span(0, 7200)) == span(960, 1080)
    assert span_for([span(1000, 1010), span(1300, 1310)], span(0, 7200)) == span(960, 1320)
    assert span_for([span(2, 3)], span(0, 7200)) == span(0, 60)
    assert span_for([span(7190, 7200)], span(0, Fraction(72001, 10))) == span(7140, Fraction(72001, 10))


def test_half_of_a_long_medium_is_all_of_it():
    assert span_for([span(0, 3600)], span(0, 7200)) is None
    assert span_for([span(0, 10), span(7000, 7010)], span(0, 7200)) is None


def test_without_a_known_length_the_need_decides():
    assert span_for([span(100, 110)], None) == span(60, 120)


def test_nothing_needed_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="nothing"):
        span_for([], span(0, 10))


@given(
    st.lists(st.tuples(st.fractions(0, 7000), st.fractions(0, 200)).map(lambda p: Span(p[0], p[0] + p[1])), min_size=1, max_size=4),
    st.fractions(601, 7200),
)
def test_what_is_analysed_covers_the_need_and_lies_on_the_grid(needed, length):
    content = Span(Fraction(0), length)
    inside = [one for one in needed if one.end <= length]
    if not inside:
        return
    found = span_for(inside, content)
    if found is None:
        return
    assert all(found.covers(one) for one in inside) and content.covers(found)
    assert found.start % 60 == 0 and (found.end % 60 == 0 or found.end == length)


def test_what_lies_far_apart_is_analysed_apart():
    assert spans_for([span(7000, 7010), span(0, 10)], span(0, 7200)) == (span(0, 60), span(6960, 7020))
    assert spans_for([span(7000, 7010), span(0, 10)], None) == (span(0, 60), span(6960, 7020))
    assert spans_for([span(1000, 1010), span(1120, 1130)], span(0, 7200)) == (span(960, 1140),)
    assert spans_for([span(0, 10), span(500, 510)], span(0, 600)) == (None,)
    assert spans_for([span(i * 300, i * 300 + 100) for i in range(24)], span(0, 7200)) == (None,), "half of it would be covered"


@given(
    st.lists(st.tuples(st.fractions(0, 7000), st.fractions(0, 300)).map(lambda p: Span(p[0], p[0] + p[1])), min_size=1, max_size=8),
    st.none() | st.fractions(7300, 30000),
)
def test_every_need_is_covered_by_one_of_the_parts_and_they_are_apart(needed, length):
    content = None if length is None else Span(Fraction(0), length)
    parts = spans_for(needed, content)
    if parts == (None,):
        return
    assert all(any(part.covers(one) for part in parts) for one in needed)
    assert all(before.end < after.start for before, after in itertools.pairwise(parts))
    whole = span_for(needed, content)
    assert whole is None or sum(part.length for part in parts) <= whole.length


def test_texts_are_kept_and_damage_counts_as_none(tmp_path):
    cache, key = Cache(tmp_path), "ab" * 20
    assert cache.load_text(key) is None
    assert cache.store_text(key, "déjà") == ""
    assert cache.load_text(key) == "déjà"
    next(tmp_path.rglob("*.text.json")).write_text("{")
    assert cache.load_text(key) is None
    assert cache.clear() > 0 and not list(tmp_path.rglob("*.json"))
