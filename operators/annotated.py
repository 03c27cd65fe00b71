"""Options ready for Blender: a class's properties as values instead of text.

Annotations are kept as text until somebody asks (PEP 563), and Blender asks for all of a class and its bases whenever one is
registered. Options are declared once and shared by many operators, so each would be compiled again for every one of them.
"""

from __future__ import annotations

import re
import sys
from typing import Any

_PROPERTY = re.compile(r"\w+Property\(")
_ready: set[type] = set()


def prepare(kind: type) -> None:
    """Makes values of the properties that this class and its bases declare, each base's once."""
    for base in kind.__mro__:
        if base in _ready:
            continue
        _ready.add(base)
        declared: dict[str, Any] = vars(base).get("__annotations__", {})
        texts = {name: text for name, text in declared.items() if isinstance(text, str) and _PROPERTY.match(text)}
        if texts:
            told = "(" + ",".join(texts.values()) + ",)"
            # What was written here is compiled, as Blender would do it: nothing that a user gave.
            values = eval(told, vars(sys.modules[base.__module__]), dict(vars(base)))
            declared.update(zip(texts, values, strict=True))


CLASSES: tuple[type, ...] = ()
