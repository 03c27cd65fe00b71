"""Whether a text is English, from its commonest words: what tells languages apart with least. No network.

After W. Cavnar, J. Trenkle, "N-Gram-Based Text Categorization", 1994, whose most frequent n-grams are these very words.
"""
from __future__ import annotations

import re
import unicodedata

FEWEST = 4
"""Words from which on their absence says something."""
LEAST = 0.12
"""Share of short English words below which a text is not taken for English."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_ENGLISH = """
    the a an and or but if of to in on at by for with from as into about after before over under up down out off
    i you he she it we they me him her us them my your his its our their mine this that these those there here
    is are was were be been being am do does did don't doesn't didn't have has had can can't could will won't would should may might must
    i'm i'll i've it's that's you're we're they're he's she's let's isn't wasn't not no yes so what who when where why how which
    all some any every one two more most very too just only really than then now again never always still
    get got go going know think like want see say said make take come look good time people because while until though
"""
_COMMON = """
    day days night morning tonight today tomorrow yesterday week weekend month year years life world home house place woman women boy
    girl girls boys guy guys kid kids child children friend friends family mother father mom dad brother sister baby someone everyone
    anyone thing things something nothing everything anything way work job money story game music song movie movies film book show
    school car city country head heart hand eyes face water food best better great nice bad worse worst new old big little small long
    short high low young happy sad sorry sure real right wrong true hard easy free full whole whose own same other another last next
    first second many much few lot lots such even ever love loved loves hate hated hope feel feels felt need needs wanted wants looks
    looked looking thought thinking knew known went gone came coming comes made making makes took taking gave give giving found find
    finds told tell tells says saying saw seen heard hear asked ask works working worked play played playing run running live living
    leave left let lets keep kept stop start started stay try tried trying help put turn turned call called wait waiting wish thank
    thanks please hello hi hey welcome okay goodbye yeah well back away through around between both each against during without within
    enough almost already maybe perhaps pretty quite soon later once twice often together
"""
_OTHERS = """
    der die das und ist nicht ich du wir ihr sie ein eine den dem mit von zu auf für was so in wie aber auch es noch sind war hat man am
    an le la les un une des du et est je tu il elle nous vous pas que qui dans pour sur ce ne se mais avec au son sa
    el los las una y es no por con para como más pero su al lo yo te mi de o os as um uma e do da em não eu ele me na com mas
    i il di che non sono per gli è ho mi del della questo het een van ik niet dat op te zijn maar voor met ook
    och att det en jag som är på för inte med har av til og ikke jeg er de på men w z nie się na że to jest do jak
"""
SMALL, OTHERS = frozenset((_ENGLISH + _COMMON).split()), frozenset(_OTHERS.split())
"""Common words of English, and short ones of other languages of the same letters. A word of both counts on both sides."""


def english(text: str) -> bool:
    """False where a text is surely something else: written in other letters, or without the words that English is mostly made of."""
    letters = [sign for sign in text if sign.isalpha()]
    if letters and sum(unicodedata.name(sign, "").startswith("LATIN") for sign in letters) * 2 < len(letters):
        return False
    words = [word.replace("\u2019", "'") for word in _WORD.findall(text.lower())]
    if len(words) < FEWEST:
        return True
    known, other = (sum(word in small for word in words) for small in (SMALL, OTHERS))
    return known / len(words) >= LEAST and known >= other
