"""Makes bidi.json and arabic.json: what FriBidi (the library, as `libfribidi.so.0`) and arabic-reshaper 3.1.0 make of random lines.

Neither is needed by the project or its tests. Marks are left out of bidi.json: this project leaves them before their letter.
"""

from __future__ import annotations

import ctypes
import json
import random
from pathlib import Path

LETTERS = list("abcXY  אבגד  ةدرو 0123,.:-+/$%()[]<>\"'!?٠١٢،؛«»")
"""No Arabic letters that FriBidi would join to a ligature: it shapes too."""
ARABIC = [*map(chr, range(0x621, 0x64B)), *"پچژگکیےہھٹڈڑں  ab\u064e\u0651\u0640"]
LIGATURES = [f"ARABIC LIGATURE LAM WITH ALEF{tail}" for tail in ("", " WITH MADDA ABOVE", " WITH HAMZA ABOVE", " WITH HAMZA BELOW")]


def on_screen(library: ctypes.CDLL, line: str, base: int) -> str:
    array = ctypes.c_uint32 * (len(line) + 1)
    source, target, direction = array(*map(ord, line), 0), array(), ctypes.c_uint32(0x110 + base)
    library.fribidi_log2vis(source, len(line), ctypes.byref(direction), target, None, None, None)
    return "".join(map(chr, target[: len(line)]))


def main() -> None:
    import unicodedata

    import arabic_reshaper
    from arabic_reshaper.ligatures import LIGATURES as ALL

    chance, library = random.Random(5), ctypes.CDLL("libfribidi.so.0")
    rows = []
    for _ in range(600):
        line = "".join(chance.choice(LETTERS) for _ in range(chance.randint(1, 16)))
        base = next((int(kind != "L") for char in line if (kind := unicodedata.bidirectional(char)) in ("L", "R", "AL")), 0)
        rows.append([line, unicodedata.normalize("NFKC", on_screen(library, line, base))])
    wanted = {name: name in LIGATURES for name, _forms in ALL}
    reshaper = arabic_reshaper.ArabicReshaper({"delete_harakat": False, "support_ligatures": True, **wanted})
    words = ["".join(chance.choice(ARABIC) for _ in range(chance.randint(1, 12))) for _ in range(400)]
    folder = Path(__file__).parent
    for name, table in (("bidi", rows), ("arabic", [[word, reshaper.reshape(word)] for word in words])):
        (folder / f"{name}.json").write_text(json.dumps(table, indent=0), encoding="ascii")


if __name__ == "__main__":
    main()
