"""What intake asks the database besides the case that moves: which foods an authority may be expected to be checked for."""

from collections.abc import Iterable

from shared.contracts.collections import CASES
from shared.contracts.documents.people import Authority
from shared.contracts.vocabulary import Kind, Stage, Status
from shared.lifecycle.authorities import find_authority
from shared.runtime.store import Store


class ScopeRepository:
    """Reads scopes and approvals of authorities."""

    def __init__(self, store: Store) -> None:
        self._store, self._cases = store, store.collection(CASES.name)

    async def authority(self, code: str) -> Authority | None:
        """The authority with this code, if there is one."""
        return await find_authority(self._store, code)

    async def never_approved(self, authority: str, specific: Iterable[str]) -> list[str]:
        """Those of the specific categories of which no assessment of the authority was approved here."""
        return [code for code in specific if not await self._approved(authority, code)]

    async def _approved(self, authority: str, specific: str) -> bool:
        ended = {"stage": Stage.COMPLETED.value, "status": Status.APPROVED.value}
        asked = {"authority": authority, "kind": Kind.ASSESSMENT.value, "specific": specific, **ended}
        return await self._cases.find_one(asked, projection={"_id": 1}) is not None
