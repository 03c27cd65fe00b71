"""The weights of a Whisper in CTranslate2's binary format, and the same numbers under openai-whisper's names.

The format (version 6, little endian) is: version u32, name, revision u32, count u32, then per variable its name, rank u8,
dimensions u32 each, type u8, bytes u32, numbers; then a count of aliases and their (alias, name) pairs. A string is its
length u16, its UTF-8 bytes and a zero, which the length counts.

CTranslate2 keeps query, key and value of one attention in one matrix. Whisper's key has no bias: that third is zero.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..errors import BAD_INPUT, EditorError

VERSION = 6
TYPES = ("float32", "int8", "int16", "int32", "float16")
Arrays = dict[str, Any]


@dataclass(frozen=True)
class Dimensions:
    """Whisper's sizes, named as openai-whisper's `ModelDimensions` names them."""

    n_mels: int
    n_audio_ctx: int
    n_audio_state: int
    n_audio_head: int
    n_audio_layer: int
    n_vocab: int
    n_text_ctx: int
    n_text_state: int
    n_text_head: int
    n_text_layer: int


def read(path: Path) -> Arrays:
    """Variable name -> array as stored (numpy, any of `TYPES`). Raises `EditorError(BAD_INPUT)` when it is no such file."""
    try:
        with path.open("rb") as stream:
            version, name, _revision, count = _number(stream, "I"), _string(stream), _number(stream, "I"), _number(stream, "I")
            if version != VERSION or name != "WhisperSpec":
                raise EditorError(f"{path} is {name!r} version {version}, not a Whisper of version {VERSION}.", code=BAD_INPUT)
            return dict(_variable(stream) for _ in range(count))
    except (struct.error, UnicodeDecodeError, IndexError, ValueError) as reason:
        raise EditorError(f"{path} is not a Whisper model for CTranslate2, or it is cut short.", code=BAD_INPUT) from reason


def write(path: Path, variables: Arrays, aliases: dict[str, str]) -> None:
    """The file that `read` reads and CTranslate2 loads."""
    with path.open("wb") as stream:
        stream.write(struct.pack("<I", VERSION) + _packed("WhisperSpec") + struct.pack("<II", 3, len(variables)))
        for name, array in sorted(variables.items()):
            stream.write(_packed(name) + struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape))
            stream.write(struct.pack("<BI", TYPES.index(array.dtype.name), array.nbytes) + array.tobytes())
        stream.write(struct.pack("<I", len(aliases)))
        for alias, name in aliases.items():
            stream.write(_packed(alias) + _packed(name))


def dimensions(variables: Arrays) -> Dimensions:
    """Read off the shapes of CTranslate2's variables."""
    state, mels, _ = variables["encoder/conv1/weight"].shape
    vocabulary, text_state = variables["decoder/embeddings/weight"].shape
    return Dimensions(
        mels,
        variables["encoder/position_encodings/encodings"].shape[0],
        state,
        int(variables["encoder/num_heads"]),
        _layers(variables, "encoder/layer_"),
        vocabulary,
        variables["decoder/position_encodings/encodings"].shape[0],
        text_state,
        int(variables["decoder/num_heads"]),
        _layers(variables, "decoder/layer_"),
    )


def to_openai(variables: Arrays) -> Arrays:
    """openai-whisper's state dict (numpy, float16 or float32) from CTranslate2's variables; int8 and int16 are scaled back."""
    sizes = dimensions(variables)

    def number(name: str) -> Any:
        array, scale = variables[name], variables.get(f"{name}_scale")
        if array.dtype.kind != "i":
            return array
        if scale is None or f"{name}_zero" in variables:
            raise EditorError(f"{name} is stored in a form that cannot be scaled back.", code=BAD_INPUT)
        return array.astype(np.float32) / (scale[:, None] if scale.ndim else scale)

    state: Arrays = {}
    for ours, theirs in _plain(sizes):
        state[theirs] = number(ours)
    for ours, theirs, parts in _attentions(sizes):
        width = variables[f"{ours}/bias"].shape[0] // len(parts)
        weight, bias = number(f"{ours}/weight"), number(f"{ours}/bias")
        for place, part in enumerate(parts):
            state[f"{theirs}.{part}.weight"] = weight[place * width : (place + 1) * width]
            if part != "key":
                state[f"{theirs}.{part}.bias"] = bias[place * width : (place + 1) * width]
    return state


