"""Typed text as lines to be typeset; every visible character stays. Pure."""

import re
import unicodedata

_NEW_LINE = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TAB = "    "
_WORD = re.compile(
    "[^\\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+"
)
_WIDE, _NARROW = frozenset("mwMWQO@%&©®—…"), frozenset("fijlrtI.,:;'|!()[]{}/\\-·")
_JOINED = frozenset("\u200d\ufe0e\ufe0f")
_BREAK_HERE = "\u200b"
_PIECE = re.compile("[^/,;]+[/,;]*|[/,;]+")
BODY_ROOM = 92.0
"""The width of a line of the page, in halves of a Chinese character, as every width here."""
Line = dict[str, str | bool]
"""`text`, and `rtl` where it is read from right to left."""


def lines_of(text: str, room: float = BODY_ROOM) -> list[Line]:
    """The lines of a text; control characters are shown as U+FFFD, several empty lines become one.

    A word wider than `room` gets places to break after / , and ; and where that is not enough between any two characters, so
    that nothing runs over the edge.
    """
    lines: list[Line] = []
    for raw in _NEW_LINE.split(text):
        line = _visible(raw)
        if line or (lines and lines[-1]["text"]):
            lines.append({"text": _WORD.sub(lambda word: _fitted(word[0], room), line), "rtl": _is_rtl(line)})
    while lines and not lines[-1]["text"]:
        lines.pop()
    return lines


def longest_word(line: str) -> float:
    """The width of the widest word that has no place to break, in halves of a Chinese character."""
    return max((_width(word) for word in _WORD.findall(line)), default=0.0)


def _fitted(word: str, room: float) -> str:
    if _width(word) <= room:
        return word
    fitted = ""
    for piece in _PIECE.findall(word):
        parts = piece if _width(piece) > room else [piece]
        for part in parts:
            fitted += (_BREAK_HERE if fitted and _begins(fitted[-1], part[0]) else "") + part
    return fitted


def _begins(before: str, each: str) -> bool:
    """Whether a new character begins here, not a mark upon the one before."""
    return not (each in _JOINED or before in _JOINED or unicodedata.category(each).startswith("M"))


def _width(word: str) -> float:
    return sum(map(_advance, word))


def _advance(each: str) -> float:
    """The width of a character, rounded up from Noto Sans."""
    if each in _NARROW:
        return 0.8
    return 2.0 if each in _WIDE else 1.5 if each.isupper() or ord(each) > 0x2000 else 1.2


def _visible(raw: str) -> str:
    """A line with its leading spaces; marks that would turn the direction of the text are shown as characters instead."""
    line = _STEERING.sub("\ufffd", _UNSEEN.sub("\ufffd", raw)).replace("\t", _TAB).rstrip()
    typed = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(typed)) + typed


def _is_rtl(line: str) -> bool:
    strong = (unicodedata.bidirectional(each) for each in line)
    return next((each in ("R", "AL") for each in strong if each in ("L", "R", "AL")), False)
