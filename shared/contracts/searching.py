"""What a text is found by: short pieces of it, which an index holds. Pure.

Of letters three each, of Chinese characters two, from every position within a run without white space; at its end fewer.
Case, accents, width and the composition of letters make no difference. A text that holds what is looked for has all its
pieces; one that has them all need not hold it, so what is found by them is looked at.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum

from shared.contracts.texts import is_blank

_IDEOGRAPHS = "\u2e80"
"""From here on a character says as much as a syllable or a word."""
_COMMON = "etaoinsrhldcumfpgwybvkxjqz"
"""The letters of English, the most common first; where a letter stands tells about how rare a piece with it is."""
_MOST_ASKED = 3
"""The rarest pieces of the words looked for leave few texts to look at; to ask for the others costs more than it saves."""
_COUNTRY_CODE = re.compile(r"^\+(?=[0-9]+$)")
_AFTER_ALL = "\U0010ffff"


class FoundIn(StrEnum):
    """What of a case is searched (CONTRACT 3, `found_in`), in the order in which it is told."""

    NUMBER = "number"
    FOOD = "food"
    OVERVIEW = "overview"
    CONTACT = "contact"
    ANSWERS = "answers"
    CONSULTATION = "consultation"
    EVALUATION = "evaluation"
    OPINIONS = "opinions"


HEADER = (FoundIn.NUMBER, FoundIn.FOOD, FoundIn.OVERVIEW)
"""What operators see of a case, and so find it by."""


def fold(text: str) -> str:
    """The text without what makes no difference: case, accents, width, composition."""
    plain = text.casefold()
    if plain.isascii():
        return plain
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
    bare = "".join([each for each in plain if not unicodedata.combining(each)])
    return unicodedata.normalize("NFC", bare)


def words_of(asked: str) -> list[str]:
    """The words that are looked for, folded, each once; what nobody can see is none.

    A telephone's country code goes without the sign that pages show before it: it is kept without.
    """
    words = (_COUNTRY_CODE.sub("", word) for word in fold(asked).split())
    return [word for word in dict.fromkeys(words) if not is_blank(word)]


def pieces_of(folded: Iterable[str]) -> list[str]:
    """All pieces of these texts, in their order, each once."""
    return list(
        dict.fromkeys(run[at : at + _width(run[at])] for run in _runs(folded) for at in range(len(run)))
    )


def pieces_asked(words: Iterable[str]) -> list[str]:
    """Pieces that every text with these words has, the rarest first; none where the words are too short for a whole one."""
    whole = (
        run[at : at + _width(run[at])]
        for run in _runs(words)
        for at in range(len(run))
        if at + _width(run[at]) <= len(run)
    )
    return sorted(dict.fromkeys(whole), key=_rarity, reverse=True)[:_MOST_ASKED]


def span_asked(words: Iterable[str]) -> tuple[str, str] | None:
    """Where words have no whole piece: between which two texts, the second excluded, a piece of every text with them stands.

    None where there is nothing to be looked for.
    """
    longest = max(_runs(words), key=len, default="")
    return (longest, longest + _AFTER_ALL) if longest else None


def place_of(word: str, text: str) -> tuple[int, int] | None:
    """From where to where a folded word stands in a text as it was typed; None where it does not."""
    folded = fold(text)
    start = folded.find(word)
    if start < 0:
        return None
    if len(folded) == len(text):
        return start, start + len(word)
    return _place_in_letters(word, text)


def _place_in_letters(word: str, text: str) -> tuple[int, int] | None:
    """The same where folding changes lengths: each letter by itself says where it ends up."""
    came_from: list[int] = []
    folded: list[str] = []
    for at, letter in enumerate(text):
        made = fold(letter)
        folded.append(made)
        came_from += [at] * len(made)
    start = "".join(folded).find(word)
    return None if start < 0 else (came_from[start], came_from[start + len(word) - 1] + 1)


def _runs(folded: Iterable[str]) -> Iterator[str]:
    for text in folded:
        yield from text.split()


def _rarity(piece: str) -> int:
    """The larger the rarer: digits and signs count as middling letters, what is not Latin as rare."""
    return sum(_COMMON.index(each) if each in _COMMON else 13 if each < "\u0080" else 40 for each in piece)


def _width(first: str) -> int:
    return 2 if first >= _IDEOGRAPHS else 3
