"""The worker's own Python: found, built, checked. Standard library only, no Blender: the preferences and dev.py both use it."""

from ..errors import EditorError
from .builder import Environment, Report, build, current, needed, outdated, python_of, requirements, use_existing
from .interpreters import Interpreter, best, find_interpreters, inspect
from .selftest import SelfTestReport, self_test
from .variants import PACKAGES, VARIANTS, Package, Variant, megabytes, offered, packages, sensible

__all__ = [
    "PACKAGES", "VARIANTS", "EditorError", "Environment", "Interpreter", "Package", "Report", "SelfTestReport", "Variant", "best", "build",
    "current", "find_interpreters", "inspect", "megabytes", "needed", "offered", "outdated", "packages", "python_of", "requirements",
    "self_test", "sensible", "use_existing",
]  # fmt: skip
