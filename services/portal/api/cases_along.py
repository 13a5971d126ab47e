"""The list of cases as a file (CONTRACT 3), with the names and codes of `GET /cases`."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from services.portal.api.bearer import BearerDep
from services.portal.api.guarding import guarded_router
from services.portal.cases.query import CaseQuery
from services.portal.context import PortalDep
from services.portal.tables.taking_along import Rows, TableFormat, table_file
from shared.contracts.documents.cases import Case
from shared.contracts.documents.time_limits import TimeLimits
from shared.lifecycle.kept_limits import find_limits
from shared.lifecycle.time_limits import due_at

router = guarded_router(tags=["cases"])
COLUMNS = (
    "id", "case_no", "authority", "kind", "category", "specific", "overview", "applied_at", "stage", "status", "has_reply",
    "turn", "turn_began_at", "updated_at", "due",
)  # fmt: skip


@router.get("/cases.{as_format}", response_class=StreamingResponse)
async def cases_as_file(
    portal: PortalDep, user: BearerDep, as_format: TableFormat, wanted: Annotated[CaseQuery, Query()]
) -> StreamingResponse:
    """The whole list with the filters of `GET /cases`, as CSV or as a workbook; no cell of it is run by a spreadsheet.

    Several codes of `specific` are parted by semicolons; `due` is until when the turn is to be done. `page` and `size` say
    nothing here.
    """
    limits = await find_limits(portal.store)
    return await table_file("cases", as_format, COLUMNS, _rows(portal.cases.each(user, wanted), limits))


async def _rows(batches: AsyncIterator[list[Case]], limits: TimeLimits) -> AsyncIterator[Rows]:
    async for cases in batches:
        yield [[_value(case, name, limits) for name in COLUMNS] for case in cases]


def _value(case: Case, name: str, limits: TimeLimits) -> object:
    value = due_at(case, limits) if name == "due" else getattr(case, name)
    return ";".join(value) if isinstance(value, tuple) else value
