"""Image-text models small enough to be made in a test: the layouts of CLIP, SigLIP and SigLIP 2 on the Hub, with weights by chance."""

from __future__ import annotations

import json
from pathlib import Path

WORDS = (
    "a", "photo", "of", "still", "from", "film", "the", "two", "people", "hugging", "kissing", "night", "day", "street", "room", "dog",
    "cat", "an", "in", "on", "picture", "scene",
)  # fmt: skip
WIDTH = 16
_TEXT = {"hidden_size": WIDTH, "intermediate_size": 24, "num_hidden_layers": 1, "num_attention_heads": 2}


def make(folder: Path, kind: str = "siglip", seed: int = 1) -> Path:
    """Writes one of `kind` "clip", "siglip" or "siglip2" into `folder`. Needs transformers, tokenizers and torch."""
    import torch
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    size = _tokenizer(folder, kind)
    sight = {**_TEXT, "patch_size": 8}
    if kind == "clip":
        text = {**_TEXT, "vocab_size": size, "max_position_embeddings": 24, "eos_token_id": 2, "bos_token_id": 1, "pad_token_id": 0}
        config = transformers.CLIPConfig(text_config=text, vision_config={**sight, "image_size": 32}, projection_dim=12)
        network = transformers.CLIPModel(config)
        said = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}, "do_center_crop": True, "resample": 3,
                "image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28]}  # fmt: skip
    else:
        text = {**_TEXT, "vocab_size": size, "max_position_embeddings": 24, "pad_token_id": 0, "projection_size": WIDTH}
        said = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "resample": 2}
        if kind == "siglip":
            config = transformers.SiglipConfig(text_config=text, vision_config={**sight, "image_size": 32})
            network = transformers.SiglipModel(config)
            said["size"] = {"height": 32, "width": 32}
        else:
            config = transformers.Siglip2Config(text_config=text, vision_config={**sight, "num_patches": 16})
            network = transformers.Siglip2Model(config)
            said |= {"max_num_patches": 20, "patch_size": 8}
        network.logit_bias.data.fill_(-1.0)
    network.logit_scale.data.fill_(2.0)
    network.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(said))
    return folder


def _tokenizer(folder: Path, kind: str) -> int:
    """Whole words; the ends of texts as each kind has them."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    names = ["<pad>", "<start>", "<end>", "<unk>", *WORDS]
    made = Tokenizer(models.WordLevel({name: number for number, name in enumerate(names)}, "<unk>"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    form = "<start> $A <end>" if kind == "clip" else "$A <end>"
    made.post_processor = processors.TemplateProcessing(form, special_tokens=[("<start>", 1), ("<end>", 2)])
    inputs = ["input_ids", "attention_mask"] if kind == "clip" else ["input_ids"]
    PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="<end>", unk_token="<unk>", bos_token="<start>", model_input_names=inputs,
        padding_side="right",
    ).save_pretrained(folder)  # fmt: skip
    return len(names)
