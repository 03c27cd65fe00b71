"""Whatever went wrong in the worker, as one message for the user: what, what to do, and the details for the log."""

from __future__ import annotations

import errno
import traceback

from .errors import BAD_INPUT, DEFECT, MISSING_BACKEND, NO_SPACE, EditorError
from .protocol import Failed

OWN = __package__ or "ml"


def failed(request: str, error: BaseException, engine: str = "", doing: str = "") -> Failed:
    """`error` as the `Failed` of this request, or of one `engine` of it. `doing` says what was tried, as in "finding shots"."""
    told = explain(error, engine or "The backend", doing)
    return Failed(request, told.message, told.remedy, told.code, told.detail, engine)


def explain(error: BaseException, who: str, doing: str = "") -> EditorError:
    """`error` in words. An `EditorError` is one already; the others get a detail with the place they come from."""
    if isinstance(error, EditorError):
        return error
    detail = "".join(traceback.format_exception(error))[-8000:]
    during = f" while {doing}" if doing else ""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        remedy = "Close other programs, choose a smaller model, or analyse a shorter range."
        return EditorError(f"There was not enough memory{during}.", remedy, NO_SPACE, detail)
    if isinstance(error, ImportError) and not (error.name or "").startswith(OWN):
        remedy = "Open the add-on's preferences and set up the backend again."
        return EditorError(f"The backend's Python cannot load {error.name or 'a package'}: {error}.", remedy, MISSING_BACKEND, detail)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        where = f" for {error.filename}" if error.filename else ""
        return EditorError(f"There is no space left on the disk{where}.", "Free some space and try again.", NO_SPACE, detail)
    if isinstance(error, OSError) and error.filename:
        return EditorError(f"{error.filename}: {error.strerror}.", "Check that the file is there and may be read.", BAD_INPUT, detail)
    remedy = "This is a defect. The details are in the log; please report them."
    return EditorError(f"{who} failed{during}: {type(error).__name__}: {error}", remedy, DEFECT, detail)
