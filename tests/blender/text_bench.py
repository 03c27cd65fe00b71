"""A film that speaks, whose words are stored, and nobody to ask: to be edited by its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy
from assistant_editor.operators import transcript_shelf

from tests.blender import stage
from tests.blender.caption_bench import CaptionBench

shelf = transcript_shelf.shelf


@dataclass
class TextBench(CaptionBench):
    """`text` is the transcript as a text of the project."""

    @property
    def lines(self) -> list[str]:
        self.call("refresh_transcript")
        return [row.text for row in bpy.context.window_manager.assistant_editor_transcript.rows]

    @property
    def text(self) -> Any:
        return next(text for text in bpy.data.texts if text.name.startswith("Transcript: "))

    def write(self, *lines: str) -> None:
        """Makes the text, and edits it to these lines."""
        self.call("transcript_to_text")
        self.text.from_string("\n".join(lines))

    def pieces(self, kind: str) -> list[tuple[int, int]]:
        """Where the strips of this type stand."""
        return sorted(stage.extent(strip) for strip in self.room.strips if strip.type == kind and not strip.mute)

    def in_sync(self) -> bool:
        """Whether picture and sound show the same moments of the film everywhere."""
        reading = stage.reading(self.room.scene)
        movies = [ref for ref in reading.strips if ref.kind == "MOVIE"]
        sounds = [ref for ref in reading.strips if ref.kind == "SOUND" and not ref.muted]
        return all(
            any(movie.frames.start <= frame < movie.frames.end
                and abs(movie.source.seconds(frame) - sound.source.seconds(frame)) * reading.rate < 1 for movie in movies)
            for sound in sounds for frame in (sound.frames.start, sound.frames.end - 1)
        )  # fmt: skip
