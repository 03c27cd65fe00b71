"""From the last lines of a failed installation to what a person can do about it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import MISSING_BACKEND, NO_SPACE, EditorError

_NETWORK = (
    r"NewConnectionError|NameResolutionError|name resolution|Name or service not known|getaddrinfo failed|nodename nor servname|"
    r"ConnectTimeoutError|ReadTimeoutError|Max retries exceeded|Network is unreachable|Connection refused|ConnectionResetError|"
    r"Connection reset by peer|IncompleteRead|ProxyError|RemoteDisconnected|Read timed out"
)
_OTHER_PYTHON = "Choose another Python (3.11 is the safest), or use an existing environment."
_Row = tuple[str, str, str, str]
_DISK: _Row = (
    r"No space left on device|Errno 28|WinError 112|not enough space|Disk quota exceeded",
    "The disk became full.", "Free some space and try again.", NO_SPACE,
)  # fmt: skip
_CERTIFICATE: _Row = (
    r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|certificate verify failed|TLS CA certificate bundle",
    "The package index could not be reached safely: its certificate was refused.",
    "Check the computer's clock. Behind a company's proxy, tell pip its certificate: pip config set global.cert FILE.", MISSING_BACKEND,
)  # fmt: skip
_TABLE: tuple[_Row, ...] = (
    (
        r"DO NOT MATCH THE HASHES|BadZipFile|zipfile\.|invalid wheel|has an invalid",
        "A package arrived damaged.", "Try again; if it stays so, empty pip's cache: pip cache purge.", MISSING_BACKEND,
    ),
    (
        r"ensurepip is not available|No module named '?ensurepip|ensurepip.*non-zero exit status",
        "This Python cannot make environments.", "On Debian and Ubuntu: sudo apt install python3-venv. Or choose another Python.",
        MISSING_BACKEND,
    ),
    (
        r"Failed building wheel|Failed to build|subprocess-exited-with-error|metadata-generation-failed|Microsoft Visual C\+\+",
        "There is no ready-made package for this Python, and it could not be built.", _OTHER_PYTHON, MISSING_BACKEND,
    ),
    (
        r"Permission denied|Access is denied|WinError 5\b|Errno 13|Read-only file system",
        "A file could not be written.", "Check that the folder may be written and that no virus scanner holds it, then try again.",
        MISSING_BACKEND,
    ),
)  # fmt: skip


def explain(lines: Sequence[str], step: str, log: str, unreachable: str = "") -> EditorError:
    """The error to show for an installation that failed at `step` ("Downloading torch") with these last `lines`.

    `log` is where all lines are kept; `unreachable` the address of PyTorch's own index when that was not answering.
    """
    text = "\n".join(lines)
    detail = "\n".join(lines[-40:])
    where = f"While: {step}."
    missing = re.search(r"No matching distribution found for (\S+)", text)
    offline = re.search(_NETWORK, text)
    network = EditorError(
        f"The package index could not be reached. {where}",
        "Check the connection and any proxy, then try again. What was downloaded already is kept.", MISSING_BACKEND, detail,
    )  # fmt: skip
    # The disk and the certificate first: what they break looks like a missing package further down.
    for pattern, message, remedy, code in (_DISK, _CERTIFICATE):
        if re.search(pattern, text, re.IGNORECASE):
            return EditorError(f"{message} {where}", remedy, code, detail)
    if missing and unreachable and missing[1].startswith("torch"):
        return EditorError(
            f"This build of PyTorch comes from {unreachable}, which does not answer. {where}",
            "Check the connection, or a firewall or proxy that blocks this address, and try again.", MISSING_BACKEND, detail,
        )  # fmt: skip
    if missing and offline:
        return network
    if missing or re.search(r"is not a supported wheel on this platform|requires a different Python", text):
        name = f" of {missing[1]}" if missing else ""
        return EditorError(f"There is no package{name} for this computer and this Python. {where}", _OTHER_PYTHON, MISSING_BACKEND, detail)
    for pattern, message, remedy, code in _TABLE:
        if re.search(pattern, text, re.IGNORECASE):
            return EditorError(f"{message} {where}", remedy, code, detail)
    if offline:
        return network
    return EditorError(f"The installation stopped. {where}", f"What happened is written in {log}.", MISSING_BACKEND, detail)
