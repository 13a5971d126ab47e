"""What a text is found by: short pieces of it, which an index holds. Pure.

Of letters three each, of Chinese characters two, from every position within a run without white space; at its end fewer.
Case, accents, width and the composition of letters make no difference. A text that holds what is looked for has all its
pieces; one that has them all need not hold it, so what is found by them is looked at.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_IDEOGRAPHS = "\u2e80"
"""From here on a character says as much as a syllable or a word."""
_OF_NUMBERS = re.compile("[0-9a-hjkmnp-tv-z]+")
_COMMON = "etaoinsrhldcumfpgwybvkxjqz"
"""The letters of English, the most common first; where a letter stands tells about how rare a piece with it is."""
_MOST_ASKED = 3
"""The rarest pieces of the words looked for leave few texts to look at; to ask for the others costs more than it saves."""
_AFTER_ALL = "\U0010ffff"


def pieces_of(texts: Iterable[str]) -> list[str]:
    """All pieces of these texts, in their order, each once."""
    return list(
        dict.fromkeys(run[at : at + _width(run[at])] for run in _runs(texts) for at in range(len(run)))
    )


def pieces_asked(words: str) -> list[str]:
    """Pieces that every text with these words has, the rarest first; none where the words are too short for a whole one."""
    whole = (
        run[at : at + _width(run[at])]
        for run in _runs([words])
        for at in range(len(run))
        if at + _width(run[at]) <= len(run)
    )
    return sorted(dict.fromkeys(whole), key=_rarity, reverse=True)[:_MOST_ASKED]


def span_asked(words: str) -> tuple[str, str] | None:
    """Where words have no whole piece: between which two texts, the second excluded, a piece of every text with them stands.

    None where there is nothing to be looked for.
    """
    longest = max(_runs([words]), key=len, default="")
    return (longest, longest + _AFTER_ALL) if longest else None


def may_be_of_a_number(words: str) -> bool:
    """Whether the number of a case may have these words: it is of digits, or a ULID, in which some letters never are."""
    return _OF_NUMBERS.fullmatch(_folded(words).strip()) is not None


def _runs(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _folded(text).split()


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))


def _rarity(piece: str) -> int:
    """The larger the rarer: digits and signs count as middling letters, what is not Latin as rare."""
    return sum(_COMMON.index(each) if each in _COMMON else 13 if each < "\u0080" else 40 for each in piece)


def _width(first: str) -> int:
    return 2 if first >= _IDEOGRAPHS else 3
