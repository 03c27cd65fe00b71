"""Which things, sounds and words speak for which concept: tables, with how surely. What no model has measured stays well below 1.

A sure sign ("a cat is an animal") keeps the confidence of what was found; a hint ("umbrellas: rain") is worth less than half. Words tell
what is talked about, which is often not what is seen, so they are hints however often they fall.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

ANIMALS = frozenset(("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"))
VEHICLES = frozenset(("bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat"))
FOOD = frozenset(("banana", "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake"))
DISHES = frozenset(("bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl"))
SPORTS = frozenset(
    ("frisbee", "skis", "snowboard", "sports ball", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket")
)
PEOPLE = frozenset(("person",))


@dataclass(frozen=True)
class Sign:
    """`count` things of the labels `any` at once, `most` at most, with `beside` of other labels, say `concept` with this `chance`."""

    concept: str
    chance: float
    any: frozenset[str]
    count: int = 1
    beside: frozenset[str] = frozenset()
    most: int = 10_000


def _of(*labels: str) -> frozenset[str]:
    return frozenset(labels)


SIGNS = (
    *(Sign(label, 1.0, _of(label)) for label in ("dog", "cat", "horse", "bird", "car")),
    Sign("animal", 1.0, ANIMALS),
    Sign("pet", 0.9, _of("cat", "dog")),
    Sign("wildlife", 0.9, _of("elephant", "bear", "zebra", "giraffe")),
    Sign("vehicle", 1.0, VEHICLES),
    Sign("traffic", 0.8, _of("car", "bus", "truck", "motorcycle", "bicycle"), 3),
    Sign("street", 0.8, _of("traffic light", "stop sign", "parking meter", "fire hydrant")),
    Sign("street", 0.6, _of("car", "bus", "truck", "motorcycle"), 1, PEOPLE),
    Sign("train", 0.9, _of("train")),
    Sign("aeroplane", 0.9, _of("airplane")),
    Sign("boat", 0.9, _of("boat")),
    Sign("sea", 0.4, _of("boat", "surfboard")),
    Sign("beach", 0.35, _of("surfboard")),
    Sign("snow", 0.8, _of("skis", "snowboard")),
    Sign("rain", 0.35, _of("umbrella")),
    Sign("sport", 0.8, SPORTS, 1, PEOPLE),
    Sign("cycling", 0.6, _of("bicycle"), 1, PEOPLE),
    Sign("food", 0.9, FOOD),
    Sign("eating", 0.5, DISHES | FOOD, 2, PEOPLE),
    Sign("drinking", 0.35, _of("wine glass", "cup", "bottle"), 1, PEOPLE),
    Sign("restaurant", 0.35, _of("dining table"), 1, _of("wine glass", "fork", "knife")),
    Sign("kitchen", 0.7, _of("oven", "microwave", "refrigerator", "toaster"), 1),
    Sign("cooking", 0.35, _of("oven", "microwave"), 1, PEOPLE),
    Sign("living room", 0.5, _of("couch")),
    Sign("bedroom", 0.6, _of("bed")),
    Sign("bathroom", 0.7, _of("toilet", "toothbrush", "hair drier")),
    Sign("office", 0.5, _of("keyboard", "mouse", "laptop")),
    Sign("computer", 0.9, _of("laptop", "keyboard", "mouse")),
    Sign("reading", 0.35, _of("book"), 1, PEOPLE),
    Sign("telephone", 0.6, _of("cell phone")),
    Sign("birthday", 0.35, _of("cake"), 1, PEOPLE),
    Sign("celebration", 0.25, _of("cake", "wine glass"), 2, PEOPLE),
    Sign("crowd", 0.9, PEOPLE, 8),
    Sign("group", 0.8, PEOPLE, 3, most=7),
    Sign("two people", 0.8, PEOPLE, 2, most=2),
)
"""By the classes of COCO (T.-Y. Lin et al., ECCV 2014), as YOLO names them."""

HEARD = {
    "laughter": (("laughter", 0.9),),
    "applause": (("applause", 0.9), ("celebration", 0.35)),
    "cheering": (("cheering", 0.9), ("celebration", 0.5), ("crowd", 0.4)),
    "crying": (("crying", 0.9),),
    "music": (("music", 0.9),),
    "dog": (("animal", 0.6), ("pet", 0.6)),
    "cat": (("animal", 0.6), ("pet", 0.6)),
    "telephone": (("telephone", 0.6),),
    "siren": (("emergency", 0.6), ("chase", 0.25)),
    "gunshot": (("shooting", 0.8), ("war", 0.4), ("fight", 0.3)),
    "explosion": (("explosion", 0.8), ("war", 0.4)),
    "thunder": (("storm", 0.8),),
    "glass": (("accident", 0.3),),
    "scream": (("fear", 0.5), ("fight", 0.25)),
}
"""What is heard besides speech, in our words for AudioSet's classes, and the concepts it speaks for."""

