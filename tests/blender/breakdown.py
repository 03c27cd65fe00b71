"""Breakdowns at any line of the writer, to see what is left of the timeline."""

from __future__ import annotations

import sys
from types import FrameType, ModuleType
from typing import Any

import pytest
from assistant_editor.timeline import write


class Breakdown:
    """Raises at the n-th line of `modules` that the writer carries out once its checks are done (`at`); `lines` counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
        self.at, self.lines = 0, 0
        self.files = {module.__file__ for module in modules}
        real = write._Writer.write

        def traced(writer: Any) -> Any:
            self.lines = 0
            sys.settrace(self.enter)
            try:
                return real(writer)
            finally:
                sys.settrace(None)

        monkeypatch.setattr(write._Writer, "write", traced)

    def enter(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        return self.step if frame.f_code.co_filename in self.files else None

    def step(self, _frame: FrameType, event: str, _arg: Any) -> Any:
        self.lines += event == "line"
        if self.lines == self.at:
            sys.settrace(None)
            self.at = 0
            raise RuntimeError("breakdown")
        return self.step
