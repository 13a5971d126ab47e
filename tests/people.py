"""Accounts of people in the tests: nobody attacks them, so their passwords are hashed at a fraction of the usual cost."""

from unittest.mock import patch

from argon2 import PasswordHasher

from services.portal.identity import accounts, passwords
from shared.contracts.documents.people import Account
from shared.contracts.vocabulary import Role
from shared.runtime.store import Store

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def add_account(
    store: Store,
    username: str,
    role: Role,
    password: str,
    authority: str | None = None,
    *,
    must_change: bool = False,
) -> Account:
    """An account as the portal makes it, good for signing in; its hash says what it costs, so verifying is quick too."""
    with patch.object(passwords, "_HASHER", _QUICK):
        return await accounts.add_account(store, username, role, password, authority, must_change=must_change)
