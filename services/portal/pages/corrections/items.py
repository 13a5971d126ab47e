"""Customs' items of the last opinion on a stage, with what was ticked off; the ticks are the portal's own."""

from dataclasses import dataclass

from services.portal.cases.correction_ticks import find_ticks, keep_tick
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case, CustomsReply, PinnedItem
from shared.contracts.documents.people import CorrectionTick
from shared.contracts.vocabulary import ItemReason, Stage, Status
from shared.runtime.errors import RequestRejected
from shared.runtime.store import Store

REASONS = {
    ItemReason.INCORRECT: Bilingual("不正确", "Incorrect"),
    ItemReason.INCOMPLETE: Bilingual("不完整", "Incomplete"),
    ItemReason.OUTDATED: Bilingual("已过期", "Outdated"),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing to correct: `target` is `field:…`, `question:…` or `attachment:…`."""

    key: str
    target: str
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
    return Corrections(
        tuple(_item(key, item, ticked.get(key)) for key, item in zip(keys, last.items, strict=True))
    )


async def tick(store: Store, case: Case, key: str, done: bool, by: str) -> None:
    """Tick an item of this case off, or open it again."""
    if not key.startswith(f"{case.id}/"):
        raise RequestRejected("not_found", Bilingual("没有这条意见。", "There is no such item."), status=404)
    await keep_tick(store, case.id, key, done, by)


def _key(case: Case, reply: CustomsReply, position: int) -> str:
    return f"{case.id}/{int(reply.at.timestamp() * 1000)}/{position}"


def _item(key: str, item: PinnedItem, ticked: CorrectionTick | None) -> Correction:
    done = bool(ticked and ticked.done)
    by = ticked.by if ticked and done else ""
    return Correction(key, item.target, REASONS[item.reason], item.text, done, by)
