"""Options of which one names the values of others: choosing it fills them in, changing one of them makes it "own".

What a call gives in values always counts; the name alone is enough to mean a preset. The scene's settings give the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

OWN = "own"
Values = Mapping[str, Any]
_filling: list[bool] = []


@contextmanager
def as_given() -> Iterator[None]:
    """While this lasts, values that are set one by one are no change by hand."""
    _filling.append(True)
    try:
        yield
    finally:
        _filling.pop()


def filling() -> bool:
    """Whether properties are being set by the program, not by hand."""
    return bool(_filling)


class Presets:
    """`choice` is the property that names a preset, `names` those it fills in, `values(name)` what it gives them (None: nothing)."""

    def __init__(self, choice: str, names: tuple[str, ...], values: Callable[[str], Values | None]) -> None:
        self.choice, self.names, self._values = choice, names, values

    def fill(self, props: Any, given: Collection[str] = ()) -> None:
        """Sets every value but `given` to what the preset says; nothing for "own"."""
        values = self._values(getattr(props, self.choice)) or {}
        with as_given():
            for name in self.names:
                if name in values and name not in given:
                    setattr(props, name, values[name])

    def chosen(self, props: Any) -> None:
        """Called when the preset's name was changed."""
        if not _filling:
            self.fill(props)

    def changed(self, props: Any) -> None:
        """Called when one of the values was."""
        if _filling:
            return
        values = self._values(getattr(props, self.choice))
        if values is not None and not all(alike(getattr(props, name), values[name]) for name in self.names if name in values):
            with as_given():
                setattr(props, self.choice, OWN)

    def seed(self, operator: Any, settings: Any) -> None:
        """Fills in what a call left open: from the preset it names, else from the scene's; a preset there is filled in anew."""
        if not hasattr(operator, self.choice):
            return
        given = {name for name in (*self.names, self.choice) if operator.properties.is_property_set(name)}
        with as_given():
            if self.choice not in given:
                setattr(operator, self.choice, OWN if given else getattr(settings, self.choice))
            for name in self.names:
                if name not in given:
                    setattr(operator, name, getattr(settings, name))
        self.fill(operator, given)
        self.changed(operator)


def alike(one: Any, other: Any) -> bool:
    """Whether a property holds this value: Blender keeps numbers in single precision."""
    if isinstance(other, float):
        return abs(one - other) < 1e-5
    if isinstance(other, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


CLASSES: tuple[type, ...] = ()