SAID, SAID_MORE, SAID_MOST = 0.3, 0.08, 0.45
"""What one word for a concept is worth, what each further one adds, and what all of them are worth at most."""
_STEMS = {
    "en": {
        "hug": "hug hugs hugged hugging embrac* cuddl*", "kiss": "kiss* smooch*", "fight": "fight* fought punch* brawl*",
        "chase": "chase chases chased chasing pursuit*", "war": "war wars warfare soldier* battlefield* army armies enemy enemies troops",
        "shooting": "gunshot* gunfire* shootout* shooter*", "explosion": "explosi* explod* bomb bombs bombing* detonat*",
        "fire": "fire fires flame flames burning", "wedding": "wedding* bride brides bridegroom* groom newlywed*", "birthday": "birthday*",
        "celebration": "celebrat* congratulat* hooray hurrah party parties cheers", "funeral": "funeral* burial* mourn*",
        "graduation": "graduat* diploma*", "concert": "concert*", "protest": "protest*", "sport": "football soccer tennis basketball"
        " baseball hockey championship*", "cooking": "cook cooks cooked cooking recipe* simmer*", "eating": "breakfast lunch dinner supper",
        "driving": "drive drives driving drove highway", "laughter": "haha* hehe* laugh*", "crying": "crying cried tears weep*",
        "sea": "sea seas ocean*", "beach": "beach*", "mountains": "mountain* summit*", "forest": "forest* woods", "snow": "snow*",
        "rain": "rain rains rainy raining", "storm": "storm* thunder* lightning", "sunset": "sunset* sundown",
        "night": "midnight night tonight", "school": "school* classroom* teacher*", "hospital": "hospital* doctor* nurse*",
        "church": "church* priest*", "music": "song songs music* guitar* piano*", "baby": "baby babies newborn*",
        "emergency": "ambulance* police emergency", "travel": "travel* trip trips journey* suitcase*",
    },
    "de": {
        "hug": "umarm*", "kiss": "küss* kuss", "fight": "kampf kämpf* schlägerei* prügel*", "chase": "verfolg*",
        "war": "krieg krieges kriege soldat* armee* schlachtfeld* feind feinde", "shooting": "schießerei* schüsse",
        "explosion": "explosion* explodier* bombe bomben", "fire": "feuer brennt flammen brand", "wedding": "hochzeit* braut bräutigam*",
        "birthday": "geburtstag*", "celebration": "feier* gefeiert glückwunsch* prost party", "funeral": "beerdigung* begräbnis*",
        "concert": "konzert*", "protest": "protest* demonstrier*", "sport": "fußball* tennis basketball meisterschaft*",
        "cooking": "kochen kocht gekocht rezept* backofen", "eating": "frühstück* mittagessen abendessen", "driving": "autobahn",
        "laughter": "haha* lachen lacht lachte gelacht gelächter", "crying": "weinen weint weinte geweint tränen", "sea": "meer ozean*",
        "beach": "strand strände", "mountains": "berg berge bergen gipfel", "forest": "wald wälder", "snow": "schnee* schneit",
        "rain": "regen regnet", "storm": "sturm stürm* gewitter*", "sunset": "sonnenuntergang*", "night": "nacht nachts mitternacht",
        "school": "schule* klassenzimmer lehrer*", "hospital": "krankenhaus* arzt ärzt*", "church": "kirche* priester*",
        "music": "musik* lied lieder gitarre* klavier*", "baby": "baby babys säugling*", "emergency": "krankenwagen polizei* notruf",
        "travel": "reise reisen reist gereist koffer",
    },
    "fr": {
        "hug": "enlac* étrein*", "kiss": "embrass* baiser* bisou*", "fight": "bagarr* combat*", "chase": "poursui*",
        "war": "guerre* soldat* armée* ennemi*", "shooting": "fusillad*", "explosion": "explosi* bombe bombes",
        "fire": "feu incendi* flammes",
        "wedding": "mariage* mariée*", "birthday": "anniversaire*", "celebration": "fête* fêter félicit* bravo", "funeral": "enterrement*"
        " funérail*", "concert": "concert*", "protest": "manifestation* manifestant*", "sport": "football tennis basket championnat*",
        "cooking": "cuisine* recette*", "eating": "déjeuner dîner", "driving": "conduire autoroute*", "laughter": "rire rires rigol*",
        "crying": "pleur* larmes", "sea": "mer océan*", "beach": "plage*", "mountains": "montagne*", "forest": "forêt*", "snow": "neige*",
        "rain": "pluie* pleut", "storm": "orage* tempête*", "night": "nuit nuits minuit", "school": "école* professeur*",
        "hospital": "hôpital* médecin*", "church": "église* prêtre*", "music": "chanson* musique* guitare* piano*", "baby": "bébé*",
        "emergency": "ambulance* police pompier*", "travel": "voyage* valise*",
    },
    "es": {
        "hug": "abraz*", "kiss": "beso besos besar besó", "fight": "pelea* lucha luchar luchan", "chase": "perseg* persig* persecuci*",
        "war": "guerra* soldado* ejército* enemig*", "shooting": "tirote* disparo*", "explosion": "explosi* explot* bomba bombas",
        "fire": "fuego* incendi* llamas", "wedding": "boda* novia", "birthday": "cumpleaños", "celebration": "fiesta* felicidad* celebra*",
        "funeral": "entierro* funeral*", "concert": "concierto*", "protest": "protest* manifestaci*", "sport": "fútbol tenis baloncesto",
        "cooking": "cocinar cocina receta*", "eating": "desayun* almuerz*", "driving": "conducir autopista*",
        "laughter": "risa risas reír* jaja*",
        "crying": "llora* lágrimas", "sea": "mar océano*", "beach": "playa*", "mountains": "montaña*", "forest": "bosque*",
        "snow": "nieve nieva", "rain": "lluvia* llueve", "storm": "tormenta* tempestad*", "night": "noche noches medianoche",
        "school": "escuela* maestr*", "hospital": "hospital* médic*", "church": "iglesia*", "music": "canción canciones música guitarra*",
        "baby": "bebé*", "emergency": "ambulancia* policía*", "travel": "viaje* viajar maleta*",
    },
    "it": {
        "hug": "abbracc*", "kiss": "bacio baci baciare bacia", "fight": "lotta lottare combatt* rissa", "chase": "insegu*",
        "war": "guerra guerre soldat* esercit* nemic*", "shooting": "sparatori* spari", "explosion": "esplo* bomba bombe",
        "fire": "fuoco incendi* fiamme", "wedding": "matrimoni* sposa sposi", "birthday": "compleann*", "celebration": "festa feste auguri"
        " congratulazion*", "funeral": "funeral* sepoltur*", "concert": "concerto concerti", "protest": "protest* manifestazion*",
        "sport": "calcio tennis pallacanestro", "cooking": "cucinare cucina ricett*", "eating": "colazione pranzo cena",
        "driving": "guidare autostrad*", "laughter": "risata risate ridere", "crying": "piang* lacrim*", "sea": "mare oceano",
        "beach": "spiaggi*", "mountains": "montagn*", "forest": "foresta foreste bosco", "snow": "neve nevica*", "rain": "pioggi* piove",
        "storm": "tempest* temporal*", "night": "notte notti mezzanotte", "school": "scuol* maestr*", "hospital": "ospedal* medico medici",
        "church": "chiesa chiese", "music": "canzon* musica chitarra*", "baby": "neonat* bimb*", "emergency": "ambulanz* polizia",
        "travel": "viaggi* valigi*",
    },
}  # fmt: skip
"""Language -> concept -> words; a star stands for any ending. Our own compilation."""
_PATTERNS = {
    language: {concept: re.compile("|".join(stem.replace("*", r"\w*") for stem in stems.split())) for concept, stems in by_concept.items()}
    for language, by_concept in _STEMS.items()
}


