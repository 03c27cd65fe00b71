"""What words of a search mean: sizes of shots, moods, faces, things, places, light, camera, faults. Tables, by the words' stems. Pure.

English. A line's first word is what is kept in the library; what follows are other words for it. Labels that are in the library itself
are understood without a line here.
"""

from __future__ import annotations

import re
from functools import lru_cache

_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "mice": "mouse", "geese": "goose", "feet": "foot",
    "teeth": "tooth", "knives": "knife", "wolves": "wolf", "wives": "wife", "leaves": "leaf", "calves": "calf", "ran": "run",
    "wept": "weep", "fought": "fight", "said": "say", "spoken": "speak", "skis": "ski", "buses": "bus", "shot": "shot",
}  # fmt: skip
_VOWEL = re.compile("[aeiouy]")


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """What forms of one word share: dog of dogs, hug of hugging, danc of dancing. Roughly as Porter's (1980), enough to compare two."""
    word = _IRREGULAR.get(word, word)
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("ses", "xes", "zes", "ches", "shes")):
        word = word[:-2]
    elif len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending, least in (("ing", 5), ("ed", 4)):
        if len(word) > least and word.endswith(ending) and _VOWEL.search(word[: -len(ending)]):
            word = word[: -len(ending)]
            if len(word) > 2 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def stems(phrase: str) -> tuple[str, ...]:
    """A phrase as stems; hyphens part words."""
    return tuple(stem(word) for word in re.findall(r"[^\W_]+", phrase.casefold()))


SIZES = {
    "extreme close-up": "extreme close-up, big close-up, ecu, xcu, macro",
    "close-up": "close-up, closeup, close, cu, tight shot",
    "medium close-up": "medium close-up, medium closeup, mcu, head and shoulders, bust shot",
    "medium": "medium, medium shot, mid shot, midshot, waist shot, half shot",
    "medium wide": "medium wide, medium wide shot, medium long shot, cowboy shot, american shot, full shot, mws",
    "wide": "wide, wide shot, long shot, wide angle",
    "extreme wide": "extreme wide, extreme wide shot, extreme long shot, very wide, panorama, els",
}
ORDER = tuple(SIZES)
"""From near to far: a size beside the one that is meant counts a little."""
SEVERAL_SIZES = {"establishing shot": ("wide", "extreme wide"), "total": ("wide", "extreme wide")}

MOODS = {
    "happy": "happy, cheerful, joyful, joyous, glad, upbeat, merry, happiness, joy",
    "sweet": "sweet, tender, loving, lovely, romantic, cute, touching, affectionate, heartwarming",
    "funny": "funny, comic, comical, humorous, hilarious, amusing, silly, comedy, humour, humor",
    "energetic": "energetic, lively, exciting, excited, dynamic, energy, action, fast paced",
    "tense": "tense, suspenseful, suspense, scary, frightening, thrilling, nervous, dramatic, tension, dangerous, danger",
    "angry": "angry, furious, aggressive, anger, rage",
    "sad": "sad, melancholy, melancholic, sorrowful, unhappy, depressing, gloomy, sadness, mournful",
    "dark": "dark, grim, bleak, sinister, moody",
    "calm": "calm, peaceful, quiet, serene, relaxed, relaxing, tranquil, gentle",
    "neutral": "neutral",
}
KIN = {
    "happy": {"funny": 0.5, "sweet": 0.5, "energetic": 0.4}, "sweet": {"happy": 0.5, "calm": 0.3}, "funny": {"happy": 0.4},
    "energetic": {"happy": 0.3, "tense": 0.3}, "tense": {"angry": 0.4, "dark": 0.4}, "angry": {"tense": 0.4},
    "sad": {"dark": 0.4}, "dark": {"sad": 0.3, "tense": 0.3}, "calm": {"sweet": 0.3},
}  # fmt: skip
"""Moods that are near to another one count for it, so much."""
FACES = {
    "joy": "smiling, smile, grinning, grin, beaming",
    "sadness": "crying, cry, weeping, tearful, frowning, in tears",
    "anger": "shouting, scowling, angry face",
    "fear": "scared, afraid, frightened, terrified, fearful",
    "surprise": "surprised, astonished, amazed, startled, shocked",
    "disgust": "disgusted, disgust",
}
FACE_OF_MOOD = {"happy": "joy", "sad": "sadness", "angry": "anger"}

THINGS = {
    "person": "person, people, human, man, woman, boy, girl, guy, lady, gentleman, child, kid, somebody, someone, pedestrian,"
    " passer by, face",
    "bicycle": "bicycle, bike, cycle, cyclist, pushbike",
    "motorcycle": "motorcycle, motorbike, scooter, moped",
    "car": "car, automobile, auto, taxi, cab",
    "airplane": "airplane, aeroplane, plane, aircraft, jet",
    "bus": "bus, coach",
    "truck": "truck, lorry, van, pickup",
    "boat": "boat, ship, yacht, vessel, ferry",
    "train": "train, tram, railway, locomotive",
    "dog": "dog, puppy, hound, doggy",
    "cat": "cat, kitten, kitty",
    "bird": "bird, pigeon, duck, seagull, gull, swan, goose",
    "horse": "horse, pony, foal",
    "cow": "cow, cattle, bull, calf",
    "sheep": "sheep, lamb",
    "cell phone": "cell phone, phone, mobile, smartphone, mobile phone, telephone",
    "tv": "tv, television, telly, monitor, screen",
    "couch": "couch, sofa, settee",
    "dining table": "dining table, table, desk",
    "potted plant": "potted plant, plant, houseplant",
    "laptop": "laptop, notebook, computer",
    "wine glass": "wine glass, glass",
    "cup": "cup, mug",
    "sports ball": "sports ball, ball, football, basketball",
    "handbag": "handbag, purse, bag",
    "suitcase": "suitcase, luggage",
    "donut": "donut, doughnut",
    "refrigerator": "refrigerator, fridge",
    "umbrella": "umbrella, parasol",
    "traffic light": "traffic light, stoplight",
    "frisbee": "frisbee",
}
"""Other words for COCO's classes (T.-Y. Lin et al., ECCV 2014); those without a line are understood by their own names."""
CLASSES = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light", "fire hydrant", "stop sign",
    "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella",
    "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard",
    "surfboard", "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange",
    "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet", "tv",
    "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase",
    "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip
