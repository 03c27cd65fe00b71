"""Sentences in another language: Marian (opus-mt), M2M-100 and NLLB-200 from a folder the user names, run by transformers.

J. Tiedemann, S. Thottingal, "OPUS-MT", EAMT 2020; A. Fan et al., "Beyond English-Centric Multilingual Machine Translation", JMLR 2021;
NLLB Team, "No Language Left Behind", 2022. Only numbers are read from the folder, never code, and nothing from the network.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..cache import Cache
from ..errors import BAD_INPUT, EditorError
from ..files import stamp
from ..protocol import Translate
from .languages_of_models import flores
from .model_folder import PICKLED, SAFE, ModelFolder, Wanted, library, opened
from .registry import Runtime

KINDS = ("marian", "m2m_100", "nllb-moe")
LOADING, WORKING = 300.0, 120.0
BATCH = 8
LONGEST = 400
"""Tokens of a text at most, and of a translation; of a short one 20 and three times as many as the text has."""
WANTED = Wanted(
    "a translation model",
    "MarianMT, M2M-100 or NLLB-200",
    KINDS,
    "Choose a folder with a MarianMT (opus-mt), M2M-100 or NLLB-200 model of the transformers library.",
    weights=(*SAFE, *PICKLED),
)


def run(request: Translate, cache: Cache, runtime: Runtime) -> dict[str, Any]:
    """`{"texts": [...]}`: a translation of each text, in their order; empty texts stay empty.

    What was translated before comes from the cache. Raises `EditorError`: MISSING_MODEL for a folder without a model, BAD_INPUT for
    a model or language that cannot be used, MISSING_BACKEND without the library, CANCELLED.
    """
    folder = opened(request.model, WANTED)
    keys = keys_of(folder.path, request.source, request.target, request.texts)
    known = {key: text for key in keys if (text := cache.load_text(key)) is not None}
    missing = {key: text for key, text in zip(keys, request.texts, strict=True) if key not in known and text.strip()}
    if missing:
        runtime.progress(0.0, f"Loading {folder.name}", LOADING)
        translate = load(folder, request.source, request.target, runtime.check)
        order = sorted(missing, key=lambda key: len(missing[key]))
        for place in range(0, len(order), BATCH):
            runtime.check()
            part = order[place : place + BATCH]
            for key, text in zip(part, translate([missing[key] for key in part]), strict=True):
                known[key] = text
                if warning := cache.store_text(key, text):
                    runtime.notice(warning)
            runtime.progress((place + len(part)) / len(order), f"Translating with {folder.name}", WORKING)
    return {"texts": [known.get(key, "") for key in keys]}


def load(folder: ModelFolder, source: str, target: str, check: Callable[[], None]) -> Callable[[Sequence[str]], list[str]]:
    """A function that translates a few texts. `check` is called for every token that is made."""
    library(WANTED)
    import torch
    from transformers import StoppingCriteria, StoppingCriteriaList

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it recommends a library that only normalises quotes
        tokenizer = folder.tokenizer()
    network = folder.network("AutoModelForSeq2SeqLM")
    before, forced = _languages(tokenizer, folder.kind, source, target, folder.name)

    class Asked(StoppingCriteria):
        def __call__(self, ids: Any, scores: Any, **given: Any) -> Any:
            check()
            return torch.zeros(ids.shape[0], dtype=torch.bool, device=ids.device)

    def translate(texts: Sequence[str]) -> list[str]:
        given = tokenizer([before + text for text in texts], return_tensors="pt", padding=True, truncation=True, max_length=LONGEST)
        more = {"forced_bos_token_id": forced} if forced is not None else {}
        with torch.inference_mode():
            most = min(LONGEST, 20 + 3 * given["input_ids"].shape[1])
            made = network.generate(**given, max_new_tokens=most, stopping_criteria=StoppingCriteriaList([Asked()]), **more)
        return [text.strip() for text in tokenizer.batch_decode(made, skip_special_tokens=True)]

    return translate


def _languages(tokenizer: Any, kind: str, source: str, target: str, name: str) -> tuple[str, int | None]:
    """(what stands before each text, the token a translation begins with). Sets the tokenizer's source language."""
    if kind == "marian":
        codes = list(getattr(tokenizer, "supported_language_codes", []) or [])
        if not codes:
            return "", None
        wanted = (f">>{target}<<", f">>{flores(target).partition('_')[0]}<<", f">>{flores(target)}<<")
        found = next((code for code in wanted if code in codes), None)
        if found is None:
            raise _unknown(name, target, [code.strip("<>") for code in codes])
        return f"{found} ", None
    codes = list(getattr(tokenizer, "lang_code_to_token", {}) or getattr(tokenizer, "additional_special_tokens", []) or [])
    tokens = [_token(tokenizer, code) for code in (source, target)]
    for code, token in zip((source, target), tokens, strict=True):
        if token is None:
            raise _unknown(name, code, codes)
    tokenizer.src_lang = tokens[0][0] if tokens[0] else source
    return "", tokens[1][1] if tokens[1] else None


def _token(tokenizer: Any, code: str) -> tuple[str, int] | None:
    """(what the tokenizer calls a language, its token): M2M-100 says "fr", NLLB "fra_Latn"."""
    if hasattr(tokenizer, "get_lang_id") and code in getattr(tokenizer, "lang_code_to_token", {}):
        return code, int(tokenizer.get_lang_id(code))
    for name in (flores(code), code):
        number = tokenizer.convert_tokens_to_ids(name)
        if number is not None and number != tokenizer.unk_token_id:
            return name, int(number)
    return None


def _unknown(name: str, code: str, codes: Sequence[str]) -> EditorError:
    some = ", ".join(sorted(codes)[:30])
    return EditorError(f"The model {name} does not know the language {code!r}.", f"It knows {some}." if some else WANTED.remedy, BAD_INPUT)


def keys_of(folder: Path, source: str, target: str, texts: Sequence[str]) -> list[str]:
    """Under what the cache keeps the translations of these texts by this model."""
    model = [str(folder), stamp(folder)]
    return [hashlib.sha256(json.dumps([model, source, target, text]).encode()).hexdigest()[:40] for text in texts]
