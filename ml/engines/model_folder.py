"""A folder with a model of the transformers library, which the user has named: what it must hold, and what is wrong where it does not.

Only numbers are read from it, never code, and nothing from the network: safetensors, or, where an engine allows them, state dicts that
torch unpickles with weights only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import BAD_INPUT, MISSING_BACKEND, MISSING_MODEL, EditorError
from ..files import shown

SAFE = ("model.safetensors", "model.safetensors.index.json")
PICKLED = ("pytorch_model.bin", "pytorch_model.bin.index.json")


@dataclass(frozen=True)
class Wanted:
    """What an engine needs: `what` ("a sound tagger") of `kinds` (the config's model_type), called `called` ("AST"), with `weights`.

    `remedy` says what to choose; `otherwise` how to do without it, after "or " ("leave Sound Model empty").
    """

    what: str
    called: str
    kinds: tuple[str, ...]
    remedy: str
    otherwise: str = ""
    weights: tuple[str, ...] = SAFE


@dataclass(frozen=True)
class ModelFolder:
    """A folder that holds what is `wanted`, as far as can be seen without loading it. `config` is its config.json."""

    path: Path
    wanted: Wanted
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def kind(self) -> str:
        return str(self.config.get("model_type", ""))

    def table(self, name: str, without: dict[str, Any] | None = None) -> dict[str, Any]:
        """A JSON file of the folder; `without` where there is none. Raises `EditorError` for one that is missing or no table."""
        return _table(self.path, name, self.wanted, without)

    def network(self, name: str, whole: bool = False) -> Any:
        """The transformers class `name` with the folder's weights, for inference. `whole`: weights that the file lacks are an error.

        Raises `EditorError`: MISSING_BACKEND without the library, BAD_INPUT for weights that do not fit.
        """
        made = getattr(library(self.wanted), name)
        safe = any((self.path / one).is_file() for one in SAFE)
        try:
            network, told = made.from_pretrained(self.path, local_files_only=True, use_safetensors=safe, output_loading_info=True)
        except Exception as reason:
            raise self.unusable(reason) from reason
        if whole and told["missing_keys"]:
            lacking = sorted(told["missing_keys"])
            raise EditorError(
                f"The model in {shown(self.path)} lacks {len(lacking)} of its weights.", self.wanted.remedy, BAD_INPUT, repr(lacking[:20])
            )
        return network.eval()

    def tokenizer(self) -> Any:
        """The folder's tokenizer, whichever class the library has for it; never one that brings its own code."""
        transformers = library(self.wanted)
        try:
            return transformers.AutoTokenizer.from_pretrained(self.path, local_files_only=True, trust_remote_code=False)
        except Exception as reason:
            if not (self.path / "tokenizer.json").is_file():
                raise self.unusable(reason) from reason
        try:
            # Slow tokenizers want libraries of their own; what they do stands in this file too.
            return transformers.PreTrainedTokenizerFast.from_pretrained(self.path, local_files_only=True)
        except Exception as reason:
            raise self.unusable(reason) from reason

    def unusable(self, reason: Exception) -> EditorError:
        return EditorError(f"The model in {shown(self.path)} cannot be loaded.", self.wanted.remedy, BAD_INPUT, repr(reason)[:1000])


def opened(path: str | Path, wanted: Wanted) -> ModelFolder:
    """The folder at `path`, looked at and not loaded.

    Raises `EditorError`: MISSING_MODEL for no folder, no config.json or no weights of these names, BAD_INPUT for another kind of model.
    """
    folder = Path(path)
    if not str(path) or not folder.is_dir():
        raise EditorError(f"There is no folder {shown(path)} with {wanted.what}.", wanted.remedy, MISSING_MODEL)
    found = ModelFolder(folder, wanted, _table(folder, "config.json", wanted))
    if found.kind not in wanted.kinds:
        raise EditorError(
            f"{folder.name} is a model of the kind {found.kind!r}, not {wanted.what} ({wanted.called}).", wanted.remedy, BAD_INPUT
        )
    if not any((folder / name).is_file() for name in wanted.weights):
        needed = " or ".join(name for name in wanted.weights if not name.endswith(".json"))
        raise EditorError(f"{shown(folder)} holds no weights that can be used.", f"It needs {needed}. {wanted.remedy}", MISSING_MODEL)
    return found


def library(wanted: Wanted) -> Any:
    """The transformers library, quiet. Raises `EditorError(MISSING_BACKEND)` where the worker lacks it."""
    try:
        import torch  # noqa: F401  transformers can be imported without it, and then has no networks
        import transformers
    except ImportError as reason:
        raise EditorError(
            f"The library transformers, which runs {wanted.what}, is missing in the worker ({reason}).",
            f"Set up the backend again in the preferences, with Python 3.11 or newer{f'; or {wanted.otherwise}' * bool(wanted.otherwise)}.",
            MISSING_BACKEND,
        ) from reason
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    return transformers


def _table(folder: Path, name: str, wanted: Wanted, without: dict[str, Any] | None = None) -> dict[str, Any]:
    path = folder / name
    if without is not None and not path.is_file():
        return without
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as reason:
        raise EditorError(
            f"{shown(folder)} holds no model: its {name} cannot be read.", wanted.remedy, MISSING_MODEL, repr(reason)
        ) from reason
    if not isinstance(found, dict):
        raise EditorError(f"{shown(folder)} holds no model: its {name} is no table.", wanted.remedy, BAD_INPUT)
    return found
