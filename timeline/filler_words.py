# ruff: noqa: RUF001  Letters of other scripts.
"""What people say while they think, as data for each language, and where it stands among words. Our own compilation. Pure.

A sound ("um") means nothing and is always one. A phrase ("you know") often means something: it is the likelier a filler the more it is
set apart by pauses or commas, and none beside words that make it a part of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..ml.facts import Word
from .aligning import normal

SOUNDS = {
    "en": "um uhm uh er erm hm uhh umh ah eh mm",
    "de": "äh ähm öh öhm hm ehm eh mm ah",
    "fr": "euh euhm heu hum hm ben bah mm",
    "es": "eh em mm hm este~ eeh ehm",
    "it": "ehm eh mm hm uhm mmh beh boh",
    "pt": "hã hum hm éh ahn eh ehm",
    "nl": "eh ehm uh uhm hm mm euh",
    "pl": "yy eee yyy hm mm ym em~ ee",
    "ru": "эм ээ э мм хм ыы эмм э-э",
    "ja": "えーと えっと ええと えと あのー えー あー うーん うー んー まー そのー あのう",
    "zh": "嗯 呃 额 呃呃 唔 啊~",
    "ko": "음 어 어음 저기~",
    "sv": "eh öh ehm öhm hm mm",
    "da": "øh øhm hm mm eh",
    "no": "eh øh ehm hm mm",
    "fi": "öö ööm hm mm ee",
    "cs": "ehm hm eee mm éé",
    "tr": "ııı ee hm şey~ eee",
    "uk": "ем ее мм гм е-е",
    "el": "εε εμ χμ μμ",
    "hu": "öö hm őő mm izé~",
    "ro": "ăă ăm hm eee mm",
    "ar": "اممم آه إيه ايه",
    "hi": "अं उम हम्म",
}
"""Letters drawn out count once ("ummm" is "um"). A "~" marks what is also a word: it needs to be set apart."""

PHRASES = {
    "en": """
you know .55 | what that how who where why if when as do did don't | what who how
I mean .55 | what it that this to what's | what that
sort of .4 | a | a this that what some any all the what's same every
kind of .4 | a | a this that what some any all the what's same every two
like .3 | a the to it that this him her them me you us | is was looks look feel feels something would i'd i you we they it's what's seems
basically .5
actually .25
literally .3
you see .35 | what that how it the a | do can if when did as
well .25
so .1
right .25 | now here there away hand side | the a all that's
okay .2
or something .35
or whatever .45
and stuff .45
at the end of the day .35
to be honest .3
""",
    "de": """
sozusagen .5
quasi .4
halt .35
eben .15
irgendwie .3
na ja .45
naja .45
ich sag mal .5
sag ich mal .5
also .25
weißt du .4 | was dass wie wo warum ob wer
im Prinzip .35
oder so .35
genau .2
""",
    "fr": """
du coup .35
en fait .35
genre .3
tu vois .4 | ce que comment le la
vous voyez .35 | ce que comment le la
tu sais .4 | ce que comment où pourquoi si
bon .2
quoi .15
voilà .25
enfin .25
je veux dire .45
on va dire .45
""",
    "es": """
o sea .5
bueno .2
pues .25
digamos .4
este .2
¿sabes? .45 | que lo cómo
es decir .2
como que .3
¿no? .2
""",
    "it": """
cioè .4
diciamo .4
tipo .3
insomma .3
allora .15
praticamente .35
sai .3 | che cosa come
""",
    "pt": """
tipo .35
sabe .3 | que o como
né .4
quer dizer .4
assim .15
então .15
pronto .2
""",
    "nl": """
zeg maar .5
weet je .4 | wat dat hoe wie waar
eigenlijk .2
gewoon .15
zoiets .25
nou .25
""",
    "pl": """
no .25
znaczy .4
to znaczy .3
jakby .4
wiesz .35 | co że jak
właśnie .15
w sensie .4
""",
    "ru": """
