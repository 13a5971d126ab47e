"""Number formats: those of Excel and WPS that show what is stored are taken, those that give it another meaning are not."""

import pytest
from openpyxl.styles.numbers import BUILTIN_FORMATS

from services.portal.workbook.formats import shows_what_is_stored

PLAIN = [
    "General", "@", "0", "0.00", "#,##0", "#,##0.00", "0.00_ ", "#,##0.00_ ", "#,##0_ ", "0.0#", "0.###", "#.##", "?0.0?",
    "# ##0", "#,##0_);(#,##0)", "#,##0.00_);(#,##0.00)", "#,##0.00_);[Red](#,##0.00)", "0_);[Red](0)", "0.00;[Red]0.00",
    "0.00_ ;[Red]-0.00 ", r"0.00_ ;[Red]\-0.00\ ", r"_ * #,##0.00_ ;_ * \-#,##0.00_ ;_ * \-??_ ;_ @_ ",
    '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', r'_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)', "0.00E+00", "##0.0E+0",
    "[$-804]0.00", "[$-409]#,##0.00", "[DBNum1][$-804]General", "[红色]0.0", "[Color10]0", "G/通用格式", "General_)", "+0;-0;0",
    "[<1]0.0000;0.00",
]  # fmt: skip
"""Built in, from the comma and decimal buttons, or a locale's own."""
OTHER = [
    "0%", "0.00%", "0.00_%", '#,##0.00 "€"', '0"元"', "¥#,##0.00", r"\¥#,##0.00", "$#,##0", "[$€-2] 0.00", "[$¥-804]#,##0.00",
    "_ ¥* #,##0.00_ ", "0,", "0.0,,", "#,##0,K", '0.0,"K"', "# ?/?", "# ??/??", "?/8", "[h]:mm", "[ss]", "000-0000", '0" t"',
    r"0\t", "0;;;", ";;;", "[>999]0,;0", '[=1]"yes";0', "(000) 000-0000", "0E", "",
]  # fmt: skip


@pytest.mark.parametrize("code", PLAIN)
@pytest.mark.parametrize("value", [12.5, -3, 0, 0.00005])
def test_a_format_that_shows_what_is_stored_is_plain(code: str, value: float) -> None:
    assert shows_what_is_stored(code, value)


@pytest.mark.parametrize("code", [code for code in OTHER if code not in ("0.00_%", "0;;;")])
def test_a_format_that_shows_something_else_is_not(code: str) -> None:
    assert not shows_what_is_stored(code, 12.5)


def test_the_width_of_a_percent_sign_is_no_percentage() -> None:
    assert shows_what_is_stored("0.00_%", 12.5)


def test_a_number_that_its_format_hides_is_not_shown() -> None:
    assert shows_what_is_stored("0;-0;;@", 5)
    assert not shows_what_is_stored("0;-0;;@", 0)
    assert not shows_what_is_stored("0;;;", -5)


@pytest.mark.parametrize("number", sorted(BUILTIN_FORMATS))
def test_of_the_built_in_formats_money_percentages_fractions_and_times_are_not_plain(number: int) -> None:
    plain = {0, 1, 2, 3, 4, 11, 37, 38, 39, 40, 41, 43, 48, 49}
    assert shows_what_is_stored(BUILTIN_FORMATS[number], 12.5) is (number in plain)