@lru_cache(maxsize=20_000)
def said(word: str, language: str) -> frozenset[str]:
    """The concepts that a word speaks for, as it is written, with its signs, in a language by its ISO 639-1 code.

    Languages without a list say nothing: the same letters mean something else in another one.
    """
    plain = re.findall(r"[^\W\d_]+", word.lower())
    return frozenset(concept for concept, pattern in _PATTERNS.get(language, {}).items() if any(map(pattern.fullmatch, plain)))


INDOOR = {
    "couch": 1.6, "bed": 1.8, "toilet": 2.2, "tv": 1.6, "oven": 2.0, "microwave": 2.0, "refrigerator": 2.0, "toaster": 1.8, "sink": 1.6,
    "keyboard": 1.4, "mouse": 1.2, "laptop": 0.8, "dining table": 0.8, "chair": 0.3, "book": 0.7, "clock": 0.3, "vase": 0.7,
    "hair drier": 1.5, "toothbrush": 1.5, "remote": 1.3, "potted plant": 0.2, "bowl": 0.5, "wine glass": 0.4, "cat": 0.3,
}  # fmt: skip
OUTDOOR = {
    "bicycle": 1.2, "car": 1.8, "motorcycle": 1.6, "airplane": 2.0, "bus": 2.0, "train": 1.4, "truck": 2.0, "boat": 2.0,
    "traffic light": 2.2, "fire hydrant": 2.2, "stop sign": 2.2, "parking meter": 2.2, "bench": 1.0, "bird": 0.8, "horse": 1.6,
    "sheep": 2.0, "cow": 2.0, "elephant": 1.8, "bear": 1.2, "zebra": 1.8, "giraffe": 1.8, "umbrella": 1.0, "frisbee": 1.5, "skis": 2.0,
    "snowboard": 2.0, "kite": 2.2, "baseball bat": 1.5, "baseball glove": 1.5, "skateboard": 1.2, "surfboard": 2.0,
}  # fmt: skip
"""What a thing in the picture says of where it was taken, as natural logarithms of odds. Our own judgement of COCO's photographs."""
