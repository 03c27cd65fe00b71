"""Ledger, what stands there now, and a new plan: what to write. A run is a merge, never an overwrite."""

from __future__ import annotations

from .changes import Changes
from .plan import Plan
from .standing import Standing
from .state import Timeline

__all__ = ["merge", "reset", "standing"]


def standing(timeline: Timeline) -> Standing:
    """What the editor changed or deleted since the last run, for the planners. Raises `EditorError` for an unreadable ledger."""
    raise NotImplementedError


def merge(timeline: Timeline, plan: Plan) -> Changes:
    """What has to change so that the plan stands on the timeline and everything the editor did stays."""
    raise NotImplementedError


def reset(timeline: Timeline) -> str:
    """The ledger's text after "Reset": nothing is remembered. The timeline stays; old tags then count as the editor's own."""
    raise NotImplementedError
