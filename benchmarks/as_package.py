"""Importing this makes the checkout the package `assistant_editor`, whatever its folder is called. Tests have made it so before."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

if "assistant_editor" not in sys.modules:
    package = ModuleType("assistant_editor")
    package.__path__ = [str(Path(__file__).resolve().parent.parent)]
    sys.modules["assistant_editor"] = package
