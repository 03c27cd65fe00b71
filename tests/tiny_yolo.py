"""YOLO networks of the real architectures, as small as they get, untrained, and saved as ultralytics saves them. Nothing is downloaded."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from assistant_editor.ml.engines import yolo

NAMES = {0: "ball", 1: "cube", 2: "star"}


@lru_cache
def network(kind: str = "yolo11", seed: int = 0) -> Any:
    """An untrained network of three classes and, for poses, 17 points; not to be changed.

    `kind` is the name of one of ultralytics' architectures: yolov8, yolo11-seg, yolo26-pose …
    """
    yolo.ultralytics()
    from ultralytics.nn import tasks

    torch.manual_seed(seed)
    given = tasks.yaml_model_load(f"{kind}.yaml") | {"scales": {"n": [0.33, 0.0625, 128]}, "scale": "n"}
    make = tasks.SegmentationModel if kind.endswith("-seg") else tasks.PoseModel if kind.endswith("-pose") else tasks.DetectionModel
    made = make(given, nc=3, verbose=False)
    made.names, made.args, made.task = dict(NAMES), {"imgsz": 160}, "detect"
    for layer in made.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):  # so that an untrained network tells places apart
            layer.running_mean.normal_(0, 0.1)
            layer.running_var.uniform_(0.5, 1.5)
    return made.eval()


def saved(path: Path, made: Any, **more: Any) -> Path:
    """The checkpoint ultralytics would write at the end of training: half precision, the network whole."""
    torch.save({"epoch": -1, "model": copy.deepcopy(made).half(), "ema": None, "train_args": {"imgsz": 160}, **more}, path)
    return path
