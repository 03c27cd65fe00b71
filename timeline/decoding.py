"""A text file's bytes as text, whatever wrote them. Pure."""

from __future__ import annotations

import codecs

from ..ml.errors import BAD_INPUT, EditorError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DOCUMENTS = {b"%PDF": "PDF", b"PK\x03\x04": "Word, OpenDocument or zip", b"\xd0\xcf\x11\xe0": "Word", b"{\\rtf": "RTF", b"<?xml": "XML"}
_STRANGE = 0.02
"""Share of control characters above which bytes are no text."""


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """The text of a file's bytes and the encoding it was read in: by its byte order mark, else UTF-8, UTF-16 or Windows-1252.

    Line ends are "\\n". `name` is what the file is called in errors. Raises `EditorError(BAD_INPUT)` for what is no plain text.
    """
    for start, kind in _DOCUMENTS.items():
        if data.lstrip()[: len(start)] == start:
            raise EditorError(f"{name} is a document ({kind}), not plain text.", "Save it as plain text (.txt) or Fountain.", BAD_INPUT)
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        strange = sum(ord(character) < 32 and character not in "\t\n\f\v" for character in text)
        if strange <= _STRANGE * len(text):
            return text, encoding
    raise EditorError(f"{name} is no text.", "Choose a text file in UTF-8.", BAD_INPUT)


def _candidates(data: bytes) -> list[str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return [encoding]
    even, odd = data[0:4000:2].count(0), data[1:4000:2].count(0)
    wide = ["utf-16-le"] if odd > 4 * even and odd > len(data[:4000]) / 10 else []
    wide += ["utf-16-be"] if even > 4 * odd and even > len(data[:4000]) / 10 else []
    return [*wide, "utf-8", "cp1252", "latin-1"]