ну .35
как бы .5
типа .45
это самое .5
короче .4
так сказать .45
в общем .35
значит .25
понимаешь .35 | что как
вот .2
""",
    "ja": """
あの .4
その .15
なんか .4
まあ .4
まぁ .4
ええ .2
""",
    "zh": """
那个 .3
这个 .15
就是说 .4
然后 .15
""",
    "sv": """
liksom .45
typ .35
alltså .3
du vet .4
""",
    "da": """
ligesom .3
altså .3
du ved .4
""",
    "no": """
liksom .45
altså .3
du vet .4
""",
}
"""A line each: what is said, how likely it is a filler where nothing says more, words after and words before it with which it is none."""

DOUBLES = {
    "en": "that had is no very really bye yeah yes ha so many far long more again please come now go hey oh la blah knock one two three "
    "four five six seven eight nine zero ten there well okay right thank",
    "de": "die das der ja nein sehr ganz viel mehr so sie ha na los komm ist immer",
    "fr": "nous vous oui non très si bien ha la",
    "es": "no sí muy bien más ja",
    "it": "no sì molto ben piano bene più quasi così",
    "pt": "não sim muito bem mais",
    "nl": "ja nee heel dat die die",
    "pl": "tak nie bardzo no",
    "ru": "да нет очень еле чуть",
    "ja": "はい いや とても",
}
"""Words that are said twice on purpose, or because grammar wants it."""

ONCE_MORE = {
    "en": "again sorry oops redo restart take cut retry scratch", "de": "nochmal nochmals sorry entschuldigung stopp neu",
    "fr": "pardon encore recommence reprends refais désolé", "es": "perdón otra repito nuevo",
    "it": "scusa scusate ancora ricomincio rifaccio",
    "pt": "desculpa outra repetir novo", "nl": "sorry opnieuw nog", "pl": "przepraszam jeszcze powtórzę", "ru": "извините ещё снова заново",
    "ja": "すみません もう一度", "zh": "再 重来", "sv": "förlåt igen", "da": "undskyld igen", "no": "beklager igjen",
}  # fmt: skip
"""Words with which somebody says that he begins once more."""

JOINED = frozenset({"ja", "zh", "th"})
"""Written without blanks: a filler may be several words of a transcript, or a part of none."""
_DRAWN = re.compile(r"(.)\1+")
_LINE = re.compile(r"^(?P<text>.+?) (?P<sure>\.\d+)(?: \| (?P<after>[^|]*))?(?: \| (?P<before>[^|]*))?$")


@dataclass(frozen=True)
class Filler:
    """Words `first` up to but not including `last`. `sound`: it means nothing at all. `confidence` before anything was listened to."""

    first: int
    last: int
    sound: bool
    confidence: float


@dataclass(frozen=True)
class _Phrase:
    words: tuple[str, ...]
    sure: float
    after: frozenset[str]
    before: frozenset[str]


def plain(text: str) -> str:
    """A word as it is compared, letters drawn out counted once; one letter alone stays two ("ee" is no "e")."""
    whole = normal(text)
    short = _DRAWN.sub(r"\1", whole)
    return short * 2 if len(short) == 1 < len(whole) else short


@lru_cache(maxsize=64)
def _sounds(language: str) -> dict[str, bool]:
    """Sound -> whether it is never a word."""
    return {plain(one.rstrip("~")): not one.endswith("~") for one in SOUNDS.get(language, "").split()}


@lru_cache(maxsize=64)
def _phrases(language: str, own: tuple[str, ...]) -> dict[str, list[_Phrase]]:
    """First word (all of it where words are not set apart) -> what begins with it, the longest first."""
    found: dict[str, list[_Phrase]] = {}
    lines = [line for line in PHRASES.get(language, "").splitlines() if line] + [f"{text} .7" for text in own]
    for line in lines:
        match = _LINE.match(line)
        assert match is not None, line
        words = tuple(plain(word) for word in match["text"].split())
        sets = [frozenset(map(plain, (match[name] or "").split())) for name in ("after", "before")]
        phrase = _Phrase(("".join(words),) if language in JOINED else words, float(match["sure"]), *sets)
        found.setdefault(phrase.words[0], []).append(phrase)
    for phrases in found.values():
        phrases.sort(key=lambda one: -len(one.words))
    return found


@lru_cache(maxsize=64)
def doubles(language: str) -> frozenset[str]:
    """Words whose repetition is nothing to mend."""
    return frozenset(map(plain, DOUBLES.get(language, "").split()))


@lru_cache(maxsize=64)
def once_more(language: str) -> frozenset[str]:
    """Words that announce another take, as `aligning.normal` gives them."""
    return frozenset(map(normal, ONCE_MORE.get(language, "").split()))


def known(language: str) -> bool:
    """Whether there is a list of sounds for this language."""
    return language in SOUNDS


def fillers(words: Sequence[Word], said: Sequence[str], language: str, own: tuple[str, ...] = ()) -> list[Filler]:
    """Every filler among the words of one language, in order. `said`: the words as `plain` gives them; `own`: phrases of the user's."""
    sounds, phrases = _sounds(language), _phrases(language, own)
    find = _joined if language in JOINED else _apart
    found = []
    place = 0
    while place < len(words):
        one = find(words, said, place, sounds, phrases)
        if one is not None:
            found.append(one)
        place = one.last if one is not None else place + 1
    return found


