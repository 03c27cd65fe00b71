"""What a checkpoint names is told without running it, and what no network is made of is refused."""

from __future__ import annotations

import collections
import os
import pickle
import zipfile
from pathlib import Path

import pytest
from assistant_editor.ml.checkpoint import named_in
from assistant_editor.ml.errors import BAD_INPUT, EditorError


class Runs:
    """Its pickle calls `name` of `module` with `given` when it is read."""

    def __init__(self, call, *given):
        self.call, self.given = call, given

    def __reduce__(self):
        return self.call, self.given


def checkpoint(path: Path, content, protocol: int = 2) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("best/data.pkl", pickle.dumps(content, protocol))
    return path


def test_what_numbers_and_names_are_made_of_is_allowed(tmp_path):
    given = {"names": {0: "cat"}, "epochs": collections.OrderedDict(a=1), "seen": {1, 2}, "home": Path("runs/train")}
    named = named_in(checkpoint(tmp_path / "a.pt", given))
    assert {"collections.OrderedDict", "builtins.set"} <= set(named)
    assert named == tuple(sorted(named))


@pytest.mark.parametrize(
    ("call", "given", "said"),
    [
        (os.system, ("touch {}",), r"(posix|nt)\.system"),
        (eval, ("1",), r"builtins\.eval"),
        (exec, ("1",), r"builtins\.exec"),
        (__import__, ("os",), r"builtins\.__import__"),
        (pickle.loads, (1,), r"pickle\.loads"),
        (os.path.join, ("a",), r"(posixpath|ntpath)\.join"),
    ],
)
def test_a_file_that_would_run_something_is_refused_and_runs_nothing(tmp_path, call, given, said):
    mark = tmp_path / "ran"
    path = checkpoint(tmp_path / "bad.pt", {"model": Runs(call, *(word.format(mark) if isinstance(word, str) else word for word in given))})
    with pytest.raises(EditorError, match=said) as caught:
        named_in(path)
    assert caught.value.code == BAD_INPUT and "bad.pt" in caught.value.message and caught.value.remedy
    assert not mark.exists()


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_names_put_together_from_strings_are_refused(tmp_path, protocol):
    with pytest.raises(EditorError):
        named_in(checkpoint(tmp_path / "new.pt", {"model": Runs(os.system, "true")}, protocol))


def test_what_is_no_checkpoint_is_said_to_be_none(tmp_path):
    for name, data in {"empty.pt": b"", "text.pt": b"weights", "old.pt": pickle.dumps({}), "cut.pt": b"PK\x03\x04" + bytes(50)}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(EditorError, match=f"{name} is no checkpoint of PyTorch"):
            named_in(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "script.pt", "w") as archive:
        archive.writestr("script/code/__torch__.py", "class A: pass")
    with pytest.raises(EditorError, match="no checkpoint"):
        named_in(tmp_path / "script.pt")
    with zipfile.ZipFile(tmp_path / "cut-off.pt", "w") as archive:
        archive.writestr("best/data.pkl", pickle.dumps({"a": list(range(100))}, 2)[:50])
    with pytest.raises(EditorError, match="no checkpoint"):
        named_in(tmp_path / "cut-off.pt")
    with pytest.raises(EditorError, match="no file"):
        named_in(tmp_path / "absent.pt")
    with pytest.raises(EditorError):
        named_in(tmp_path)
