"""What a recogniser is told before it listens: names and terms that may come, and text in the wanted style. Pure.

Whisper takes it as what was said before (its paper's previous text). So it may write these words where nobody says them; a text
that holds them is compared with what is heard without them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

ALIKE = 0.4
"""How alike in their letters a term and what is heard without the prompt must be, 0..1."""


def _plain(text: str) -> str:
    """Small letters without marks; other signs are blanks."""
    bare = (letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join("".join(letter.casefold() if letter.isalnum() else " " for letter in bare).split())


VERBATIM = {
    "en": "Um, so, uh, I wa- I was thinking, er, that, hmm, we, we could, uh, try it.",
    "de": "Ähm, also, äh, ich ha- ich hab mir gedacht, hm, dass wir, wir das, äh, versuchen.",
    "fr": "Euh, alors, euh, je me d- je me disais, hum, qu'on, qu'on pourrait, euh, essayer.",
    "es": "Eh, bueno, em, yo pen- yo pensaba, este, que, que podríamos, eh, probarlo.",
    "it": "Ehm, allora, eh, io pen- io pensavo, mm, che, che potremmo, ehm, provare.",
    "pt": "Hum, então, eh, eu est- eu estava a pensar, ah, que, que podíamos, hum, tentar.",
    "nl": "Uhm, dus, eh, ik da- ik dacht, hm, dat, dat we het, uh, konden proberen.",
    "pl": "Yyy, więc, eee, ja my- ja myślałem, hm, że, że moglibyśmy, yyy, spróbować.",
    "ru": "Эм, ну, э-э, я ду- я думал, хм, что, что мы могли бы, э-э, попробовать.",
    "ja": "えーと、あの、えっと、その、私は、うーん、えー、やってみようかと。",
}
"""Text in which everything is written as it was said: Whisper goes on in the manner of what stands before. Our own sentences.

More words said twice in them make a small Whisper say whole sentences twice.
"""


@dataclass(frozen=True)
class Prompt:
    """`terms`: names and terms; `before`: text in the wanted style; `manner`: text that is only an example of how to write."""

    terms: tuple[str, ...] = ()
    before: str = ""
    manner: str = ""

    @property
    def text(self) -> str:
        terms = ", ".join(self.terms) + "." if self.terms else ""
        return " ".join(part for part in (terms, self.before.strip(), self.manner) if part)

    def echoed(self, said: str) -> bool:
        """Whether the text holds a term, or much of the text before."""
        plain = f" {_plain(said)} "
        if any(f" {_plain(term)} " in plain for term in self.terms):
            return True
        if len(plain.split()) > 3 and " ".join(plain.split()[:4]) in _plain(self.manner):
            return True
        words, told = plain.split(), _plain(self.before)
        return bool(words and told) and (" ".join(words) in told or " ".join(words[:4]) in told)

    def invented(self, said: str, without: str) -> bool:
        """Whether what was `said` with the prompt has terms for which `without` it nothing alike was heard, or only repeats the prompt."""
        words, plain = _plain(said).split(), _plain(without).split()
        if not plain:
            return True
        term_words = {word for term in self.terms for word in _plain(term).split()}
        for kind, first, last, other, end in SequenceMatcher(None, words, plain, autojunk=False).get_opcodes():
            if kind == "equal" or not term_words.intersection(words[first:last]):
                continue
            if SequenceMatcher(None, "".join(words[first:last]), "".join(plain[other:end]), autojunk=False).ratio() < ALIKE:
                return True
        told = _plain(self.text)
        return " ".join(words) in told and SequenceMatcher(None, " ".join(words), " ".join(plain), autojunk=False).ratio() < ALIKE


def prompt_of(vocabulary: str, before: str, manner: str = "") -> Prompt:
    """`vocabulary`: terms separated by commas, semicolons or lines, as the user gives them."""
    terms = (" ".join(term.split()) for term in re.split(r"[,;\n]", vocabulary))
    return Prompt(tuple(dict.fromkeys(term for term in terms if term)), " ".join(before.split()), manner)