def from_openai(state: Arrays, sizes: Dimensions) -> tuple[Arrays, dict[str, str]]:
    """CTranslate2's variables (numbers in float16) and aliases from openai-whisper's state dict: the way back."""
    variables: Arrays = {ours: state[theirs].astype(np.float16) for ours, theirs in _plain(sizes)}
    for ours, theirs, parts in _attentions(sizes):
        silent = np.zeros(state[f"{theirs}.{parts[0]}.weight"].shape[0], np.float16)
        weights = [state[f"{theirs}.{part}.weight"] for part in parts]
        biases = [state.get(f"{theirs}.{part}.bias", silent) for part in parts]
        variables[f"{ours}/weight"] = np.concatenate(weights).astype(np.float16)
        variables[f"{ours}/bias"] = np.concatenate(biases).astype(np.float16)
    scalars: list[tuple[str, Callable[[int], Any], int]] = [
        ("encoder/num_heads", np.int16, sizes.n_audio_head),
        ("decoder/num_heads", np.int16, sizes.n_text_head),
        ("decoder/activation", np.int8, 3),  # GELU in CTranslate2's list of activations
        ("decoder/alibi", np.int8, 0),
        ("decoder/alibi_use_positive_positions", np.int8, 0),
        ("decoder/alignment_heads", np.int16, 1),
        ("decoder/alignment_layer", np.int16, -1),
        ("decoder/pre_norm", np.int8, 1),
        ("decoder/scale_embeddings", np.int8, 0),
        ("decoder/start_from_zero_embedding", np.int8, 0),
    ]
    variables.update((name, np.asarray(kind(value))) for name, kind, value in scalars)
    return variables, {"decoder/projection/weight": "decoder/embeddings/weight"}


def _plain(sizes: Dimensions) -> Iterator[tuple[str, str]]:
    """(CTranslate2's name, openai-whisper's name) of everything that differs in its name alone."""
    for conv in ("conv1", "conv2"):
        for what in ("weight", "bias"):
            yield f"encoder/{conv}/{what}", f"encoder.{conv}.{what}"
    yield "encoder/position_encodings/encodings", "encoder.positional_embedding"
    yield "decoder/position_encodings/encodings", "decoder.positional_embedding"
    yield "decoder/embeddings/weight", "decoder.token_embedding.weight"
    norms = [("encoder/layer_norm", "encoder.ln_post"), ("decoder/layer_norm", "decoder.ln")]
    linears: list[tuple[str, str]] = []
    for side, layers in (("encoder", sizes.n_audio_layer), ("decoder", sizes.n_text_layer)):
        for layer in range(layers):
            ours, theirs = f"{side}/layer_{layer}", f"{side}.blocks.{layer}"
            norms += [(f"{ours}/self_attention/layer_norm", f"{theirs}.attn_ln"), (f"{ours}/ffn/layer_norm", f"{theirs}.mlp_ln")]
            linears += [
                (f"{ours}/ffn/linear_0", f"{theirs}.mlp.0"),
                (f"{ours}/ffn/linear_1", f"{theirs}.mlp.2"),
                (f"{ours}/self_attention/linear_1", f"{theirs}.attn.out"),
            ]
            if side == "decoder":
                norms.append((f"{ours}/attention/layer_norm", f"{theirs}.cross_attn_ln"))
                linears.append((f"{ours}/attention/linear_2", f"{theirs}.cross_attn.out"))
    for ours, theirs in norms:
        yield f"{ours}/gamma", f"{theirs}.weight"
        yield f"{ours}/beta", f"{theirs}.bias"
    for ours, theirs in linears:
        yield f"{ours}/weight", f"{theirs}.weight"
        yield f"{ours}/bias", f"{theirs}.bias"


def _attentions(sizes: Dimensions) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(CTranslate2's fused matrix, openai-whisper's attention, the parts in the order of the rows)."""
    for side, layers in (("encoder", sizes.n_audio_layer), ("decoder", sizes.n_text_layer)):
        for layer in range(layers):
            yield f"{side}/layer_{layer}/self_attention/linear_0", f"{side}.blocks.{layer}.attn", ("query", "key", "value")
            if side == "decoder":
                yield f"{side}/layer_{layer}/attention/linear_0", f"{side}.blocks.{layer}.cross_attn", ("query",)
                yield f"{side}/layer_{layer}/attention/linear_1", f"{side}.blocks.{layer}.cross_attn", ("key", "value")


def _layers(variables: Arrays, prefix: str) -> int:
    return len({name[len(prefix) :].split("/")[0] for name in variables if name.startswith(prefix) and name[len(prefix)].isdigit()})


def _number(stream: BinaryIO, kind: str) -> int:
    (value,) = struct.unpack(f"<{kind}", stream.read(struct.calcsize(kind)))
    return int(value)


def _string(stream: BinaryIO) -> str:
    return stream.read(_number(stream, "H")).rstrip(b"\0").decode()


def _packed(text: str) -> bytes:
    raw = text.encode() + b"\0"
    return struct.pack("<H", len(raw)) + raw


def _variable(stream: BinaryIO) -> tuple[str, Any]:
    name = _string(stream)
    shape = [_number(stream, "I") for _ in range(_number(stream, "B"))]
    kind, size = TYPES[_number(stream, "B")], _number(stream, "I")
    raw = stream.read(size)
    if len(raw) != size:
        raise ValueError(f"{name} is cut short")
    return name, np.frombuffer(raw, kind).reshape(shape)
