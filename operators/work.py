"""A run in words: read, ask, plan, merge, apply, tell. What happens between asking and planning is `job`'s affair."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..ml.cache import fingerprint
from ..ml.client import Backend, Job, cached
from ..ml.codec import to_json
from ..ml.errors import NO_STREAM, STALE, USAGE, EditorError
from ..ml.facts import Media
from ..ml.protocol import Analyse, Failed, Probe, Task
from ..timeline import merge, requests
from ..timeline.outcome import Outcome, outcome
from ..timeline.plan import Plan
from ..timeline.read import read
from ..timeline.requests import Asked
from ..timeline.state import StripRef, Timeline
from ..timeline.write import HalfWritten, apply
from . import effect_work, guard
from .desk import desk
from .feature import Feature, Found

PROBED = "probe:"
WORKER_FAILED = "worker_"


def ask(features: Sequence[Feature], timeline: Timeline, operator: Any) -> Asked:
    """What these features ask about which strips.

    A feature that asks nothing is left out; so is one that finds no strips, as long as another finds some. Raises `EditorError` when
    none does, and for locked strips that would be split.
    """
    names = [name for name in operator.names.splitlines() if name]
    strips: dict[str, tuple[StripRef, ...]] = {}
    options: dict[str, Any] = {}
    nothing = []
    for feature in features:
        tasks = {engine: task(operator) for engine, task in ((feature.engine, feature.task), *feature.also)}
        wanted = {engine: task for engine, task in tasks.items() if task is not None}
        if not wanted:
            continue
        try:
            chosen = feature.choose(timeline, operator.strips, names)
        except EditorError as reason:
            nothing.append(reason)
            continue
        if feature.splits(operator):
            requests.refuse_held(timeline, chosen)
        for engine in wanted:
            strips[engine] = tuple(dict.fromkeys((*strips.get(engine, ()), *chosen)))
        options |= wanted
    if not strips:
        raise nothing[0] if nothing else EditorError("Nothing is asked for.", "Choose at least one thing to find out.", USAGE)
    return requests.ask(timeline, strips, options, [error.message for error in nothing])


def job(backend: Backend, timeline: Timeline, asked: Asked) -> Job:
    """The job that finds it out, and where the pictures of movies heard without a sound strip begin."""
    wanted = requests.requests(timeline, asked)
    present = _present(wanted)
    probes = [Probe(PROBED + medium, path) for medium, path in requests.movies_heard(timeline, asked) if medium not in desk.origins]
    made = Job(backend, [*present, *probes])
    left = {(request.id, task.engine) for request in present for task in request.tasks}
    made.failures += [
        desk.absent[requests.medium_of(request.id), task.engine]
        for request in wanted
        for task in request.tasks
        if (request.id, task.engine) not in left
    ]
    return made


def results(done: Job) -> Found:
    """Engine -> medium -> facts, of a job that ended. Raises the `EditorError` of one that failed, or found nothing it looked for."""
    facts = {key: value for key, value in done.results.items() if not key[0].startswith(PROBED)}
    if done.state == "failed" or (done.failures and not facts):
        failure = next((f for f in done.failures if f.code.startswith(WORKER_FAILED)), done.failures[0])
        raise EditorError(failure.message, failure.remedy, failure.code, failure.detail)
    for (request, _engine), media in done.results.items():
        if isinstance(media, Media) and media.video is not None:
            desk.origins[request.removeprefix(PROBED)] = media.video.start
    for failure in done.failures:
        if failure.code == NO_STREAM and failure.engine:
            desk.absent[requests.medium_of(failure.id), failure.engine] = failure
        if failure.detail:
            sys.stderr.write(failure.detail.rstrip() + "\n")
    return requests.by_engine(facts)


def remembered(backend: Backend, timeline: Timeline, asked: Asked) -> Found | None:
    """The same from the cache alone; None when something would have to be computed."""
    found: dict[tuple[str, str], Any] = {}
    for request in _present(requests.requests(timeline, asked)):
        facts = cached(backend, request)
        if facts is None:
            return None
        found.update({(request.id, engine): fact for engine, fact in facts.items()})
    return requests.by_engine(found)


def _present(wanted: Sequence[Analyse]) -> list[Analyse]:
    """The requests without what is known to be absent, as long as anything is left to ask."""
    left = []
    for request in wanted:
        tasks = tuple(task for task in request.tasks if (requests.medium_of(request.id), task.engine) not in desk.absent)
        if tasks:
            left.append(replace(request, tasks=tasks))
    return left or list(wanted)


def at_hand(features: Sequence[Feature], backend: Backend, timeline: Timeline, asked: Asked, found: Found, settings: Any) -> Found:
    """`found` and whatever else the features are glad of and is stored already. Asks nobody and fails for nothing missing."""
    whole = {engine: dict(by_medium) for engine, by_medium in found.items()}
    for feature in features:
        for request in requests.shown(timeline, asked, feature.engine) if feature.glad else ():
            for engine, task in feature.glad:
                wish = replace(request, tasks=(Task(engine, to_json(task(settings))),))
                facts = None if request.id in whole.get(engine, {}) else cached(backend, wish)
                if facts is not None:
                    whole.setdefault(engine, {})[request.id] = facts[engine]
    return whole


def plan(features: Sequence[Feature], timeline: Timeline, asked: Asked, found: Found, operator: Any) -> Plan:
    """One plan of all features. Raises `EditorError(STALE)` when none of the strips is left."""
    standing = merge.standing(timeline)
    whole = Plan(notices=(*asked.left_out, *requests.warnings(timeline, found)))
    there = {engine: requests.still_there(timeline, meant, asked.others) for engine, meant in asked.strips.items()}
    if not any(there.values()):
        raise EditorError("The strips are no longer on the timeline.", "Choose strips, and start again.", STALE)
    for feature in features:
        strips = there.get(feature.engine, ())
        if strips:
            strips = requests.with_partners(timeline, strips) if feature.splits(operator) else strips
            more = feature.beside(found, timeline, whole, operator) if feature.beside else {}
            whole += feature.plan(found, strips, operator, standing, timeline.rate, desk.origins, **more)
    return whole


def carry_out(
    scene: Any, timeline: Timeline, planned: Plan, label: str, asked: Asked, failures: Sequence[Failed], notices: Sequence[str]
) -> Outcome:
    """Merges, writes, and says what was done. `timeline` was read since Blender called last."""
    changes = merge.merge(timeline, planned)
    effects = effect_work.merged(scene, timeline, planned) if effect_work.concerned(planned) else None
    written = apply(scene, timeline, changes, fresh=True)
    failed, absent = sorted_out(failures)
    partial = bool(failed) or requests.unreadable(timeline, asked)
    told = (*failed, *absent, *notices, *written.notices)
    done = outcome(label, planned, changes, told, partial, refused=(*written.undone, *written.left_out))
    if effects is None:
        return done
    if not changes:
        return effect_work.written(scene, timeline, effects, done)
    with guard.written():
        after = look(scene)
        return effect_work.written(scene, after, effect_work.merged(scene, after, planned), done)


def follow_up(features: Sequence[Feature], scene: Any, asked: Asked, found: Found, operator: Any, done: Outcome) -> Outcome:
    """Plans once more where sound was cut out or put back: captions were planned for what was heard before."""
    if len(features) < 2 or not any(done.counts[what].get("gap") for what in ("added", "removed")):
        return done
    timeline = look(scene)
    try:
        return done.and_then(carry_out(scene, timeline, plan(features, timeline, asked, found, operator), done.what, asked, (), ()))
    except HalfWritten:
        raise
    except EditorError as reason:
        told = f"What was cut out is not yet left out of the captions: {reason.message} Run {done.what} again."
        return replace(done, partial=True, notices=(*done.notices, told))


def sorted_out(failures: Sequence[Failed]) -> tuple[list[str], list[str]]:
    """(what went wrong, what was simply not there) in sentences: a film without sound is no failure where others are found."""
    failed = [f"{one.message} {one.remedy}".strip() for one in failures if one.code != NO_STREAM]
    return failed, [one.message for one in failures if one.code == NO_STREAM]


def facts_of(found: Found, paths: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
    """Facts as rows for `--json`."""
    return tuple(
        {"engine": engine, "medium": medium, "path": paths.get(medium, ""), "facts": to_json(facts)}
        for engine, by_medium in found.items()
        for medium, facts in by_medium.items()
    )


def look(scene: Any) -> Timeline:
    return read(scene, fingerprint)
