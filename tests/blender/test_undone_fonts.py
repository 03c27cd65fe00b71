"""Undo past the font of a caption reads nothing that was freed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import bpy
from assistant_editor.operators import undone_fonts


def test_undo_twice_past_a_font_reads_no_freed_memory() -> None:
    """glibc overwrites what is freed, so that reading it is a crash and not a matter of luck."""
    script = Path(__file__).with_name("undo_twice.py")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "MALLOC_PERTURB_": "165"}, timeout=300)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout[-3000:] + done.stderr[-3000:]


def test_only_a_blender_that_needs_it_makes_a_second_copy() -> None:
    names = ("undo_post", "redo_post", "load_post")
    listed = tuple(name for name in names if undone_fonts._settle in getattr(bpy.app.handlers, name))
    assert listed == (() if bpy.app.version >= (5, 2, 0) else names)
