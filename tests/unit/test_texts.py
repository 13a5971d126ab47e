"""One rule of texts and one way to write numbers."""

import pytest

from shared.contracts.numbers import number_text
from shared.contracts.texts import forbidden_in, is_blank, normalize


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Cafe\u0301", "Café"),
        ("one\x0btwo\x0cthree", "one\ntwo\nthree"),
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("全角Ａ　\t", "全角Ａ　\t"),
    ],
)
def test_a_text_is_kept_composed_and_with_plain_line_ends(typed: str, stored: str) -> None:
    assert normalize(typed) == stored
    assert normalize(stored) == stored


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b", "\u3164", "\u200f\u00ad", "\u3000\u00a0", "\u2800", "\u0301"]
)
def test_what_nobody_can_see_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "鱼", "\u200bx", ".", "é", "🐟", "हि"])
def test_a_visible_character_is_enough(text: str) -> None:
    assert not is_blank(text)


def test_forbidden_characters_are_named_once_in_order() -> None:
    assert forbidden_in("a\x1fb\ufffe\x1f\x00") == ["U+001F", "U+FFFE", "U+0000"]
    assert forbidden_in("tab\t, line\n, 鱼 🐟") == []


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (5e-05, "0.00005"), (1e-07, "0.0000001"), (1e21, "1000000000000000000000"), (3, "3"), (2.50, "2.5"),
        (-0.125, "-0.125"),
    ],
)  # fmt: skip
def test_a_number_is_written_without_an_exponent(number: float, written: str) -> None:
    assert number_text(number) == written
