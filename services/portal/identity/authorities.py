"""Which overseas competent authorities there are, and which foods each of them manages (DOMAIN 1.9)."""

from collections.abc import Sequence

from services.portal.identity.account_checks import authority_faults, scope_faults, specific_codes
from services.portal.identity.refusals import refuse_faults
from shared.bilingual import Bilingual
from shared.contracts.collections import AUTHORITIES
from shared.contracts.documents.people import Authority
from shared.contracts.places import place_faults
from shared.contracts.texts import normalize
from shared.runtime.errors import RequestRejected
from shared.runtime.store import DuplicateKey, Store


async def add_authority(
    store: Store, code: str, country: str, name_zh: str, name_en: str, scope: Sequence[str]
) -> Authority:
    """Add an authority; `scope` names categories (`aquatic`) or specific ones (`meat.beef` or `beef`)."""
    names = {"name_zh": normalize(name_zh).strip(), "name_en": normalize(name_en).strip()}
    refuse_faults([*authority_faults(code, country, names), *scope_faults(scope)])
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
