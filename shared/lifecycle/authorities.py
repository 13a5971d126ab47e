"""The overseas competent authorities, as every service reads them; the portal alone adds them."""

from shared.contracts.collections import AUTHORITIES
from shared.contracts.documents.people import Authority
from shared.runtime.store import Store


async def find_authority(store: Store, code: str) -> Authority | None:
    """The authority with this code, if there is one."""
    document = await store.collection(AUTHORITIES.name).find_one({"_id": code})
    return Authority(document) if document else None


def not_known(code: str) -> str:
    """What is told, of customs' check too, where there is no authority with this code."""
    return f"There is no authority with the code {code} here."
