"""Authorities from before whose code of a country or region is none of customs' list."""

from services.portal.identity.authorities import list_authorities
from services.portal.operations.wrong.finding import Finding
from shared.bilingual import Bilingual
from shared.contracts.places import PLACES, nearest_places
from shared.runtime.store import Store


async def examine_authorities(store: Store) -> list[Finding]:
    """A line for each such authority; it goes on working, and its pages show the code alone."""
    return [
        _refused(each.code, each.country)
        for each in await list_authorities(store)
        if each.country not in PLACES
    ]


def _refused(authority: str, country: str) -> Finding:
    near = nearest_places(country)
    what = Bilingual(
        f"主管当局{authority}的国家（地区）代码{country}不在海关代码表中。",
        f"The authority {authority} has the country {country}, which is none of customs' list.",
    )
    zh, en = (
        "、".join(f"{each.code}（{each.zh}）" for each in near),
        "; ".join(f"{each.code} ({each.en})" for each in near),
    )
    remedy = Bilingual(
        f"用`fas authority country {authority} 代码`更正；相近的有{zh}。",
        f"Correct it by `fas authority country {authority} CODE`; near it: {en}.",
    )
    return Finding("authorities", what, remedy, "adding-an-authority")
