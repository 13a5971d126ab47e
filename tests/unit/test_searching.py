"""The pieces that texts are found by: whatever a text holds, it has all pieces that are asked for."""

import random

import pytest

from shared.contracts.searching import fold, pieces_asked, pieces_of, place_of, span_asked, words_of

TEXT = "Ｄairy and 牛肉 products of Côte d'Ivoire,\n婴幼儿配方 2026/07-A; Cafe\u0301, straße, ΑΛΦΑ, 한국"


def may_have(text: str, words: str) -> bool:
    """What the database is asked."""
    looked_for = words_of(words)
    pieces, asked, span = set(pieces_of([fold(text)])), pieces_asked(looked_for), span_asked(looked_for)
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
    assert pieces_asked(words_of(words)) == asked


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
        if all(word in fold(text) for word in words_of(words)):
            assert may_have(text, words), (text, words)


def test_other_words_lead_nowhere() -> None:
    assert [words for words in ("poultry", "羊肉", "zz", "羊", "20261") if may_have(TEXT, words)] == []


@pytest.mark.parametrize("typed", ["Café", "Cafe\u0301", "Ｃａｆé", "CAFE", "cafe"])
@pytest.mark.parametrize("words", ["Café", "Cafe\u0301", "Ｃａｆé", "cafe", "AFE"])
def test_case_accents_width_and_composition_make_no_difference(typed: str, words: str) -> None:
    (word,) = words_of(words)
    assert word in fold(f"Fresh {typed} beans")


@pytest.mark.parametrize(
    ("word", "text", "hit"),
    [
        ("cafe", "Fresh Café beans", "Café"), ("cafe", "a Cafe\u0301 b", "Cafe\u0301"), ("strasse", "Die Straße 1", "Straße"),
        ("牛肉", "新鲜牛肉干", "牛肉"), ("abc", "xＡＢＣ", "ＡＢＣ"), ("한국", "대한국민", "한국"), ("ffi", "eﬃcient", "ﬃ"),
    ],
)  # fmt: skip
def test_a_hit_is_shown_as_it_was_typed(word: str, text: str, hit: str) -> None:
    place = place_of(word, text)
    assert place
    assert text[slice(*place)].rstrip("\u0301") == hit.rstrip("\u0301")


def test_what_is_not_there_has_no_place() -> None:
    assert place_of("pork", "Straße 牛肉") is None


def test_blank_words_are_none() -> None:
    assert words_of(" \u200b \u3000 ") == []


def test_a_telephone_is_found_as_the_page_shows_it() -> None:
    assert words_of("+297 5850200") == ["297", "5850200"], "the country's code is kept without its sign"
    assert words_of("+ 3 +a C++") == ["+", "3", "+a", "c++"]
