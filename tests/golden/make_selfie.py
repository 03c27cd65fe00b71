"""Writes selfie.json: what MediaPipe itself makes of a drawn person, every eighth point of either network's answer.

Not run by the tests. In an environment of its own: pip install mediapipe==0.10.21, then from the project's root
python -m tests.golden.make_selfie
"""

from __future__ import annotations

import json
from pathlib import Path

import mediapipe
import numpy as np

from tests.drawn_person import person

NETWORKS = {"selfie.tflite": (0, (256, 256)), "selfie-wide.tflite": (1, (256, 144))}


def main() -> None:
    found = {}
    for name, (selection, size) in NETWORKS.items():
        with mediapipe.solutions.selfie_segmentation.SelfieSegmentation(model_selection=selection) as segmenter:
            answer = segmenter.process(person(size)[0]).segmentation_mask
        found[name] = np.round(answer[4::8, 4::8].astype(float), 4).tolist()
    Path(__file__).with_name("selfie.json").write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
