"""The concepts that are scored in every film, and the texts by which an image-text model is asked for them.

Each is asked for by every phrase in every template, and the mean of what the model answers counts (A. Radford et al., ICML 2021, section
3.1.4, ensemble prompts so). Phrases say what a picture shows; what cannot be seen in one frame (slow motion, a chase) is asked for by
what such a frame shows.
"""

from __future__ import annotations

from collections.abc import Sequence

TEMPLATES = ("a photo of {}", "a still from a film of {}", "{}")
BACKGROUND = (
    "a photo", "a picture", "an image", "a photo of something", "a photo of a person", "a photo of people", "a photo of an object",
    "a photo of a place", "a photo of a room", "a photo of a landscape", "a photo of an animal", "a still from a film", "a blurry photo",
    "a close-up photo", "a dark photo", "a bright photo",
)  # fmt: skip
"""What CLIP holds each concept against."""
_CONCEPTS = {
    "hug": "two people hugging; an embrace", "kiss": "two people kissing; a kiss", "handshake": "two people shaking hands",
    "holding hands": "people holding hands", "conversation": "people talking to each other; a conversation",
    "interview": "a person being interviewed", "speech": "a person giving a speech to an audience", "argument": "people arguing angrily",
    "fight": "people fighting; a fist fight", "chase": "a person running after another person; a chase", "running": "people running",
    "walking": "people walking", "dancing": "people dancing", "singing": "a person singing into a microphone",
    "playing music": "a person playing a musical instrument", "laughter": "people laughing", "smile": "a smiling face",
    "crying": "a crying person; a face with tears", "fear": "a frightened person", "sleeping": "a sleeping person",
    "eating": "people eating a meal", "drinking": "people drinking", "cooking": "a person cooking", "reading": "a person reading a book",
    "writing": "a hand writing", "computer": "a person working at a computer; a computer screen", "telephone": "a person on the phone",
    "driving": "a person driving a car; the view through a windscreen", "cycling": "people riding bicycles",
    "swimming": "people swimming", "sport": "people doing sport; a sports match", "working": "people at work; a craftsman at work",
    "playing": "children playing", "crowd": "a crowd of people", "group": "a group of people", "two people": "two people",
    "portrait": "a portrait of one person", "child": "a child", "baby": "a baby", "couple": "a couple in love", "family": "a family",
    "celebration": "people celebrating; a party", "wedding": "a wedding; a bride and a groom", "birthday": "a birthday cake with candles",
    "funeral": "a funeral; people mourning at a grave", "graduation": "graduates in gowns and caps",
    "concert": "a concert; a band on a stage", "theatre": "actors on a theatre stage", "applause": "an audience applauding",
    "ceremony": "a ceremony", "parade": "a parade", "protest": "a protest march with banners", "war": "war; soldiers in battle",
    "shooting": "a person firing a gun", "weapon": "a weapon; a gun", "explosion": "an explosion", "fire": "a fire; flames",
    "smoke": "smoke", "accident": "a car accident", "emergency": "an ambulance; police cars with flashing lights", "animal": "an animal",
    "pet": "a pet", "dog": "a dog", "cat": "a cat", "horse": "a horse", "bird": "a bird", "wildlife": "wild animals in nature",
    "landscape": "a wide landscape; scenery", "mountains": "mountains", "sea": "the sea; the ocean", "beach": "a beach", "lake": "a lake",
    "river": "a river", "forest": "a forest", "desert": "a desert", "field": "a field; a meadow", "garden": "a garden; a park",
    "flowers": "flowers", "snow": "snow", "rain": "rain; a rainy street", "storm": "a storm; lightning", "clouds": "a sky with clouds",
    "sunset": "a sunset; a sunrise", "city": "a city", "skyline": "the skyline of a city", "street": "a street",
    "traffic": "heavy traffic on a road", "village": "a village", "building": "the outside of a building", "bridge": "a bridge",
    "ruins": "ruins; a destroyed building", "vehicle": "a vehicle", "car": "a car", "train": "a train; a railway station",
    "aeroplane": "an aeroplane; an airport", "boat": "a boat; a ship", "kitchen": "a kitchen", "living room": "a living room",
    "bedroom": "a bedroom", "bathroom": "a bathroom", "office": "an office", "school": "a classroom", "shop": "the inside of a shop",
    "restaurant": "a restaurant; a bar", "church": "the inside of a church", "museum": "a museum; a gallery", "hospital": "a hospital",
    "factory": "the inside of a factory", "stadium": "a stadium", "food": "food on a plate", "document": "a document; a page of text",
    "sign": "a sign with writing", "map": "a map", "money": "money", "toy": "toys", "robot": "a robot; a machine",
    "product": "a product on a plain background", "close-up": "an extreme close-up of a face; a close-up shot",
    "detail": "a close-up of a small object; a macro shot", "wide shot": "a wide shot of a place",
    "aerial view": "an aerial view; a view from a drone", "silhouette": "a silhouette against the light",
    "black and white": "a black and white picture", "animation": "a cartoon; a computer animation",
    "screen recording": "a screenshot of a computer program", "title": "a title card; credits with text",
    "blank": "a black screen; an empty picture", "day": "a scene by daylight", "night": "a scene at night",
    "romantic": "a romantic scene", "funny": "a funny scene", "sweet": "a sweet, tender scene", "scary": "a scary scene",
    "travel": "tourists travelling with suitcases",
}  # fmt: skip
"""Concept -> phrases, parted by semicolons."""
_INDOORS = "an indoor scene; the inside of a building; a room; the inside of a house"
_OUTDOORS = "an outdoor scene; a place outside in the open air; a street or landscape under the sky; nature or a city outside"


def _asked(phrases: str) -> tuple[str, ...]:
    return tuple(template.format(phrase.strip()) for phrase in phrases.split(";") for template in TEMPLATES)


FIXED = tuple(_CONCEPTS)
PLACES = {"indoor": _asked(_INDOORS), "outdoor": _asked(_OUTDOORS)}
"""Held against each other: a shot is one of them."""


def prompts_of(own: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Every concept and the texts it is asked for by: the fixed ones, and the user's `own`."""
    return {name: _asked(_CONCEPTS.get(name, name)) for name in dict.fromkeys((*_CONCEPTS, *own)) if name not in PLACES}


def own_concepts(text: str) -> tuple[str, ...]:
    """The user's words or phrases, one a line, each once, those that are scored anyway left out."""
    lines = dict.fromkeys(" ".join(line.split()) for line in text.splitlines())
    return tuple(line for line in lines if line and line not in _CONCEPTS and line not in PLACES)
