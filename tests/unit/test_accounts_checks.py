"""What an operator may give out: authorities with a scope, usernames, passwords (DOMAIN 1.9)."""

import pytest

from services.portal.identity.account_checks import (
    authority_faults,
    name_faults,
    password_faults,
    scope_faults,
    specific_codes,
    username_faults,
)

NAMES = {"name_zh": "阿鲁巴", "name_en": "Aruba"}


def test_a_scope_names_a_whole_category_or_single_ones() -> None:
    assert specific_codes(["aquatic", "meat.beef", "pork"]) == ("farmed", "wild", "beef", "pork")


def test_a_category_named_twice_counts_once() -> None:
    assert specific_codes(["aquatic", "farmed", "aquatic.wild"]) == ("farmed", "wild")


@pytest.mark.parametrize("wrong", ["fish", "meat.farmed", "", "aquatic.farmed.x"])
def test_a_scope_that_names_nothing_we_know_is_said_to_be_wrong(wrong: str) -> None:
    faults = list(scope_faults([wrong]))
    assert [fault.field for fault in faults] == ["scope"]


def test_an_authority_needs_a_scope() -> None:
    assert [fault.code for fault in scope_faults([])] == ["required"]


def test_a_good_authority_has_no_faults() -> None:
    assert list(authority_faults("AW-01", "AW")) == []
    assert list(name_faults(NAMES)) == []


def test_every_wrong_field_of_an_authority_is_named_at_once() -> None:
    faults = [*authority_faults("aw 01", "Aruba"), *name_faults({"name_zh": "", "name_en": "x" * 201})]
    assert [fault.field for fault in faults] == ["code", "country", "name_zh", "name_en"]


@pytest.mark.parametrize("username", ["aruba.officer", "a-1", "x_y", "a" * 64])
def test_these_usernames_are_taken(username: str) -> None:
    assert list(username_faults(username)) == []


@pytest.mark.parametrize("username", ["ab", "A.Officer", "with space", "ünï", "a" * 65, "", "abc\n"])
def test_these_usernames_are_refused(username: str) -> None:
    assert [fault.field for fault in username_faults(username)] == ["username"]


@pytest.mark.parametrize(
    ("password", "good"), [("a" * 11, False), ("a" * 12, True), ("长" * 12, True), ("a" * 1025, False)]
)
def test_a_password_has_12_characters_or_more(password: str, good: bool) -> None:
    assert (list(password_faults(password)) == []) is good


def test_a_password_never_stands_in_the_refusal() -> None:
    refused = "".join(fault.message_en + fault.message_zh for fault in password_faults("hunter2"))
    assert "hunter2" not in refused
