"""What pip's own lines say about how far it is. Pure."""

from __future__ import annotations

import re

from .variants import megabytes

_PROGRESS = re.compile(r"^Progress (\d+) of (\d+)$")
_NAME = r"(?:\S*/)?([A-Za-z0-9._]+?)-\d\S*"
_COLLECTING = re.compile(r"^Collecting ([A-Za-z0-9._-]+)")
_DOWNLOADING = re.compile(rf"^\s*Downloading {_NAME}(?: \(([^)]+)\))?")
_LOCAL = re.compile(rf"^\s*(?:Using cached|Processing) {_NAME}")
_BUILDING = re.compile(r"^\s*Building wheels? for ([A-Za-z0-9._-]+)")
_INSTALLING = re.compile(r"^Installing collected packages: (.+)")
_UNPACKING = 0.7


class Steps:
    """`step` in words a user reads, `fraction` of one pip run (0..1, never falling), fed line by line.

    `size` is what the whole run downloads, in bytes, about; 0 when it hardly downloads anything.
    """

    def __init__(self, title: str, size: int) -> None:
        self.step = title
        self.fraction = 0.0
        self._title = title
        self._size = size
        self._done = 0
        self._last = 0
        self._name = ""

    def take(self, line: str) -> bool:
        """Hears one line; True when it is only a progress report, of which there are thousands, and not worth keeping."""
        if found := _PROGRESS.match(line):
            self._bytes(int(found[1]), int(found[2]))
            return True
        if found := _DOWNLOADING.match(line):
            self._name = found[1]
            self.step = f"Downloading {found[1]} ({found[2]})" if found[2] else f"Downloading {found[1]}"
        elif found := _LOCAL.match(line):
            self.step = f"Reading {found[1]}"
        elif found := _COLLECTING.match(line):
            self.step = f"Looking for {found[1]}"
        elif found := _BUILDING.match(line):
            self.step = f"Preparing {found[1]}"
        elif found := _INSTALLING.match(line):
            count = len(found[1].split(","))
            self.step = f"Unpacking {count} packages" if count > 1 else f"Unpacking {found[1]}"
            self._rise(_UNPACKING)
        elif line.startswith("Successfully installed"):
            self._rise(1.0)
        return False

    def _bytes(self, done: int, total: int) -> None:
        self._done += done - self._last if done >= self._last else done
        self._last = 0 if done == total else done
        if self._name:
            self.step = f"Downloading {self._name}, {megabytes(done)} of {megabytes(total)}"
        if self._size:
            self._rise(min(_UNPACKING, _UNPACKING * self._done / self._size))

    def _rise(self, fraction: float) -> None:
        self.fraction = max(self.fraction, fraction)
