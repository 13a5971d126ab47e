"""Where a page of a list leads that has no rows: the list became shorter, or the address was typed."""

from urllib.parse import urlencode

from fastapi import Request, Response

from services.portal.cases.paging import Page, Paged
from services.portal.pages.rendering import onward


def to_last_page[Row](request: Request, found: Page[Row], wanted: Paged) -> Response | None:
    """On to the last page of the same list, with the same filters; None where there is something to show, or nothing at all."""
    if found.rows or not found.total:
        return None
    filters = {name: value for name, value in request.query_params.items() if name != "at"}
    return onward(f"{request.url.path}?{urlencode(filters | {'page': wanted.last_page(found.total)})}")
