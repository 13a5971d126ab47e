"""What was written in a consultation before: one contribution, two compared, and a reply that begins with one's text."""

from fastapi import Request, Response

from services.portal.api.stages import Consultation
from services.portal.context import PortalDep
from services.portal.pages.case.layout import case_page
from services.portal.pages.consultation.addresses import address_of
from services.portal.pages.consultation.rounds import (
    LANGUAGES,
    compared,
    latest,
    record_of,
    texts_of,
    with_numbers,
)
from services.portal.pages.form_commands import head, text
from services.portal.pages.formatting import moment
from services.portal.pages.rendering import onward, pages
from services.portal.pages.request_context import CaseDep, VisitingOfficerDep
from shared.bilingual import Bilingual
from shared.contracts.commands import FileChange, SaveReply
from shared.contracts.documents.cases import StageRecord
from shared.contracts.parts import ThreeTexts
from shared.contracts.vocabulary import Party, Stage
from shared.lifecycle.past_rounds import whole
from shared.runtime.errors import RequestRejected

router = pages()
AGREED = "agreed"
_WE_AGREE = Bilingual(
    "我方同意中方{at}的磋商文本，没有修改意见。",
    "We agree to the text of the Chinese side of {at} (Beijing time) and propose no changes.",
)


@router.get("/cases/{case}/{consultation:consultation}/history/{number}")
async def one_round(
    consultation: Consultation,
    number: int,
    request: Request,
    portal: PortalDep,
    user: VisitingOfficerDep,
    case: CaseDep,
) -> Response:
    """One contribution as it was sent; the oldest is number 1."""
    stage = Stage(consultation.value)
    entries = with_numbers(record_of(case, stage).history)
    entry = next((each for each in entries if each.number == number), None)
    if entry is None:
        raise RequestRejected(
            "not_found", Bilingual("没有这一轮磋商。", "There is no such round."), status=404
        )
    [entry] = await whole(portal.store, [entry])
    return await case_page(
        request, portal, case, stage, "consultation/round.html", {"entry": entry, "languages": LANGUAGES}
    )


@router.get("/cases/{case}/{consultation:consultation}/compare")
async def compare(
    consultation: Consultation, request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep,
    before: int = 0, after: int = 0,
) -> Response:  # fmt: skip
    """Two contributions, of one side or of both: what was inserted and what deleted; else the last two."""
    stage = Stage(consultation.value)
    entries = with_numbers(record_of(case, stage).history)
    numbered = {entry.number: entry for entry in entries}
    first = numbered.get(before) or (entries[1] if len(entries) > 1 else None)
    second = numbered.get(after) or (entries[0] if entries else None)
    context = {
        "entries": entries, "first": first, "second": second, "languages": LANGUAGES,
        "differences": compared(*await whole(portal.store, [first, second])) if first and second else {},
    }  # fmt: skip
    return await case_page(request, portal, case, stage, "consultation/compare.html", context)


@router.post("/cases/{case}/{consultation:consultation}/begin")
async def begin(
    consultation: Consultation, request: Request, portal: PortalDep, user: VisitingOfficerDep, case: CaseDep
) -> Response:
    """Begin the reply with the last text of a side (`party`), or with the sentence that China's is `agreed`.

    It is a draft, to be changed and submitted as any other; 409 where one was begun.
    """
    stage = Stage(consultation.value)
    record, party = record_of(case, stage), text(await request.form(), "party")
    texts = _beginning(record, party)
    if texts is None:
        raise RequestRejected(
            "not_found", Bilingual("该方尚未发表内容。", "That side has not written anything."), status=404
        )
    if any(texts_of(record.draft).values()):
        raise RequestRejected(
            "draft_begun",
            Bilingual("答复已有内容，未作改动。", "The reply has a text already; nothing was changed."),
        )
    await portal.commands.ask(
        SaveReply(
            **head(request, user, case.id),
            version=case.version,
            stage=stage,
            texts=texts,
            files=FileChange(),
        )
    )
    return onward(f"{address_of(case, stage)}?saved=1#reply")


def _beginning(record: StageRecord, party: str) -> ThreeTexts | None:
    """What a reply begins with: a side's last text, or that China's is agreed to; None where that side wrote nothing."""
    agreed = party == AGREED
    if not agreed and party not in list(Party):
        return None
    source = latest(with_numbers(record.history), Party.CHINA if agreed else Party(party))
    if source is None:
        return None
    if not agreed:
        return ThreeTexts.model_validate(texts_of(source))
    said = _WE_AGREE.format(at=moment(source.at))
    return ThreeTexts(text_zh=said.zh, text_en=said.en)
