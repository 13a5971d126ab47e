"""The sample accounts of `make up`: two authorities with an officer each, and an operator."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.portal.identity import accounts, authorities
from services.portal.identity.passwords import new_password
from shared.contracts.vocabulary import Role
from shared.lifecycle.authorities import find_authority
from shared.runtime.errors import RequestRejected
from shared.runtime.settings import Settings, load_settings
from shared.runtime.store import Store, open_store


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """An account with the password that was just made for it."""

    username: str
    role: Role
    authority: str | None
    password: str = field(repr=False)


_AUTHORITIES = (
    ("AW-01", "AW", "阿鲁巴公共卫生局", "Aruba Department of Public Health", ("aquatic",)),
    ("NZ-01", "NZ", "新西兰初级产业部", "New Zealand Ministry for Primary Industries",
     ("meat", "dairy", "aquatic")),
)  # fmt: skip
_ACCOUNTS = (
    ("aruba.officer", Role.OFFICER, "AW-01"),
    ("newzealand.officer", Role.OFFICER, "NZ-01"),
    ("operator", Role.OPERATOR, None),
)


def settings_of(environment: Mapping[str, str]) -> Settings:
    """The settings that these variables name, over those of the process."""
    prefix = "FAS_"
    given = {name: text for name, text in environment.items() if name.startswith(prefix)}
    return load_settings(**{name.removeprefix(prefix).lower(): text for name, text in given.items()})


async def make_sample_accounts(environment: Mapping[str, str]) -> list[SampleAccount]:
    """Make the sample accounts in the database that the environment names (FAS_…).

    Where they are there already, they get new passwords and are enabled again.
    """
    store = open_store(settings_of(environment))
    try:
        for code, country, zh, en, scope in _AUTHORITIES:
            if await find_authority(store, code) is None:
                await authorities.add_authority(
                    store, code, country=country, name_zh=zh, name_en=en, scope=scope
                )
        return [await _given_out(store, *wanted) for wanted in _ACCOUNTS]
    finally:
        await store.close()


async def _given_out(store: Store, username: str, role: Role, authority: str | None) -> SampleAccount:
    password = new_password()
    try:
        await accounts.add_account(store, username, role, password, authority)
    except RequestRejected as refusal:
        if refusal.code != "account_exists":
            raise
        await accounts.reset_password(store, username, password)
        await accounts.set_disabled(store, username, False)
    return SampleAccount(username, role, authority, password)
