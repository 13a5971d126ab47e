"""Saved filters: chosen above a list, and named, renamed and removed on a page of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from services.portal.cases.query import SORT_NAMES, CaseQuery, given
from services.portal.cases.saved_filters import (
    LONGEST_NAME,
    MOST_SAVED,
    filters_of,
    remove_filter,
    rename_filter,
    save_filter,
)
from services.portal.context import Portal, PortalDep
from services.portal.identity.sessions import User
from services.portal.pages.form_commands import faults_of, text
from services.portal.pages.lists.taking_along import SIDES
from services.portal.pages.ops.receipt_query import ReceiptQuery
from services.portal.pages.ops.words import STATES
from services.portal.pages.rendering import onward, page, pages
from services.portal.pages.request_context import VisitDep, VisitorDep
from shared.bilingual import Bilingual
from shared.contracts.catalogue import CATEGORY
from shared.contracts.documents.people import SavedFilter
from shared.contracts.vocabulary import REASON_LABELS, Role, Turn
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS
from shared.runtime.errors import RequestRejected

router = pages()


@dataclass(frozen=True, slots=True)
class FilteredList:
    """A list whose filters can be saved: its name, the shape of its filters, and whose it is."""

    name: Bilingual
    shape: type[BaseModel]
    role: Role


LISTS = {
    "/assessments": FilteredList(Bilingual("评估审查查询", "Applications"), CaseQuery, Role.OFFICER),
    "/checks": FilteredList(Bilingual("回顾性检查查询", "Checks"), CaseQuery, Role.OFFICER),
    "/ops/cases": FilteredList(Bilingual("全部申请与检查", "Cases"), CaseQuery, Role.OPERATOR),
    "/ops/receipts": FilteredList(Bilingual("回执", "Receipts"), ReceiptQuery, Role.OPERATOR),
}
_NAMED: Mapping[str, tuple[Bilingual, Mapping[Any, object]]] = {
    "category": (Bilingual("食品类别", "Food category"), CATEGORY),
    "stage": (Bilingual("阶段", "Stage"), STAGE_LABELS),
    "status": (Bilingual("状态", "Status"), STATUS_LABELS),
    "turn": (Bilingual("等待处理方", "Waiting for"), SIDES | {Turn.NOBODY: Bilingual("无（已结束）", "nobody (ended)")}),
    "q": (Bilingual("关键词", "Words"), {}),
    "sort": (Bilingual("排序", "Sorted by"), dict(SORT_NAMES)),
    "state": (Bilingual("状态", "State"), STATES),
    "reason": (Bilingual("原因", "Reason"), REASON_LABELS),
    "case_no": (Bilingual("申请统一编号", "Case number"), {}),
    "message_id": (Bilingual("消息编号", "Message id"), {}),
}  # fmt: skip
"""Filters and their values in words."""
_GONE = Bilingual("没有可以保存的筛选条件。", "There are no filters to save.")


def filters_set(address: str, wanted: BaseModel) -> dict[str, str]:
    """What of a list's filters is set, as it is kept; nothing where the whole list is shown in its first order."""
    first = LISTS[address].shape()
    named = {name: value for name, value in given(wanted).items() if name in _NAMED}
    return {name: str(value) for name, value in named.items() if value != getattr(first, name)}


async def saved_of(portal: Portal, user: User, address: str, wanted: BaseModel) -> dict[str, object]:
    """What a list shows of its saved filters: each with its link, and which of them are those that are set now."""
    present = filters_set(address, wanted)
    kept = [each for each in await filters_of(portal.store, user.username) if each.list == address]
    return {
        "links": [(each.name, _link(each), each.query == present) for each in kept],
        "words": _in_words(present),
        "save": f"/filters?{urlencode({'of': address, **present})}" if present else "",
    }


@router.get("/filters")
async def saved_filters(request: Request, portal: PortalDep, user: VisitorDep) -> Response:
    """One's own, by list; with the filters of a list in the address (`of`), how to save these."""
    return await _shown(request, portal, user, dict(request.query_params), {})


@router.post("/filters")
async def save(request: Request, portal: PortalDep, user: VisitorDep, visit: VisitDep) -> Response:
    """Save the filters in `asked`, which is what stood in the address, under a name."""
    form = await request.form()
    asked, name = dict(parse_qsl(text(form, "asked"))), text(form, "name").strip()
    address, query = _asked(user, asked)
    if not query:
        raise RequestRejected("validation_error", _GONE, status=422)
    try:
        await save_filter(portal.store, user.username, name, address, query)
    except RequestRejected as refusal:
        return await _shown(request, portal, user, asked, faults_of(refusal, visit.lang), name)
    return onward(f"{address}?{urlencode(query)}")


@router.post("/filters/{filter_id}")
async def rename(
    request: Request, portal: PortalDep, user: VisitorDep, visit: VisitDep, filter_id: str
) -> Response:
    """Another name."""
    name = text(await request.form(), "name").strip()
    try:
        await rename_filter(portal.store, user.username, filter_id, name)
    except RequestRejected as refusal:
        faults = {f"name-{filter_id}": each for each in faults_of(refusal, visit.lang).values()}
        return await _shown(request, portal, user, {}, faults, name)
    return onward("/filters")


@router.post("/filters/{filter_id}/remove")
async def remove(portal: PortalDep, user: VisitorDep, filter_id: str) -> Response:
    """Keep it no more."""
    await remove_filter(portal.store, user.username, filter_id)
    return onward("/filters")


def _asked(user: User, asked: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Of which list somebody wants to save which filters; none where that is no list of theirs."""
    address = asked.get("of", "")
    if address not in LISTS or LISTS[address].role is not user.role:
        return "", {}
    try:
        return address, filters_set(address, LISTS[address].shape.model_validate(dict(asked)))
    except ValidationError:
        return "", {}


def _link(saved: SavedFilter) -> str:
    return f"{saved.list}?{urlencode(saved.query)}"


def _in_words(query: Mapping[str, str]) -> list[tuple[Bilingual, object]]:
    found = [(_NAMED[name], value) for name, value in query.items() if name in _NAMED]
    return [(label, names.get(value, value)) for (label, names), value in found]


async def _shown(
    request: Request, portal: Portal, user: User, asked: Mapping[str, str], faults: dict[str, str], typed: str = ""
) -> Response:  # fmt: skip
    request.state.address = "/filters"
    kept = await filters_of(portal.store, user.username)
    address, query = _asked(user, asked)
    shown = [(each, _link(each), _in_words(each.query)) for each in kept]
    context = {
        "lists": [(one.name, [each for each in shown if each[0].list == place])
                  for place, one in LISTS.items() if one.role is user.role],
        "new": {"list": LISTS[address].name, "back": f"{address}?{urlencode(query)}", "words": _in_words(query),
                "asked": urlencode({"of": address, **query})} if query else None,
        "kept": len(kept), "most": MOST_SAVED, "longest": LONGEST_NAME, "faults": faults, "typed": typed,
    }  # fmt: skip
    return await page(request, "lists/saved.html", context, 422 if faults else 200)
