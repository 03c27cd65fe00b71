"""The dependency rules of docs/architecture.md, read off the syntax trees."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("ml", "timeline", "operators", "panels")
LIGHT = {"errors", "codec", "facts", "protocol", "client", "cache", "models", "model_table", "fetch", "backend"}
LIGHT |= {"people", "eta", "process", "lifeline", "workers", "front", "files", "failures", "stills", "drawing", "checkpoint"}
LIGHT |= {"mattes", "matte_files", "styles", "style_files"}
LIGHT |= {"library", "library_file", "library_lookup", "library_schema", "library_vectors"}
HEAVY = {"torch", "cv2", "av", "transformers", "ultralytics", "scenedetect", "whisper", "faster_whisper", "ctranslate2", "silero_vad"}
PURE = {"timebase", "plan", "state", "changes", "ledger", "merge", "subtitles", "lanes", "survey", "joints"}
PURE |= {"chapters", "merge_metas", "timecode", "shot_list", "shot_csv", "edl", "corrected"}
PURE |= {"reasons", "standing", "places", "pairing", "draft", "outcome", "relinks", "corrections", "partners"}
PURE |= {"merge_cuts", "merge_labels", "merge_tagged", "merge_highlights", "karaoke"}
PURE |= {"caption_looks", "bidi", "arabic", "visual", "glyphs", "restyle"}
PURE |= {"caption_list", "caption_edits", "caption_parts", "caption_follow", "find_text", "hunspell", "picture_cuts"}
PURE |= {"speakers", "attribution", "translating"}
PURE |= {"caption_rules", "aligning", "realign", "script", "script_text", "script_matching", "script_report"}
PURE |= {f"subtitle_{name}" for name in ("cues", "markup", "lines", "ass", "csv", "encodings", "files", "merge", "dressing", "parts")}
PURE |= {"imsc"}
PURE |= {"faders", "merge_volumes"}
PURE |= {"layout", "ripple", *(f"ripple_{name}" for name in ("time", "cuts", "ties", "pieces", "groups", "order"))}
PURE |= {"stamped", "sounding", "text_words", "text_document", "text_changes", "text_matching", "text_edit", "text_search"}
PURE |= {"caption_ripple", "caption_marks"}
PURE |= {"voicing", "pauses"}
PURE |= {"filler_words", "filler_edges", "stumbles", "hesitations", "take_groups", "speech_places"}
PURE |= {"proposals", "cutting", "removal_plan", "passage", "removals", "layout"}
PURE |= {"parts", "transit", "keying", "fades"}
PURE |= {"picture_values", "shot_size", "composition"}
PURE |= {"shot_log", "moods", "mood_sources", "feelings"}
PURE |= {"concepts", "concept_rules", "concept_people", "concept_places", "concept_index", "music_mood"}
PURE |= {"on_top", "statistics", "shot_card", "strip_query", "footage_colours", "footage_lanes", "sounding_lanes", "presence"}
PURE |= {"persons", "person_rows", "face_groups", "face_places"}
PURE |= {"seen"}
PURE |= {"meetings", "transition_layers", "camera_ways", "heard_speech", "stack", "split_words", "split_edits", "split_ledger"}
PURE |= {"search", "search_query", "search_words", "inserting"}
PURE |= {"frame_looks", "key_spline", "steady_frame", "steady_steps", "steady_path"}
PURE |= {"attach_subjects", "attach_graphics", "attach_motion", "attach_region"}
PURE |= {"effect", "stage", "effect_ledger", "effect_state", "effect_stands", "merge_effects", "effect_choices", "effect_outcome"}
PURE |= {"privacy_finds", "privacy_beneath"}
PURE |= {"native_colour", "oklab", "colour_match", "auto_light", "grade_looks", "graded_shots", "scene_grade", "grading", "style_layers"}
PURE |= {"privacy_cover", "privacy_layers", "privacy_trails", "privacy_finds", "privacy_beneath"}
PURE |= {"cutout_wanted", "cutout_layers", "cutout_picks", "remembered", "side_by_side", "l1_path", "banded", "camera"}
WHEELS = {"pysubs2"}
"""Pure Python too, and brought along for Blender's."""
READER = {"read", "sidecar", "sources", "appearance", "tags", "glance", "faces", "undress", "typeset", "curves", "read_layout", "fading"}
READER |= {"read_effects", "read_pictures", "read_stage", "read_poses", "read_stack", "read_privacy"}
WRITER = {"write", "write_cuts", "write_gaps", "write_texts", "write_captions", "stepping", "texts", "moving", "metas", "checks", "muting"}
WRITER |= {"write_media", "write_privacy_check"}
WRITER |= {"write_effects", "write_layers", "write_masks", "write_preview", "write_room", "write_snapshot"}
WRITER |= {"write_volumes", "mixdown", "write_rolls"}
WRITER |= {"removal_marks", "write_marks", "write_supercut", "write_selection"}
WRITER |= {"write_layout", "write_pieces", "write_speed", "volume", "shifting", "keyframes"}
"""With `compat`, the modules of the timeline that know Blender."""
STRIP_WORDS = re.compile(
    r"frame_final_|frame_offset_|\bstrips_all\b|\bsequences_all\b|left_handle|right_handle|content_start|sequence_editor\.(strips|sequences)"
)


