"""What rules the captions of a plan break: in each one's reason, and in a sentence for each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from ..caption_rules import CaptionRules, Problem, Rule, Shown, problems
from ..plan import Caption
from ..standing import Claim

TOLD: dict[Rule, str] = {
    "characters": "too wide",
    "lines": "of too many lines",
    "words": "of too many words",
    "speed": "too fast to read",
    "shortest": "too short",
    "longest": "too long",
    "gap": "too close to the next",
    "overlap": "over the next one",
    "cut": "too close to a cut",
}
"""What is wrong with a caption, in words."""


def with_problems(
    captions: Sequence[tuple[Caption, str]], beside: Sequence[Claim], rules: CaptionRules, rate: Fraction, cuts: Sequence[int]
) -> tuple[list[Caption], list[str]]:
    """The captions (in order of start, each with its language) with what they break in their reasons, and a notice for each kind of rule.

    `beside` are captions that stand and are not the plan's: only their distance matters.
    """
    rows = [(Shown(caption.frames, caption.text, language), number) for number, (caption, language) in enumerate(captions)]
    rows += [(Shown(claim.frames, claim.text), -1) for claim in beside if claim.frames is not None]
    rows.sort(key=lambda row: (row[0].frames, row[1]))
    found = [caption for caption, _language in captions]
    kinds: dict[Rule, list[tuple[Caption, Problem]]] = {}
    for (_shown, number), here in zip(rows, problems([shown for shown, _number in rows], rules, rate, cuts), strict=True):
        if number < 0 or not here:
            continue
        caption = captions[number][0]
        told = "; ".join(problem.told for problem in here)
        found[number] = replace(caption, why=replace(caption.why, reason=f"{caption.why.reason}; {told}"))
        for rule in dict.fromkeys(problem.rule for problem in here):
            kinds.setdefault(rule, []).append((caption, next(problem for problem in here if problem.rule == rule)))
    return found, [_notice(rule, kinds[rule]) for rule in TOLD if rule in kinds]


def _notice(rule: Rule, broken: Sequence[tuple[Caption, Problem]]) -> str:
    caption, problem = broken[0]
    are = "1 caption is" if len(broken) == 1 else f"{len(broken)} captions are"
    which = "" if len(broken) == 1 else "the first "
    return f"{are} {TOLD[rule]}: {which}at frame {caption.frames.start}, {problem.told}."
