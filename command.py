"""What Blender runs for `--command assistant_editor`. All of it is in `cli`, which is loaded when the command is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy

_registered: Any = None


def run(arguments: Sequence[str]) -> int:
    from . import cli

    return cli.main(arguments)


def register() -> None:
    global _registered
    _registered = bpy.utils.register_cli_command("assistant_editor", run)


def unregister() -> None:
    bpy.utils.unregister_cli_command(_registered)
