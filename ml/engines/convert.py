"""Writes a Whisper in the other engine's layout: `python -m ml.engines.convert ctranslate2|openai SOURCE TARGET_FOLDER`.

Run in a process of its own by `ml.fetch`: a large model needs gigabytes while it is converted, and gives them back.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from . import ct2_weights
from .ct2_weights import Dimensions


def openai(source: Path, target: Path) -> None:
    """A `.pt` for `whisper.load_model` from a CTranslate2 folder. `torch.save` is not byte-stable: its hash is taken after."""
    import torch

    variables = ct2_weights.read(source / "model.bin")
    state = {name: torch.from_numpy(array.copy()) for name, array in ct2_weights.to_openai(variables).items()}
    torch.save({"dims": dataclasses.asdict(ct2_weights.dimensions(variables)), "model_state_dict": state}, target / "whisper.pt")


def ctranslate2(source: Path, target: Path) -> None:
    """A folder for faster-whisper from openai-whisper's `.pt`; `weights_only`, so that nothing in the file can run."""
    import torch
    from whisper import _ALIGNMENT_HEADS
    from whisper.tokenizer import get_tokenizer

    checkpoint = torch.load(source, map_location="cpu", weights_only=True)
    sizes = Dimensions(**checkpoint["dims"])
    state = {name: tensor.numpy() for name, tensor in checkpoint["model_state_dict"].items()}
    variables, aliases = ct2_weights.from_openai(state, sizes)
    ct2_weights.write(target / "model.bin", variables, aliases)
    multilingual = sizes.n_vocab >= 51865
    tokenizer = get_tokenizer(multilingual, num_languages=sizes.n_vocab - 51765 - int(multilingual))
    tokens = vocabulary(tokenizer)
    _write(target / "vocabulary.json", tokens)
    _write(target / "tokenizer.json", huggingface(tokenizer, tokens))
    _write(target / "config.json", config(tokenizer, sizes, _ALIGNMENT_HEADS.get(source.stem)))
    _write(target / "preprocessor_config.json", {"feature_size": sizes.n_mels})


def config(tokenizer: Any, sizes: Dimensions, heads: bytes | None) -> dict[str, Any]:
    """CTranslate2's config.json: which tokens are never said, and which attention heads follow the words in time.

    `heads`: openai-whisper's packed table; without one, all heads of the upper half of the decoder, as openai-whisper does.
    """
    import base64
    import gzip

    chosen = np.zeros((sizes.n_text_layer, sizes.n_text_head), bool)
    chosen[sizes.n_text_layer // 2 :] = True
    if heads:
        chosen = np.frombuffer(gzip.decompress(base64.b85decode(heads)), bool).reshape(chosen.shape)
    silent = (tokenizer.sot, tokenizer.translate, tokenizer.transcribe, tokenizer.sot_lm, tokenizer.sot_prev, tokenizer.no_speech)
    return {
        "alignment_heads": np.argwhere(chosen).tolist(),
        "lang_ids": sorted(tokenizer.all_language_tokens),
        "suppress_ids": sorted({*tokenizer.non_speech_tokens, *silent}),
        "suppress_ids_begin": [*tokenizer.encode(" "), tokenizer.eot],
    }


def vocabulary(tokenizer: Any) -> list[str]:
    """Every token in order of its number, its bytes spelled in GPT-2's printable letters."""
    letters = _letters()
    special = {number: text for text, number in tokenizer.special_tokens.items()}
    plain = tokenizer.encoding.decode_single_token_bytes
    return [special.get(number) or "".join(letters[byte] for byte in plain(number)) for number in range(tokenizer.encoding.n_vocab)]


def huggingface(tokenizer: Any, tokens: list[str]) -> dict[str, Any]:
    """tokenizer.json of the `tokenizers` library: the same byte-pair encoding, with merges found again from the ranks."""
    words = tokens[: tokenizer.eot]
    rank = {token: number for number, token in enumerate(words)}
    literal = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    added = [{"id": number, "content": tokens[number], **literal} for number in range(tokenizer.eot, tokenizer.timestamp_begin)]
    bytewise = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0",
        "added_tokens": added,
        "pre_tokenizer": bytewise,
        "decoder": bytewise,
        "model": {"type": "BPE", "vocab": rank, "merges": [list(_halves(token, rank)) for token in words if len(token) > 1]},
    }


def _halves(token: str, rank: dict[str, int]) -> tuple[str, str]:
    """The last merge that makes `token`: what byte-pair encoding gives when only earlier merges are allowed."""
    parts = list(token)
    while len(parts) > 2:
        pairs = [rank.get(left + right, len(rank)) for left, right in pairwise(parts)]
        place = min(range(len(pairs)), key=pairs.__getitem__)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    return parts[0], parts[1]


def _letters() -> dict[int, str]:
    """GPT-2's map from bytes to letters one can print."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {**{byte: chr(byte) for byte in printable}, **{byte: chr(256 + place) for place, byte in enumerate(others)}}


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def main(arguments: list[str]) -> int:
    layout, source, target = arguments
    {"openai": openai, "ctranslate2": ctranslate2}[layout](Path(source), Path(target))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
