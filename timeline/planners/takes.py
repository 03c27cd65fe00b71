"""From transcripts to takes: lines that are said several times, and which of them is the best. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ...ml.facts import Transcript, Voice
from ..removals import Proposals
from ..state import StripRef

Prefer = Literal["last", "first", "longest"]


@dataclass(frozen=True)
class TakeOptions:
    """A line of `words` or more counts as said again where `alike` of it comes again in the same order.

    `within` seconds from the end of one take to the beginning of the next, in the same medium (0: any time); `across`: takes may be in
    several media. Of good takes the one that is preferred stays. What has less confidence than `least` is not proposed.
    """

    words: int = 5
    alike: float = 0.7
    prefer: Prefer = "last"
    within: Fraction = Fraction(300)
    across: bool = True
    least: float = 0.4


def propose(
    transcripts: Mapping[str, Transcript],
    voices: Mapping[str, Voice],
    strips: Sequence[StripRef],
    options: TakeOptions,
    rate: Fraction,
    origins: Mapping[str, Fraction] | None = None,
) -> Proposals:
    return Proposals()
