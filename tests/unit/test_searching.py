"""The pieces that texts are found by: whatever a text holds, it has all pieces that are asked for."""

import random
import re

import pytest

from shared.contracts.searching import may_be_of_a_number, pieces_asked, pieces_of, span_asked
from shared.contracts.texts import search_pattern

TEXT = "Ｄairy and 牛肉 products of Côte d'Ivoire,\n婴幼儿配方 2026/07-A; Cafe\u0301, straße, ΑΛΦΑ, 한국"


def may_have(text: str, words: str) -> bool:
    """What the database is asked."""
    pieces, asked, span = set(pieces_of([text])), pieces_asked(words), span_asked(words)
    if asked:
        return pieces.issuperset(asked)
    return span is None or any(span[0] <= piece < span[1] for piece in pieces)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("Dairy", ["iry", "dai", "air"]), ("牛肉干", ["牛肉", "肉干"]), ("牛肉 dairy", ["牛肉", "iry", "dai"]),
        ("ab", []), ("牛", []), ("", []), ("a牛肉", ["a牛肉", "牛肉"]), ("CAFÉ", ["caf", "afe"]), ("cafe\u0301", ["caf", "afe"]),
        ("ＡＢＣ", ["abc"]), ("sardines 2026", ["202", "026", "rdi"]),
    ],
)  # fmt: skip
def test_letters_are_asked_for_by_three_and_chinese_by_two_the_rarest_first(
    words: str, asked: list[str]
) -> None:
    assert pieces_asked(words) == asked


def test_every_part_of_a_text_is_found_in_it() -> None:
    for start in range(len(TEXT)):
        for end in range(start + 1, len(TEXT) + 1):
            part = TEXT[start:end]
            assert may_have(TEXT, part), part
            assert may_have(TEXT.upper(), part.lower()), part


def test_whatever_a_list_shows_for_words_the_index_has_led_to() -> None:
    """The search of the list decides; the index may lead to more, and never to less."""
    chance, letters = random.Random(20261129), "aAbBｂ牛肉é\u0301ß -."
    for _ in range(4000):
        text = "".join(chance.choices(letters, k=chance.randint(1, 12)))
        words = "".join(chance.choices(letters, k=chance.randint(1, 4)))
        if words.strip() and re.search(search_pattern(words), text, re.IGNORECASE):
            assert may_have(text, words), (text, words)


def test_other_words_lead_nowhere() -> None:
    assert [words for words in ("poultry", "羊肉", "zz", "羊", "20261") if may_have(TEXT, words)] == []


@pytest.mark.parametrize(
    ("words", "may"),
    [
        ("025267", True), ("01KBBT3Q", True), ("01kbbt3q", True), ("０２５", True), (" 0252 ", True), ("meat", True),
        ("sardines", False), ("2026 11", False), ("2026-11", False), ("牛肉", False), ("", False),
    ],
)  # fmt: skip
def test_what_no_number_has_is_not_looked_for_in_numbers(words: str, *, may: bool) -> None:
    assert may_be_of_a_number(words) is may
