"""What stands around every stage of a case; a stage's page extends `case/base.html` and fills in `stage`."""

from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import Request, Response

from services.portal.cases.ledgers import Ledgers
from services.portal.cases.next_steps import next_step
from services.portal.cases.stage_views import brought
from services.portal.cases.tasks import lacks_signatories
from services.portal.cases.time_spent import spent
from services.portal.cases.views import Transport, header, last_submission, transport
from services.portal.context import Portal
from services.portal.pages.pictures.course import course_of
from services.portal.pages.rendering import page
from services.portal.pages.request_context import visit_of
from services.portal.pages.waiting import limits_for
from shared.bilingual import Bilingual
from shared.contracts.catalogue import CATEGORY, SPECIFIC
from shared.contracts.documents.cases import Case, CustomsReply, SubmissionMade
from shared.contracts.places import PLACES
from shared.contracts.vocabulary import CAUSE_LABELS, CheckAnswer, Stage, Status
from shared.lifecycle.rules import EDITABLE
from shared.lifecycle.stages import NOT_ENTERED, STAGE_LABELS, STAGES_OF, STATUS_LABELS, STEP_LABELS, sentence
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected

_ASKING = (
    Status.REJECTED,
    Status.SUPPLEMENT,
    Status.RECEIVE_FAILED,
    Status.NOT_APPROVED,
    Status.PENDING,
    Status.DRAFT,
)
_OTHERS = ("customs", "system")
_LEAVES_SECONDS = 60
"""What was submitted less long ago is being sent: only after that is it news that customs does not have it yet."""
_SOONEST = 3
"""Seconds: an open page does not look more often whether a next attempt was made."""


async def case_page(
    request: Request, portal: Portal, case: Case, stage: Stage, template: str, context: Mapping[str, object],
    status: int = 200,
) -> Response:  # fmt: skip
    """The page of an entered stage; 409 with the manual's sentence for one that was not entered (DOMAIN D10), else 404."""
    if stage not in STAGES_OF[case.kind]:
        raise RequestRejected(
            "not_found", Bilingual("没有这个页面。", "There is nothing at this address."), status=404
        )
    request.state.address = f"/cases/{case.id}/{stage.value}"
    if stage not in case.stages:
        told = {
            "sentence": NOT_ENTERED, "stage_label": STEP_LABELS[stage], "back": f"/cases/{case.id}",
            "number": case.case_no, "food": CATEGORY.get(case.category),
        }  # fmt: skip
        return await page(request, "case/not_entered.html", told, 409)
    return await page(request, template, {**await around(request, portal, case, stage), **context}, status)


async def around(request: Request, portal: Portal, case: Case, stage: Stage) -> dict[str, object]:
    """What the frame of a case shows.

    `case` (the header of CONTRACT 3), `stage`, `stage_label`, `step_names` (of the navigation bar), `stage_names` (the short
    ones), `sentence` (of the shown stage) and its `shown_status`, `leaving` (submitted just now, and on its way),
    `may_declare_signatories` (and none were yet), `refused_at` (when the authority refused the check,
    else None), names of `authority`, `country`, `category`, `specific`, `waited` (the
    present turn), `spent` (time by side),
    `again_in` (seconds until an open page looks again, or None), `opinion` (where customs asks for something, or why the case
    ended), `opinions` (how many the stage has), `in_view` (how many of them the page shows anyway), `history`, `course` (the
    line of its stages), `next_step` (what happens next in the case), `brought` (what receipts brought, by
    entered stage and the names of their facts).
    """
    last = last_submission(case)
    sent = await Ledgers(portal.store).declaration(last.id) if last else None
    officer = (await visit_of(request)).user
    moment, opinion, refused = now(), above(case, stage), refused_at(case)
    way = transport(case, sent)
    leaving = being_sent(way, last, moment)
    return {
        "case": header(case, sent, await limits_for(request)),
        "stage": stage, "stage_label": STAGE_LABELS[stage], "step_names": STEP_LABELS, "stage_names": STAGE_LABELS,
        "sentence": sentence(stage, case.stages[stage].status), "shown_status": case.stages[stage].status,
        "authority": (officer and officer.authority_name) or Bilingual("", ""),
        "country": PLACES.get(case.country, case.country),
        "category": CATEGORY.get(case.category),
        "specific": [SPECIFIC[code] for code in case.specific if code in SPECIFIC],
        "spent": spent(case.timeline, moment),
        "waited": moment - case.turn_began_at,
        "again_in": again_in(way.next_attempt_at, moment) or (_LEAVES_SECONDS if leaving else None),
        "leaving": leaving, "may_declare_signatories": lacks_signatories(case),
        "refused_at": refused, "opinion": opinion, "opinions": sum(each.stage is stage for each in case.replies),
        "in_view": bool(opinion) + sum(map(_with_a_round, case.replies)) * (stage is Stage.EVALUATION),
        "history": history(case), "course": course_of(case, moment),
        "next_step": next_step(case.kind, case.stage, case.status, refused=refused is not None),
        "brought": {entered.value: brought(case, entered) for entered in case.stages},
    }  # fmt: skip


