"""Which overseas competent authorities there are, and which foods each of them manages (DOMAIN 1.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from services.portal.identity.account_checks import (
    authority_faults,
    name_faults,
    scope_faults,
    specific_codes,
)
from services.portal.identity.refusals import refuse_faults
from shared.bilingual import Bilingual
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.collections import AUTHORITIES
from shared.contracts.documents.people import Authority
from shared.contracts.places import place_faults
from shared.contracts.texts import normalize
from shared.runtime.errors import RequestRejected
from shared.runtime.store import DuplicateKey, Store


@dataclass(frozen=True, slots=True)
class AuthorityForm:
    """What can be changed of an authority; its code and country can't, which stand in cases and at customs."""

    name_zh: str
    name_en: str
    scope: tuple[str, ...]
    factor_wanted: bool

    @classmethod
    def of(cls, authority: Authority) -> "AuthorityForm":
        """As an authority is now."""
        return cls(authority.name_zh, authority.name_en, tuple(authority.scope), authority.factor_wanted)

    @classmethod
    def made(
        cls, name_zh: str, name_en: str, scope: Sequence[str], *, factor_wanted: bool
    ) -> "AuthorityForm":
        """As somebody typed it; `scope` may name whole categories."""
        return cls(_name(name_zh), _name(name_en), tuple(scope), factor_wanted)

    @property
    def codes(self) -> tuple[str, ...]:
        """The specific categories of the scope."""
        return specific_codes(self.scope)

    @property
    def digest(self) -> str:
        """A mark of what it says, for a form that shows it."""
        return sha256(
            repr((self.name_zh, self.name_en, sorted(self.scope), self.factor_wanted)).encode()
        ).hexdigest()


async def add_authority(
    store: Store, code: str, country: str, name_zh: str, name_en: str, scope: Sequence[str]
) -> Authority:
    """Add an authority; `scope` names categories (`aquatic`) or specific ones (`meat.beef` or `beef`)."""
    names = {"name_zh": _name(name_zh), "name_en": _name(name_en)}
    refuse_faults([*authority_faults(code, country), *name_faults(names), *scope_faults(scope)])
    document = {"_id": code, "country": country, **names, "scope": list(specific_codes(scope))}
    try:
        await store.collection(AUTHORITIES.name).insert_one(document)
    except DuplicateKey as there:
        raise RequestRejected(
            "authority_exists",
            Bilingual(
                f"已有主管当局{code}，请使用其他代码。",
                f"There is already an authority {code}; choose another code.",
            ),
        ) from there
    return Authority(document)


def refuse_change(authority: Authority, wanted: AuthorityForm, *, seen: str) -> None:
    """RequestRejected 422 names the fields that can't be so, 409 `changed_meanwhile` where the form showed something else."""
    if seen != AuthorityForm.of(authority).digest:
        raise _changed_meanwhile()
    names = {"name_zh": wanted.name_zh, "name_en": wanted.name_en}
    refuse_faults([*name_faults(names), *scope_faults(wanted.scope)])


async def change_authority(store: Store, authority: Authority, wanted: AuthorityForm) -> Authority:
    """Change an authority, as long as it is as it was read; what its users see and may apply for is so at once.

    RequestRejected 409 `changed_meanwhile` where somebody else was faster.
    """
    was = AuthorityForm.of(authority)
    as_read = {
        "_id": authority.code, "name_zh": was.name_zh, "name_en": was.name_en, "scope": list(was.scope),
        "factor_wanted": True if was.factor_wanted else {"$ne": True},
    }  # fmt: skip
    change = {
        "name_zh": wanted.name_zh, "name_en": wanted.name_en, "scope": [each for each in SPECIFIC if each in wanted.codes],
        "factor_wanted": wanted.factor_wanted,
    }  # fmt: skip
    changed = await store.collection(AUTHORITIES.name).find_one_and_update(as_read, {"$set": change})
    if changed is None:
        raise _changed_meanwhile()
    return Authority(changed)


async def correct_country(store: Store, code: str, country: str) -> None:
    """Give an authority another country or region; its cases keep the one that they were declared with."""
    refuse_faults(place_faults("country", country))
    if not await store.collection(AUTHORITIES.name).update_one({"_id": code}, {"$set": {"country": country}}):
        raise RequestRejected(
            "not_found", Bilingual(f"没有主管当局{code}。", f"There is no authority {code}."), status=404
        )


async def list_authorities(store: Store) -> list[Authority]:
    """Every authority, by code."""
    documents = await store.collection(AUTHORITIES.name).find({}, sort=[("_id", 1)])
    return [Authority(document) for document in documents]


def _name(typed: str) -> str:
    return normalize(typed).strip()


def _changed_meanwhile() -> RequestRejected:
    text = Bilingual(
        "另一位运维人员已修改此主管当局，请重新查看后再改。",
        "Another operator has changed this authority meanwhile; look at it again, then change it.",
    )
    return RequestRejected("changed_meanwhile", text)
