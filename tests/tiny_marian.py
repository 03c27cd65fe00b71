"""A translation model small enough to be made in a test: the layout of MarianMT on the Hub, with weights by chance."""

from __future__ import annotations

import json
from pathlib import Path

PIECES = ["</s>", "<unk>", *("▁" + letter for letter in "abcdefghijklmnopqrstuvwxyz"), *"abcdefghijklmnopqrstuvwxyz.,!?'", "▁", "<pad>"]


def make(folder: Path) -> Path:
    """Writes it into `folder`. Needs transformers, sentencepiece and torch."""
    import sentencepiece
    import torch
    from transformers import MarianConfig, MarianMTModel

    folder.mkdir(parents=True, exist_ok=True)
    lines = ["it was the best of times", "it was the worst of times", "how are you", "the quick brown fox jumps over a lazy dog, why?"]
    (folder / "lines.txt").write_text("\n".join(lines * 20))
    for side in ("source", "target"):
        sentencepiece.SentencePieceTrainer.train(
            input=str(folder / "lines.txt"), model_prefix=str(folder / side), vocab_size=40, model_type="char", character_coverage=1.0,
            minloglevel=2,
        )  # fmt: skip
        (folder / f"{side}.model").replace(folder / f"{side}.spm")
    tokens = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    pieces = [tokens.id_to_piece(number) for number in range(tokens.get_piece_size())]
    names = ["</s>", "<unk>", *[piece for piece in pieces if piece not in ("</s>", "<unk>", "<s>")], "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({name: number for number, name in enumerate(names)}))
    torch.manual_seed(1)
    config = MarianConfig(
        vocab_size=len(names), d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=32, decoder_ffn_dim=32, max_position_embeddings=512, pad_token_id=len(names) - 1, eos_token_id=0,
        decoder_start_token_id=len(names) - 1, forced_eos_token_id=0, max_length=24, num_beams=1,
    )  # fmt: skip
    network = MarianMTModel(config)
    network.save_pretrained(folder)
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"source_lang": "en", "target_lang": "fr", "tokenizer_class": "MarianTokenizer"})
    )
    return folder
