"""What a feature is to the one job: the strips it means, what it asks of the worker, and its planner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..ml.facts import Options
    from ..timeline.plan import Plan
    from ..timeline.state import StripRef, Timeline

Found = Mapping[str, Mapping[str, Any]]
"""Engine -> medium -> facts."""


@dataclass(frozen=True)
class Feature:
    """`splits(props)`: whether it would change strips, so that locked ones are refused before the work begins.

    Its functions import what they need when they are called: Blender registers every feature at start-up.
    `plan(found, strips, props, standing, rate, origins)`: `origins` is where each medium's pictures begin, where known.
    `also` are the other engines it needs, of the same strips and in the same pass, each with what is asked of it (None: not
    needed with these properties); a medium that has no such stream does without. `glad` are engines whose facts it uses where
    they are stored already; they are asked of the scene's settings. `beside(found, timeline, planned, props)`: what else
    `plan` takes, by name, that depends on the whole timeline or on what the features before it have planned.
    """

    engine: str
    choose: Callable[[Timeline, Any, Sequence[str]], tuple[StripRef, ...]]
    task: Callable[[Any], Options]
    plan: Callable[..., Plan]
    splits: Callable[[Any], bool] = lambda props: False
    also: tuple[tuple[str, Callable[[Any], Options | None]], ...] = ()
    glad: tuple[tuple[str, Callable[[Any], Options]], ...] = ()
    beside: Callable[[Found, Timeline, Plan, Any], dict[str, Any]] | None = None
