"""What a run did, as a value: for the panel's result line, for reports and for `--json`. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..ml.codec import to_json
from .changes import Changes
from .plan import Edit, Plan

SCHEMA = "assistant_editor.result/1"
UNCERTAIN = 0.6
"""Below this confidence an edit is worth a look."""

NOUNS = {
    "reframe": ("camera path", "camera paths"), "privacy": ("cover", "covers"), "cutout": ("cut-out", "cut-outs"),
    "emphasis": ("emphasis", "emphases"), "stabilise": ("stabilisation", "stabilisations"),
}  # fmt: skip
"""What one and several of a kind are called, where that is not its name."""


@dataclass(frozen=True)
class Outcome:
    """`what` is the operator's label. `edits` are JSON rows (see `docs/reference.md`). `partial`: part of what was asked failed."""

    what: str
    edits: tuple[dict[str, Any], ...] = ()
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    kept: int = 0
    unchanged: int = 0
    uncertain: int = 0
    notices: tuple[str, ...] = ()
    partial: bool = False
    facts: tuple[dict[str, Any], ...] = ()
    told: str = ""
    """What is said in place of the counts, where nothing that can be counted was written."""

    @property
    def line(self) -> str:
        """One sentence for the panel."""
        if self.told:
            return self.told
        parts = [
            _phrase(self.counts.get(what, {}), word) for what, word in (("added", ""), ("updated", " updated"), ("removed", " removed"))
        ]
        told = "; ".join(part for part in parts if part)
        if self.facts:
            told = f"{len(self.facts)} {'medium' if len(self.facts) == 1 else 'media'} analysed"
        if not told:
            kinds = [row["kind"] for row in self.edits if row["status"] == "standing"]
            standing = _phrase(_count(kinds), "")
            told = f"Nothing to change: {standing} {'stands' if len(kinds) == 1 else 'stand'} already" if standing else "Nothing found"
        if self.kept:
            told += f"; {self.kept} kept as you changed {'it' if self.kept == 1 else 'them'}"
        if self.uncertain:
            told += f"; {self.uncertain} uncertain"
        return told + "."

    def and_then(self, later: Outcome) -> Outcome:
        """This run and the one that followed it at once, as one: what stands is the later one's, what was done is both's."""
        was = {_about(row): row["status"] for row in self.edits if row["status"] != "standing"}
        rows = (row if row["status"] != "standing" else {**row, "status": was.get(_about(row), "standing")} for row in later.edits)
        return replace(
            later,
            edits=tuple(rows),
            counts={what: dict(Counter(self.counts.get(what, {})) + Counter(later.counts.get(what, {}))) for what in self.counts},
            notices=tuple(dict.fromkeys((*self.notices, *later.notices))),
            partial=self.partial or later.partial,
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "what": self.what,
            "state": "partial" if self.partial else "done",
            "summary": self.line,
            "counts": {**self.counts, "kept": self.kept, "unchanged": self.unchanged, "uncertain": self.uncertain},
            "edits": list(self.edits),
            "notices": list(self.notices),
            "facts": list(self.facts),
        }


def _about(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("kind", "medium", "start", "end"))


def _phrase(counts: dict[str, int], word: str) -> str:
    if not counts:
        return ""
    return ", ".join(f"{n} {_noun(kind, n)}" for kind, n in sorted(counts.items())) + word


def _noun(kind: str, count: int) -> str:
    one, more = NOUNS.get(kind, (kind, f"{kind}s"))
    return one if count == 1 else more


def _count(kinds: Iterable[str]) -> dict[str, int]:
    return dict(Counter(kinds))


def _row(edit: Edit, status: str) -> dict[str, Any]:
    fields = to_json(edit)
    identity, why = fields.pop("identity"), fields.pop("why")
    fields.pop("style", None)
    return {"kind": identity["kind"], "status": status, **fields, "confidence": why["confidence"], "reason": why["reason"],
            "medium": identity["medium"], "start": identity["start"], "end": identity["end"]}  # fmt: skip


def outcome(
    what: str, plan: Plan, changes: Changes, notices: Sequence[str] = (), partial: bool = False, refused: Collection[str] = ()
) -> Outcome:
    """What carrying out `changes` made of `plan`. `refused` are the records of additions and removals that were not carried out."""
    added = [add.edit for add in changes.adds if add.record not in refused]
    left_out = [add.edit for add in changes.adds if add.record in refused]
    updated = [update.edit for update in changes.updates]
    written = Counter(edit.identity for edit in (*added, *left_out, *updated))
    standing = []
    for edit in (*plan.edits, *plan.met):
        if written[edit.identity]:
            written[edit.identity] -= 1
        else:
            standing.append(edit)
    groups = ((added, "added"), (updated, "updated"), (standing, "standing"), (left_out, "left_out"))
    rows = [(edit, status) for edits, status in groups for edit in edits]
    return Outcome(
        what=what,
        edits=tuple(_row(edit, status) for edit, status in rows),
        counts={
            "added": _count(edit.identity.kind for edit in added),
            "updated": _count(edit.identity.kind for edit in updated),
            "removed": _count(remove.kind for remove in changes.removes if remove.record not in refused),
        },
        kept=changes.kept,
        unchanged=changes.unchanged,
        uncertain=sum(edit.why.confidence < UNCERTAIN for edit, _status in rows),
        notices=tuple(dict.fromkeys((*plan.notices, *changes.notices, *notices))),
        partial=partial,
    )
