"""A case's address, the stages that are only shown, and downloads."""

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from services.portal.api.attachments import download
from services.portal.context import PortalDep
from services.portal.pages.case.layout import case_page
from services.portal.pages.rendering import onward, page, pages
from services.portal.pages.request_context import CaseDep, VisitingOfficerDep
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import Stage
from shared.lifecycle.past_rounds import whole
from shared.lifecycle.stages import NAVIGATION, STAGE_LABELS
from shared.runtime.errors import RequestRejected

router = pages()
files = pages()
_FILES = (Stage.PROTOCOL_SIGNING, Stage.CERTIFICATE_CONFIRMATION)


def landing(case: Case) -> Stage:
    """The stage whose page a case opens on: the current one; at the end, the last that has a page (DOMAIN E9.2)."""
    pages_of = NAVIGATION[case.kind]
    return case.stage if case.stage in pages_of else [each for each in pages_of if each in case.stages][-1]


@router.get("/cases/{case}")
async def case_itself(case: CaseDep) -> Response:
    """On to the stage that matters now."""
    return onward(f"/cases/{case.id}/{landing(case).value}")


@router.get("/cases/{case}/overview")
async def overview(request: Request, case: CaseDep) -> Response:
    """概述详情: the whole overview (DOMAIN D4)."""
    context = {
        "overview": case.overview,
        "kind": case.kind,
        "number": case.case_no,
        "back": f"/cases/{case.id}",
    }
    return await page(request, "case/overview.html", context)


@router.get("/cases/{case}/version")
async def version(case: CaseDep) -> Response:
    """How often the case was saved: an open page asks whether it is still of today, which is less than all of it once more."""
    return PlainTextResponse(str(case.version))


@router.get("/cases/{case}/opinion")
async def opinion(request: Request, portal: PortalDep, case: CaseDep, stage: Stage | None = None) -> Response:
    """海关回复意见: customs' opinions on a stage, the current one where none is named, newest first (DOMAIN D8)."""
    wanted = stage or case.stage
    given = [reply for reply in case.replies if wanted in (reply.stage, Stage.COMPLETED)]
    there = [(reply, STAGE_LABELS[reply.stage]) for reply in reversed(await whole(portal.store, given))]
    back = f"/cases/{case.id}{f'/{stage.value}' if stage else ''}"
    return await page(request, "case/opinion.html", {"replies": there, "number": case.case_no, "back": back})


@router.get("/cases/{case}/{stage}")
async def shown_stage(request: Request, portal: PortalDep, case: CaseDep, stage: str) -> Response:
    """A stage without anything to fill in: its files, or what was published."""
    if stage not in list(Stage):
        raise RequestRejected(
            "not_found", Bilingual("没有这个页面。", "There is nothing at this address."), status=404
        )
    known = Stage(stage)
    if known is Stage.COMPLETED and known == case.stage:
        return onward(f"/cases/{case.id}/{landing(case).value}")
    template = "case/files.html" if known in _FILES else "case/shown.html"
    data = case.stages.get(known)
    context = {"attachments": data.attachments if data else ()}
    return await case_page(request, portal, case, known, template, context)


@files.get("/files/{file_id}")
async def file(file_id: str, portal: PortalDep, user: VisitingOfficerDep) -> Response:
    """Download a file of one's own, or one that customs sent to one's own case."""
    return await download(portal, user, file_id)
