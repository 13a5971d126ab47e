"""The manual, for everybody: nothing in it is of a case, and whoever can't sign in may be the one who needs it."""

import struct
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from json import loads

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from services.portal.pages.assets import assets
from services.portal.pages.help.topics import CHAPTERS, PICTURES, TITLES, Topic, neighbours
from services.portal.pages.rendering import page, pages
from services.portal.pages.request_context import VisitDep
from shared.bilingual import Bilingual
from shared.contracts.vocabulary import Status
from shared.lifecycle.stages import STATUS_LABELS

router = pages()
_SIZE_IN_PNG = slice(16, 24)


@dataclass(frozen=True, slots=True)
class Picture:
    """An asset, what it shows, and its size in pixels, so that nothing moves when it comes."""

    asset: str
    caption: Bilingual
    width: int
    height: int


@router.get("/help")
async def contents(request: Request) -> Response:
    """The table of contents."""
    return await page(request, "help/contents.html", {"chapters": CHAPTERS, "titles": TITLES})


@router.get("/help/{topic}")
async def topic(request: Request, visit: VisitDep, topic: str) -> Response:
    """One page of the manual, in the visitor's language."""
    if topic not in list(Topic):
        raise HTTPException(404)
    known = Topic(topic)
    before, after = neighbours(known)
    context = {
        "topic": known, "titles": TITLES, "before": before, "after": after, "picture": _picture(known, visit.lang),
        "statuses": [(each, STATUS_LABELS[each]) for each in Status],
        "glossary": glossary() if known is Topic.GLOSSARY else [],
    }  # fmt: skip
    return await page(request, f"help/{visit.lang}/{known}.html", context)


def _picture(topic: Topic, lang: str) -> Picture | None:
    """The picture of a topic; None where there is none, or none was made."""
    name, found = f"help/{topic}.{lang}.png", PICTURES.get(topic)
    made = assets().get(name)
    if found is None or made is None:
        return None
    width, height = struct.unpack(">II", made.plain[_SIZE_IN_PNG])
    return Picture(name, found[1], width, height)


@cache
def glossary() -> list[dict[str, object]]:
    """The sections of the glossary that officers need, as `make docs` took them from docs/glossary.md."""
    found: list[dict[str, object]] = loads(
        files(__package__).joinpath("glossary.json").read_text(encoding="utf-8")
    )
    return found
