"""Who hears the clips in the transcript benchmark: this extension's engine, and the peers as their READMEs use them.

A contender is loaded once: (model, folder of models) -> what hears a file: (path, language or "") -> text, words. Everybody is told
the language where the manifest names it. Word: [text, start, end, confidence]; the READMEs' ways make none.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ml import media, models
from ml.errors import EditorError

Hear = Callable[[str, str], tuple[str, list[list[Any]]]]
Load = Callable[[str, Path], Hear]


def ours(engine: str) -> Load:
    """This extension's engine, with a time and a confidence for every word."""

    def load(model: str, folder: Path) -> Hear:
        from ml.engines import transcript
        from ml.engines.registry import Runtime
        from ml.facts import TranscriptOptions

        runtime = Runtime(folder, lambda fraction, step, deadline=60.0: None, lambda text: None, lambda: None)

        def hear(path: str, language: str) -> tuple[str, list[list[Any]]]:
            options = TranscriptOptions(engine=engine, model=model, language=language or "auto")
            found = transcript.run(path, options, media.probe(path), None, runtime)
            words = [[word.text.strip(), float(word.start), float(word.end), word.confidence] for word in found.words]
            return "".join(word.text for word in found.words).strip(), words

        return hear

    return load


def openai_readme(model: str, folder: Path) -> Hear:
    """`model.transcribe(file)`. Its file reader needs the ffmpeg program; the samples are given to it read."""
    import whisper

    loaded = whisper.load_model(str(models.path_of(models.speech_model("openai-whisper", model), folder)), device="cpu")
    return lambda path, language: (str(loaded.transcribe(media.samples(path), fp16=False, language=language or None)["text"]), [])


def faster_readme(model: str, folder: Path) -> Hear:
    """`WhisperModel(..., compute_type="int8").transcribe(file, beam_size=5)`."""
    loaded = _faster(model, folder)
    return lambda path, language: (_joined(loaded.transcribe(path, beam_size=5, language=language or None)[0]), [])


def faster_batched_readme(model: str, folder: Path) -> Hear:
    """`BatchedInferencePipeline(model=model).transcribe(file, batch_size=8)`, with its voice detector."""
    from faster_whisper import BatchedInferencePipeline

    loaded = BatchedInferencePipeline(model=_faster(model, folder))
    return lambda path, language: (_joined(loaded.transcribe(path, batch_size=8, language=language or None)[0]), [])


def _faster(model: str, folder: Path) -> Any:
    from faster_whisper import WhisperModel

    where = models.path_of(models.speech_model("faster-whisper", model), folder)
    return WhisperModel(str(where), device="cpu", compute_type="int8", local_files_only=True)


def _joined(segments: Any) -> str:
    return "".join(segment.text for segment in segments)


CONTENDERS: dict[str, Load] = {
    "ours, faster-whisper": ours("faster-whisper"),
    "ours, openai-whisper": ours("openai-whisper"),
    "faster-whisper": faster_readme,
    "faster-whisper batched": faster_batched_readme,
    "openai-whisper": openai_readme,
}
ENGINES = {name: "openai-whisper" if "openai" in name else "faster-whisper" for name in CONTENDERS}


def run(contender: str, model: str, folder: Path, clips: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """In a process of its own: what the contender heard in each clip (path, language), and what it cost.

    `heard`: text, words, seconds of each clip, or its error; `loading`: the seconds of the model and of one clip to warm up;
    `peak`: bytes of resident memory.
    """
    import resource

    begun = time.perf_counter()
    hear = CONTENDERS[contender](model, folder)
    _one(hear, *clips[0])
    loading = time.perf_counter() - begun
    heard = [_one(hear, path, language) for path, language in clips]
    unit = 1 if sys.platform == "darwin" else 1024
    return {"heard": heard, "loading": loading, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}


def _one(hear: Hear, path: str, language: str) -> dict[str, Any]:
    begun = time.perf_counter()
    try:
        text, words = hear(path, language)
    except EditorError as reason:
        return {"error": str(reason)}
    except Exception as reason:  # noqa: BLE001  a peer raises whatever its libraries raise; the next clip is heard all the same
        return {"error": f"{type(reason).__name__}: {reason}"}
    return {"text": text.strip(), "words": words, "seconds": round(time.perf_counter() - begun, 4)}
