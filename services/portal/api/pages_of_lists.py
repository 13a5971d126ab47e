"""How the API takes and tells the pages of its lists."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Query

from services.portal.cases.paging import Page, Paged


def _which(
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1, size: Annotated[int, Query(ge=1, le=100)] = 50,
    at: Annotated[str, Query(max_length=2000)] = "",
) -> Paged:  # fmt: skip
    return Paged(page=page, size=size, at=at)


PageDep = Annotated[Paged, Depends(_which)]
"""Which page of a list is asked for, 50 rows where no size is."""


def page_told[Row](found: Page[Row], which: Paged, told: Callable[[Row], object]) -> dict[str, object]:
    """A page as the API gives it: `total` counts all, `at` reads on from here."""
    return {
        "items": [told(row) for row in found.rows], "total": found.total, "page": which.page, "size": which.size,
        "at": found.at,
    }  # fmt: skip
