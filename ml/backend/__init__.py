"""The worker's own Python: found, built, checked. Standard library only, no Blender: the preferences and dev.py both use it.

Names are looked up in their modules when they are first used, for Blender imports this package each time it starts.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ..errors import EditorError

if TYPE_CHECKING:
    from .builder import Environment, Report, build, current, needed, outdated, python_of, requirements, use_existing
    from .interpreters import Interpreter, best, find_interpreters, inspect
    from .selftest import SelfTestReport, self_test
    from .variants import PACKAGES, VARIANTS, Package, Variant, megabytes, offered, packages, sensible

__all__ = [
    "PACKAGES", "VARIANTS", "EditorError", "Environment", "Interpreter", "Package", "Report", "SelfTestReport", "Variant", "best", "build",
    "current", "find_interpreters", "inspect", "megabytes", "needed", "offered", "outdated", "packages", "python_of", "requirements",
    "self_test", "sensible", "use_existing",
]  # fmt: skip
_WHERE = {
    "builder": "Environment Report build current needed outdated python_of requirements use_existing",
    "interpreters": "Interpreter best find_interpreters inspect",
    "selftest": "SelfTestReport self_test",
    "variants": "PACKAGES VARIANTS Package Variant megabytes offered packages sensible",
}


def __getattr__(name: str) -> Any:
    for module, names in _WHERE.items():
        if name in names.split():
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