def refused_at(case: Case) -> datetime | None:
    """When the authority refused the check; None where it did not, or must answer anew."""
    answered = case.stages.get(Stage.ACCEPTANCE)
    refused = (
        answered
        and answered.answer is CheckAnswer.REFUSE
        and answered.status not in EDITABLE[Stage.ACCEPTANCE]
    )
    return answered.submitted_at if answered and refused else None


def being_sent(way: Transport, last: SubmissionMade | None, moment: datetime) -> bool:
    """Whether something was submitted in this minute and is not with customs yet."""
    waits = way.state in ("queued", "failed")
    return waits and last is not None and (moment - last.at).total_seconds() < _LEAVES_SECONDS


def above(case: Case, stage: Stage) -> CustomsReply | None:
    """The opinion that stands over the stage's own part; what customs asks in a round of rectification stands there (图4-21)."""
    found = asking(case, stage)
    return None if found and _with_a_round(found) else found


def _with_a_round(reply: CustomsReply) -> bool:
    return reply.stage is Stage.EVALUATION and reply.status is Status.PENDING


def asking(case: Case, stage: Stage) -> CustomsReply | None:
    """Customs' opinion where the stage's status asks for something (DOMAIN D8, E3.6); at the end, why it ended.

    One that was given before the stage's last submission is answered, and one from before customs asked anew is out of date.
    """
    if case.stage is Stage.COMPLETED:
        return _last(case, lambda reply: reply.stage is Stage.COMPLETED or _ended(reply))
    data = case.stages[stage]
    if data.status not in _ASKING:
        return None
    since = [at for at in (data.submitted_at, data.asked_at) if at]
    return _last(case, lambda reply: reply.stage is stage and all(reply.at >= at for at in since))


def _ended(reply: CustomsReply) -> bool:
    return reply.status is Status.NOT_APPROVED


def _last(case: Case, fits: Callable[[CustomsReply], bool]) -> CustomsReply | None:
    found = next((reply for reply in reversed(case.replies) if fits(reply)), None)
    return found if found and (found.opinion or found.items or found.attachments) else None


def again_in(next_attempt: str | None, moment: datetime) -> int | None:
    """In how many seconds an open page looks again, because the submission will have been tried by then."""
    if next_attempt is None:
        return None
    return max(int((datetime.fromisoformat(next_attempt) - moment).total_seconds()) + 1, _SOONEST)


def history(case: Case) -> list[dict[str, object]]:
    """Every movement, newest first, in words."""
    return [
        {
            "at": entry.at, "stage": STAGE_LABELS[entry.stage], "status": STATUS_LABELS[entry.status],
            "code": entry.status, "cause": CAUSE_LABELS[entry.cause], "by": entry.by, "ours": entry.by not in _OTHERS,
        }
        for entry in reversed(case.timeline)
    ]  # fmt: skip