def set_apart(words: Sequence[Word], first: int, last: int) -> float:
    """How far words stand by themselves, 0..1: pauses and commas before and after, each a quarter."""
    before = words[first - 1] if first else None
    after = words[last] if last < len(words) else None
    marks = (
        before is None or before.text.rstrip()[-1:] in _STOPS,
        words[last - 1].text.rstrip()[-1:] in _STOPS,
        before is None or float(words[first].start - before.end) >= PAUSE,
        after is None or float(after.start - words[last - 1].end) >= PAUSE,
    )
    return sum(marks) / len(marks)


PAUSE = 0.12
"""Seconds between words that set them apart."""
_STOPS = tuple(",.;:!?…-–—、。，")


def _apart(
    words: Sequence[Word], said: Sequence[str], place: int, sounds: dict[str, bool], phrases: dict[str, list[_Phrase]]
) -> Filler | None:
    text = said[place]
    if text in sounds:
        apart = set_apart(words, place, place + 1)
        if sounds[text] or apart >= 0.5:
            return Filler(place, place + 1, True, 0.9 if sounds[text] else 0.3 + 0.3 * apart)
    for phrase in phrases.get(text, ()):
        last = place + len(phrase.words)
        if tuple(said[place:last]) != phrase.words:
            continue
        if (last < len(said) and said[last] in phrase.after) or (place and said[place - 1] in phrase.before):
            continue
        apart = set_apart(words, place, last)
        return Filler(place, last, False, _likely(phrase.sure, apart))
    return None


def _joined(
    words: Sequence[Word], said: Sequence[str], place: int, sounds: dict[str, bool], phrases: dict[str, list[_Phrase]]
) -> Filler | None:
    best = None
    text = ""
    for last in range(place + 1, min(len(words), place + 6) + 1):
        text = plain(text + said[last - 1])
        if text in sounds:
            apart = set_apart(words, place, last)
            best = Filler(place, last, True, 0.85 if sounds[text] else 0.3 + 0.3 * apart)
        elif text in phrases:
            best = Filler(place, last, False, _likely(phrases[text][0].sure, set_apart(words, place, last)))
    return best


def _likely(sure: float, apart: float) -> float:
    """A phrase in the flow of a sentence is half as likely; one between two pauses half as likely again."""
    return round(min(0.9, sure * (0.5 + apart)), 3)
