"""Customs' items of the last opinion on a stage, with what was ticked off; the ticks are the portal's own."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.cases.correction_ticks import find_ticks, keep_tick
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case, CustomsReply, PinnedItem
from shared.contracts.documents.files import StoredFile
from shared.contracts.documents.people import CorrectionTick
from shared.contracts.vocabulary import ItemReason, Stage, Status
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Store

REASONS = {
    ItemReason.INCORRECT: Bilingual("不正确", "Incorrect"),
    ItemReason.INCOMPLETE: Bilingual("不完整", "Incomplete"),
    ItemReason.OUTDATED: Bilingual("已过期", "Outdated"),
}
_PHONE = Bilingual("联系人电话", "Contact's telephone")
NAMES = {
    "field:category": Bilingual("食品类别", "Food category"),
    "field:specific": Bilingual("具体食品类别", "Specific categories"),
    "field:overview": Bilingual("申请情况概述", "Overview of the application"),
    "field:department": Bilingual("具体部门", "Department"), "field:contact": Bilingual("联系方式", "Contact"),
    "field:contact.name": Bilingual("联系人", "Contact person"),
    "field:contact.title": Bilingual("联系人职务", "Contact's title"),
    "field:contact.email": Bilingual("联系人邮箱", "Contact's e-mail"),
    "field:contact.phone": _PHONE, "field:contact.phone.country": _PHONE, "field:contact.phone.area": _PHONE,
    "field:contact.phone.number": _PHONE, "field:attachments": Bilingual("附件", "Attachments"),
    "field:statement": Bilingual("整改情况说明", "Statement on the rectification"),
}  # fmt: skip
"""How the fields are called that customs may pin an item to."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing to correct: `target` is `field:…`, `question:…` or `attachment:…`, `name` how its page calls it, if it does."""

    key: str
    target: str
    name: Bilingual | None
    reason: Bilingual
    text: str
    done: bool
    by: str

    @property
    def anchor(self) -> str:
        """Where on the page it stands."""
        return "item-" + self.key.replace("/", "-").replace(":", "-").replace(".", "-")


@dataclass(frozen=True, slots=True)
class Corrections:
    """The items of a stage, and which of them are done."""

    items: tuple[Correction, ...] = ()

    def of(self, *targets: str) -> list[Correction]:
        """Those pinned to one of these."""
        return [item for item in self.items if item.target in targets]

    def elsewhere(self, targets: set[str]) -> list[Correction]:
        """Those pinned to nothing that the page shows."""
        return [item for item in self.items if item.target not in targets]

    @property
    def open(self) -> list[Correction]:
        """What is still to be corrected."""
        return [item for item in self.items if not item.done]


async def corrections(store: Store, case: Case, stage: Stage) -> Corrections:
    """The items of customs' last opinion, as long as the stage waits for the supplement (a new one starts anew)."""
    if case.stages[stage].status is not Status.SUPPLEMENT:
        return Corrections()
    last = next((reply for reply in reversed(case.replies) if reply.stage is stage), None)
    if not last or not last.items:
        return Corrections()
    keys = [_key(case, last, position) for position in range(len(last.items))]
    ticked = await find_ticks(store, keys)
    files = {f"attachment:{file.id}": Bilingual(file.name, file.name) for file in _files(case, stage)}
    return Corrections(
        tuple(
            _item(key, item, ticked.get(key), NAMES.get(item.target) or files.get(item.target))
            for key, item in zip(keys, last.items, strict=True)
        )
    )


async def tick(store: Store, case: Case, key: str, done: bool, by: str) -> None:
    """Tick an item of this case off, or open it again."""
    if not key.startswith(f"{case.id}/"):
        raise RequestRejected("not_found", Bilingual("没有这条意见。", "There is no such item."), status=404)
    await keep_tick(store, case.id, key, done, by)


def _key(case: Case, reply: CustomsReply, position: int) -> str:
    return f"{case.id}/{int(reply.at.timestamp() * 1000)}/{position}"


def _files(case: Case, stage: Stage) -> Sequence[StoredFile]:
    data = case.stages[stage]
    return data.rounds[-1].attachments if data.rounds else data.attachments


def _item(key: str, item: PinnedItem, ticked: CorrectionTick | None, name: Bilingual | None) -> Correction:
    done = bool(ticked and ticked.done)
    by = ticked.by if ticked and done else ""
    return Correction(key, item.target, name, REASONS[item.reason], item.text, done, by)