KINDS_OF_THINGS = {
    "animal": ("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"),
    "pet": ("cat", "dog"),
    "vehicle": ("car", "truck", "bus", "motorcycle", "bicycle", "train", "boat", "airplane"),
    "traffic": ("car", "truck", "bus", "motorcycle"),
    "food": ("banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake"),
    "fruit": ("banana", "apple", "orange"),
    "furniture": ("chair", "couch", "bed", "dining table"),
}
CONCEPTS = {
    "laughter": "laughter, laughing, laugh, giggling",
    "applause": "applause, clapping, clap",
    "hug": "hug, hugging, embrace, embracing, cuddle",
    "kiss": "kiss, kissing",
    "fight": "fight, fighting, brawl, punch",
    "chase": "chase, chasing, pursuit",
    "crowd": "crowd, crowded, many people",
    "celebration": "celebration, celebrating, party, cheering",
    "dancing": "dancing, dance, dancer",
    "eating": "eating, eat, meal, dinner, lunch",
    "drinking": "drinking, drink",
    "driving": "driving, drive",
    "cycling": "cycling, biking",
    "music": "music, song",
    "street": "street, road, city",
    "sea": "sea, ocean",
    "mountains": "mountain, hill",
    "forest": "forest, woods",
    "smiling": "smiling, smile",
}
"""Other words for concepts; whatever else the library holds is understood by its own name."""

PLACES = {
    "outdoor": "outside, outdoors, outdoor, exterior, open air, in the open",
    "indoor": "inside, indoors, indoor, interior, in a room",
}
LIGHTS = {"night": "night, nighttime, night time, nocturnal, midnight", "day": "day, daytime, daylight, day time, sunny, sunlight"}
MOVEMENTS = {
    "static": "static, still camera, locked off, tripod, fixed camera, steady",
    "pan left": "pan left, panning to the left, panning left, pan to the left",
    "pan right": "pan right, panning right, pan to the right",
    "tilt up": "tilt up, tilting up", "tilt down": "tilt down, tilting down",
    "zoom in": "zoom in, zooming in, push in", "zoom out": "zoom out, zooming out, pull out",
    "moving": "moving camera, camera moves, tracking shot, travelling shot, dolly", "handheld": "handheld, hand held",
}  # fmt: skip
SEVERAL_MOVEMENTS = {
    "pan": ("pan left", "pan right"), "tilt": ("tilt up", "tilt down"), "zoom": ("zoom in", "zoom out"),
    "camera movement": ("pan left", "pan right", "tilt up", "tilt down", "zoom in", "zoom out", "moving"),
}  # fmt: skip
FLAWS = {
    "out of focus": "out of focus, blurry, blurred, unsharp, unfocused, defocused", "focus hunt": "focus hunt, hunting focus",
    "shaky": "shaky, shaking, wobbly, unsteady", "too dark": "too dark, underexposed, under exposed",
    "too bright": "too bright, overexposed, over exposed", "burnt-out highlights": "burnt out, blown out, clipped highlights",
    "noisy": "noisy, grainy", "tilted horizon": "tilted horizon, crooked, slanted", "low contrast": "low contrast, flat, washed out",
    "nothing to see: black (lens cap?)": "lens cap, black screen, black", "nothing to see: one colour": "one colour, blank, one color",
    "camera carried about (ground shot?)": "ground shot",
}  # fmt: skip
GOOD = "good, great, usable, beautiful, pretty, nice, sharp, high quality, well exposed, in focus, gorgeous"
BAD = "bad, poor, unusable, ugly, low quality, faulty, flawed, worst"
BEST = "best, finest"
EMPTY = "nobody, no one, no people, empty, deserted, without people, unpeopled"
ALONE = "alone, one person, single person, on his own, on her own"
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}

STOP = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be been being but by clip clips do does doing every find for footage from get give had has have having her him
        his i in into is it its just like list look looking me moment moments my of on only or our part parts picture pictures please scene
        scenes search seen see shot shots show some that the their them then there these they thing things this those to us very video
        videos want was we were what when where which while who whose with you your any all each take takes image images frame frames
        material something anything during really film films movie movies one here camera""",
    )
)
"""Words that say nothing about what is looked for."""
NOT = frozenset(("without", "no", "not", "except", "excluding", "never"))


def entries(table: dict[str, str]) -> list[tuple[str, str]]:
    """(word or phrase, what it stands for)."""
    return [(words.strip(), name) for name, listed in table.items() for words in listed.split(",")]
