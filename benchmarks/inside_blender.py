"""Scripts that run inside a bpy module share this: the checkout as an installed extension, in a throw-away user folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTENSION = "bl_ext.user_default.assistant_editor"


def install() -> None:
    """Must run before anything imports bpy, which reads its user folder then. Raises what enabling raised."""
    resources = Path(tempfile.mkdtemp(prefix="assistant-editor-blender-"))
    os.environ["BLENDER_USER_RESOURCES"] = str(resources)
    folder = resources / "extensions" / "user_default"
    folder.mkdir(parents=True)
    (folder / "assistant_editor").symlink_to(ROOT, target_is_directory=True)
    import bpy  # noqa: F401, I001  addon_utils lies inside it
    import addon_utils

    problems: list[Exception] = []
    addon_utils.enable(EXTENSION, default_set=True, handle_error=problems.append)
    if problems:
        raise problems[0]
