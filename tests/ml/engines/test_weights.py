"""Files of weights that somebody else made."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from assistant_editor.ml.engines import efficientnet, transnetv2
from assistant_editor.ml.errors import BAD_INPUT, EditorError

LOADERS = [transnetv2.load, efficientnet.Describer]


class Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return (Path.touch, (self.mark,))


@pytest.mark.parametrize("load", LOADERS)
@pytest.mark.parametrize("what", ["another network", "no weights at all", "a picture", "nothing"])
def test_weights_that_do_not_fit_are_refused(tmp_path, load, what):
    path = tmp_path / "weights.pth"
    if what == "another network":
        torch.save({"fc1.weight": torch.zeros(2), "_fc.weight": torch.zeros(2)}, path)
    elif what == "no weights at all":
        torch.save([1, 2], path)
    elif what == "a picture":
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(EditorError) as caught:
        load(path)
    assert caught.value.code == BAD_INPUT and "weights.pth" in caught.value.message and caught.value.remedy


@pytest.mark.parametrize("load", LOADERS)
def test_code_in_a_file_of_weights_is_not_run(tmp_path, load):
    torch.save({"fc1.weight": Bomb(tmp_path / "ran")}, tmp_path / "weights.pth")
    with pytest.raises(EditorError):
        load(tmp_path / "weights.pth")
    assert not (tmp_path / "ran").exists()
