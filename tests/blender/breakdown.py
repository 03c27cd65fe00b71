"""Breakdowns at any line of the writer, to see what is left of the timeline."""

from __future__ import annotations

import sys
from types import FrameType, ModuleType
from typing import Any

import pytest
from assistant_editor.timeline import write


class Breakdown:
    """Raises at the n-th line of `modules` that is carried out once `writer` begins with `step` (`at`); `lines` counts them.

    They are counted until that step is done, or `beyond` it: then to the end of the operator.
    """

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *modules: ModuleType, writer: type = write._Writer, step: str = "write",
        beyond: bool = False,
    ) -> None:  # fmt: skip
        self.at, self.lines = 0, 0
        self.files = {module.__file__ for module in modules}
        real = getattr(writer, step)

        def traced(writer: Any) -> Any:
            self.lines = 0
            sys.settrace(self.enter)
            try:
                return real(writer)
            finally:
                if not beyond:
                    sys.settrace(None)

        monkeypatch.setattr(writer, step, traced)

    def enter(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        return self.step if frame.f_code.co_filename in self.files else None

    def step(self, _frame: FrameType, event: str, _arg: Any) -> Any:
        self.lines += event == "line"
        if self.lines == self.at:
            sys.settrace(None)
            self.at = 0
            raise RuntimeError("breakdown")
        return self.step
