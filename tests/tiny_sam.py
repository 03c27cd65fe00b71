"""Untrained networks that cut out by clicks, small enough for a test. Needs PyTorch and transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SIDE = 128


def saved(folder: Path, kind: str, seed: int = 0) -> Path:
    """A folder with a "sam", "sam2" or "sam2_video" of a few hundred thousand numbers."""
    import torch

    torch.manual_seed(seed)
    _network(kind).save_pretrained(folder)
    return folder


def _network(kind: str) -> Any:
    import transformers as library

    if kind == "sam":
        vision = {
            "hidden_size": 16, "output_channels": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": SIDE,
            "patch_size": 16, "window_size": 4, "global_attn_indexes": [0], "mlp_dim": 32, "num_pos_feats": 8,
        }  # fmt: skip
        prompts = {"hidden_size": 16, "image_size": SIDE, "patch_size": 16, "mask_input_channels": 4}
        decoder = {"hidden_size": 16, "mlp_dim": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "iou_head_hidden_dim": 16}
        return library.SamModel(library.SamConfig(vision_config=vision, prompt_encoder_config=prompts, mask_decoder_config=decoder))
    backbone = library.Sam2HieraDetConfig(
        hidden_size=8, num_attention_heads=1, image_size=[SIDE, SIDE], blocks_per_stage=[1, 1, 2, 1],
        embed_dim_per_stage=[8, 16, 32, 64], num_attention_heads_per_stage=[1, 1, 1, 1], window_size_per_stage=[8, 4, 4, 4],
        global_attention_blocks=[3],
    )  # fmt: skip
    sizes = [[SIDE // part, SIDE // part] for part in (4, 8, 16)]
    vision = library.Sam2VisionConfig(
        backbone_config=backbone, backbone_channel_list=[64, 32, 16, 8], backbone_feature_sizes=sizes, fpn_hidden_size=128,
    )  # fmt: skip
    prompts = {"hidden_size": 128, "image_size": SIDE, "patch_size": 16, "mask_input_channels": 4}
    decoder = {
        "hidden_size": 128, "mlp_dim": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "iou_head_hidden_dim": 16,
    }  # fmt: skip
    if kind == "sam2":
        return library.Sam2Model(library.Sam2Config(vision_config=vision, prompt_encoder_config=prompts, mask_decoder_config=decoder))
    config = library.Sam2VideoConfig(
        vision_config=vision, prompt_encoder_config=prompts, mask_decoder_config=decoder, image_size=SIDE,
        memory_attention_hidden_size=128, memory_attention_num_layers=1, memory_attention_num_attention_heads=1,
        memory_attention_feed_forward_hidden_size=64, memory_attention_rope_feat_sizes=[SIDE // 16, SIDE // 16],
        memory_encoder_hidden_size=128, memory_encoder_output_channels=64, memory_fuser_embed_dim=128, memory_fuser_num_layers=1,
        memory_fuser_intermediate_dim=64, mask_downsampler_embed_dim=128,
    )  # fmt: skip
    return library.Sam2VideoModel(config)
