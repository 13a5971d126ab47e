"""Keys in turn: what an older key signed is good as long as that key is named, and what is new is signed by the first."""

from typing import Any

import pytest

from services.portal.identity.login_throttle import LoginThrottle
from services.portal.identity.seals import Seals, opened
from services.portal.identity.sessions import User
from services.portal.pages.language import Lang
from services.portal.pages.request_context import Visit, is_token_of, token_of
from shared.contracts.vocabulary import Role
from tests.property.memory import MemoryStore
from tests.property.scheduler import Loop, Room

OLD, NEW = b"o" * 32, b"n" * 32
BEFORE, DURING, AFTER = ((OLD,), (NEW, OLD), (NEW,))
USER = User("an.officer", Role.OFFICER, "AW-01", "AW", (), "session", 1)


def portal(keys: tuple[bytes, ...]) -> Any:
    """A portal as far as its seals."""
    return type("Portal", (), {"seals": Seals.of(keys)})


def visit(user: User | None, visitor: str = "visitor") -> Visit:
    """A browser's request."""
    return Visit(lang=Lang.EN, user=user, visitor=visitor, csrf="", folded=False)


@pytest.mark.parametrize("name", Seals.__slots__)
def test_every_seal_of_an_old_key_opens_until_the_key_is_removed_and_new_ones_are_the_first_keys(
    name: str,
) -> None:
    before, during, after = (getattr(Seals.of(keys), name) for keys in (BEFORE, DURING, AFTER))
    old, new = before.dumps(["what"]), during.dumps(["what"])

    assert opened(during, old) == ["what"]
    assert opened(after, old) is None
    assert opened(after, new) == ["what"]
    assert opened(before, new) is None


@pytest.mark.parametrize("user", [USER, None])
def test_a_page_that_was_opened_under_the_old_key_can_be_sent_under_both(user: User | None) -> None:
    old = token_of(portal(BEFORE), user, "visitor")

    assert is_token_of(portal(DURING), visit(user), old)
    assert not is_token_of(portal(AFTER), visit(user), old)
    assert is_token_of(portal(AFTER), visit(user), token_of(portal(DURING), user, "visitor"))


def test_a_token_of_another_visit_is_refused_under_every_key() -> None:
    other = User("an.officer", Role.OFFICER, "AW-01", "AW", (), "another session", 1)
    for token in (
        token_of(portal(BEFORE), other, ""),
        token_of(portal(DURING), None, "another visitor"),
        "",
        "x.y",
    ):
        assert not is_token_of(portal(DURING), visit(USER), token)
        assert not is_token_of(portal(DURING), visit(None), token)


def test_an_address_that_an_account_is_known_from_is_found_under_the_old_key() -> None:
    def attempt(keys: tuple[bytes, ...]) -> Any:
        return LoginThrottle(MemoryStore(Room(Loop())), keys).attempt("an.officer", "192.0.2.1")

    assert attempt(DURING).before == (attempt(BEFORE).both,)
    assert attempt(DURING).both == attempt(AFTER).both
