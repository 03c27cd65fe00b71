"""What goes along with a caption that was edited: the highlights that show which of its words is being said. Pure."""

from __future__ import annotations

from dataclasses import replace

from .caption_list import words_of
from .changes import Changes
from .draft import Draft, Shown
from .merge_highlights import merge_highlights
from .plan import TEXT_KINDS, Caption, Plan, Why
from .state import CaptionRef, Timeline
from .survey import Survey


def highlights(timeline: Timeline) -> Changes:
    """The changes after which every highlight suits its caption as it stands now, and those of captions that are gone, are gone too.

    What the editor changed of a highlight himself stays. Raises `EditorError` for an unreadable ledger.
    """
    survey = Survey(timeline)
    media = {record.identity.medium for record in survey.ledger.records}
    draft = Draft(survey, Plan(media=tuple((medium, kind) for medium in sorted(media) for kind in TEXT_KINDS)))
    for entry in (entry for kind in TEXT_KINDS for entry in survey.texts(kind)):
        record = entry.record
        if record is None or entry.copy or len(entry.things) != 1 or record.look is None:
            continue
        thing = entry.things[0]
        assert isinstance(thing, CaptionRef)
        why = Why(record.confidence, record.reason)
        caption = Caption(record.identity, why, thing.frames, thing.text, words_of(thing), record.look, record.strip, record.speaker)
        draft.show(Shown(record.id, record.id, caption, thing.frames, record.look, thing, "style" in entry.fixed))
    merge_highlights(draft)
    changes = draft.changes()
    return changes if changes else replace(changes, ledger=timeline.ledger)
