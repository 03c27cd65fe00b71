"""Log Footage: find out who and what is seen, what is said, how it feels and how good it is, shot by shot. Nothing is written."""

from __future__ import annotations

from typing import Any

import bpy

from ..ml.errors import MISSING_MODEL
from . import caption_options, felt, footage, footage_options, options, settings, stored
from .desk import cancelled
from .feature import Feature
from .footage_options import TASKS, wished
from .job import JobOperator


def _seen(timeline: Any, which: Any, names: Any) -> Any:
    from ..timeline import requests

    return requests.seen(timeline, which, names)


def _heard(timeline: Any, which: Any, names: Any) -> Any:
    from ..timeline import requests

    return requests.heard(timeline, which, names)


def _nothing(*_: Any, **_more: Any) -> Any:
    from ..timeline.plan import Plan

    return Plan()


def _feature(choose: Any, *engines: str) -> Feature:
    tasks = [(engine, wished(engine, TASKS[engine])) for engine in engines]
    return Feature(*tasks[0][:1], choose, tasks[0][1], _nothing, also=tuple(tasks[1:]))  # type: ignore[arg-type]


PICTURES = _feature(_seen, "shots", "objects", "faces", "pictures", "concepts")
SOUND = _feature(_heard, "transcript", "voice", "loudness", "beats", "sounds")


class ASSISTANT_EDITOR_OT_log_footage(
    options.ShotAsks, caption_options.CaptionAsks, footage_options.FootageAsks, JobOperator, bpy.types.Operator
):  # fmt: skip
    """Find out who and what is seen, what is said, how it feels and how good it is, shot by shot. The timeline stays as it is"""

    bl_idname = "assistant_editor.log_footage"
    bl_label = "Log Footage"
    bl_options = {"REGISTER"}
    features = (PICTURES, SOUND)
    asks = ("strips", *options.SHOT_ASKS, *footage_options.FOOTAGE_ASKS)

    def _finish(self, scene: Any, job: Any) -> set[str]:
        """Once the media are read, their sentences are: in a second job of the same run."""
        from . import work

        if job.state == "cancelled":
            raise cancelled()
        if not hasattr(self, "_found"):
            self._found, self._failures, self._notices = work.results(job), list(job.failures), list(job.notices)
            model = footage_options.path(self.feeling_model)
            self._sentences = felt.wanted(footage.by_medium(self._found).values(), model)
            if self._sentences:
                return self._go_on(scene, [felt.request(self._sentences, model)])
        else:
            self._failures, self._notices = self._failures + job.failures, self._notices + job.notices + felt.keep(self._sentences, job)
        return self._write(scene, work.look(scene), self._asked(), self._found)

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, _job: Any = None) -> set[str]:
        from ..timeline import moods, requests
        from ..timeline.outcome import Outcome
        from . import work

        settings.remember(self, scene)  # what is known goes by the scene's options, so those of a call become them
        failures = getattr(self, "_failures", [])
        failed, absent = work.sorted_out([one for one in failures if one.code != MISSING_MODEL])
        absent += [f"{one.message} {one.remedy}".strip() for one in failures if one.code == MISSING_MODEL]
        stored.forget()
        shots = footage.look(scene)
        told = (*asked.left_out, *failed, *absent, *getattr(self, "_notices", ()), *requests.warnings(timeline, found))
        partial = bool(failed) or requests.unreadable(timeline, asked)
        if not shots:
            told = (*told, "There are no pictures here: shots are logged of films. What is heard is kept, for Transcript and Library.")
        line = moods.counted([shot.logged.mood for shot in shots])
        return self._tell(Outcome(self.bl_label, notices=tuple(dict.fromkeys(told)), partial=partial, told=line))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_log_footage,)