def sources() -> list[Path]:
    found = [path for part in PARTS for path in sorted((ROOT / part).rglob("*.py"))]
    return [*found, ROOT / "__init__.py", ROOT / "cli.py", ROOT / "command.py", ROOT / "preferences.py"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> list[tuple[str, bool]]:
    """(dotted name from the project's root or outside, is it at the top of the module)."""
    module = tree(path)
    package = path.relative_to(ROOT).parent.parts
    found: list[tuple[str, bool]] = []
    typing_only = {
        id(node)
        for test in ast.walk(module)
        if isinstance(test, ast.If) and "TYPE_CHECKING" in ast.dump(test.test)
        for node in ast.walk(test)
    }
    for node in ast.walk(module):
        top = node in module.body and id(node) not in typing_only
        if isinstance(node, ast.Import):
            found += [(alias.name, top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package[: len(package) - node.level + 1]
                dotted = ".".join((*base, *(node.module or "").split("."))).strip(".")
                found += [(f"{dotted}.{alias.name}".strip("."), top) for alias in node.names]
            else:
                found.append((node.module or "", top))
    return found


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name, _top in imports(path)}


SOURCES = sources()
IDS = [name_of(path) for path in SOURCES]


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_the_backend_knows_neither_blender_nor_the_extension(path: Path) -> None:
    if name_of(path).startswith("ml/"):
        assert not roots(path) & {"bpy", "timeline", "operators", "panels", "preferences", "cli", "command"}


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_the_light_half_uses_the_standard_library_alone(path: Path) -> None:
    if (path.parent == ROOT / "ml" and path.stem in LIGHT) or path.parent == ROOT / "ml" / "backend":
        outside = {root for root in roots(path) if root not in sys.stdlib_module_names and root != "ml"}
        assert not outside
        inside = {name.split(".")[1] for name, _top in imports(path) if name.startswith("ml.")}
        assert inside <= LIGHT


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_heavy_libraries_are_imported_by_engines_and_media_only(path: Path) -> None:
    if not name_of(path).startswith(("ml/engines/", "ml/media/")):
        assert not roots(path) & HEAVY


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_only_reader_writer_and_compat_name_strip_attributes(path: Path) -> None:
    if path.parent == ROOT / "timeline" and path.stem in READER | WRITER | {"compat"}:
        return
    code = ast.unparse(tree(path))
    assert not STRIP_WORDS.search(code), STRIP_WORDS.search(code)


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_only_reader_and_writer_know_blender_and_only_the_writer_its_parts(path: Path) -> None:
    if not name_of(path).startswith("timeline/"):
        return
    used = {name.split(".")[1] for name, _top in imports(path) if name.startswith("timeline.")}
    native = path.parent == ROOT / "timeline" and path.stem in READER | WRITER | {"compat"}
    if not native:
        assert "bpy" not in roots(path) and not used & (READER | WRITER | {"compat"})
    if path.stem not in WRITER:
        assert not used & WRITER


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_the_pure_half_of_the_timeline_is_pure(path: Path) -> None:
    name = name_of(path)
    pure = name.startswith("timeline/planners/") or (path.parent == ROOT / "timeline" and path.stem in PURE)
    if not pure:
        return
    allowed = {"timeline", "ml", "numpy"} | set(sys.stdlib_module_names) | WHEELS
    assert roots(path) <= allowed
    assert not roots(path) & {"time", "datetime", "random", "uuid", "os", "pathlib", "io", "subprocess", "socket", "secrets", "tempfile"}
    backend = {known.split(".")[1] for known, _top in imports(path) if known.startswith("ml.")}
    assert backend <= {"facts", "errors", "codec", "mattes", "styles"}
    for node in ast.walk(tree(path)):
        assert not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"})


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_panels_call_nothing_that_computes(path: Path) -> None:
    if name_of(path).startswith("panels/"):
        known = {name for name, _top in imports(path)}
        assert not [name for name in known if name.startswith(("timeline.write", "timeline.merge", "timeline.planners", "ml.client"))]


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_imports_inside_the_extension_are_relative(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and not node.level:
            assert (node.module or "").split(".")[0] not in {*PARTS, "assistant_editor", "preferences", "cli"}


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_errors_are_never_swallowed(path: Path) -> None:
    """An `except` says which error, or is followed by more than `pass`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}):
            assert not all(isinstance(step, (ast.Pass, ast.Continue)) for step in node.body), f"line {node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_properties_are_values_in_compiled_modules(path: Path) -> None:
    """Kept as text (PEP 563), every option would be compiled anew at each start of Blender, for each operator that has it."""
    classes = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    stated = [one.annotation for kind in classes for one in kind.body if isinstance(one, ast.AnnAssign)]
    properties = [one for one in stated if isinstance(one, ast.Call) and ast.unparse(one.func).endswith("Property")]
    text = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree(path).body)
    assert not (properties and text), "leave out `from __future__ import annotations`, and quote what is only imported for types"


def test_starting_the_light_half_is_light() -> None:
    """Blender imports these at start-up or at the first click."""
    code = "import sys, ml.client, ml.cache, ml.models, ml.protocol, ml.backend; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not set(loaded) & (HEAVY | {"numpy"})


def test_nothing_is_left_to_do_later() -> None:
    left = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert not [name_of(path) for path in SOURCES if left.search(path.read_text(encoding="utf-8"))]


def test_the_architecture_names_every_module() -> None:
    """Whoever looks for a file finds in docs/architecture.md what it is for."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", text.replace("```", "")))))
    files = [*sources(), ROOT / "dev.py", *sorted((ROOT / "benchmarks").glob("*.py")), *sorted((ROOT / "docs").glob("*.py"))]
    unnamed = [name_of(path) for path in files if path.name != "__init__.py" and path.stem not in told]
    assert len(files) > 200
    assert not unnamed, "docs/architecture.md has tables of modules: give each a line, or a word in its neighbour's"
