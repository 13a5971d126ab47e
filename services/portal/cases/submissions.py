"""The submissions of the questionnaire stage as they were sent: their notes stand in the case, their content in the ledger."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.cases.ledgers import Ledgers
from services.portal.cases.views import Json, label
from shared.bilingual import Bilingual
from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.documents.cases import Case, SubmissionMade
from shared.contracts.documents.ledgers import DeclarationEntry
from shared.contracts.events import AnsweredQuestion, AnswersSubmission, Submission, SubmissionDeclared
from shared.contracts.states import DeclarationState
from shared.contracts.vocabulary import Cause, DeclarationType, Stage, Status
from shared.lifecycle.stages import STATUS_LABELS
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.store import Store

STAGE = Stage.QUESTIONNAIRE
Answers = Mapping[str, StoredAnswer]
"""Answers by question, as in the stage's data: each file with its name, size and digest."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One submission; `declaration` says how it travelled: there is none until the gateway heard of it."""

    round: int
    message_id: str
    at: datetime
    by: str
    status: Status
    declaration: DeclarationEntry | None
    answered: tuple[AnsweredQuestion, ...]

    @property
    def answers(self) -> Answers:
        """The answers as they were sent."""
        return answers_as_stored(self.answered)

    def listed(self) -> Json:
        """As it stands in the list; `status` is what became of it."""
        travels = self.declaration
        return {
            "round": self.round, "at": self.at, "by": self.by, "message_id": self.message_id,
            "status": self.status.value, "label": label(STATUS_LABELS[self.status]), "answers": len(self.answered),
            "transport": {
                "state": travels.state if travels else DeclarationState.QUEUED,
                "attempts": travels.attempts if travels else 0, "sent_at": travels.sent_at if travels else None,
            },
        }  # fmt: skip


def answers_as_stored(answered: Sequence[AnsweredQuestion]) -> Answers:
    """Answers of a submission as the stage has them."""
    return {
        each.question: StoredAnswer({
            **each.answer.model_dump(mode="json", include={"value", "note"}),
            "attachments": [file.model_dump() for file in each.attachments], "version": each.answer.version,
            "statement": each.statement,
        })
        for each in answered
    }  # fmt: skip


async def submissions(store: Store, case: Case) -> list[Sent]:
    """Every submission of the stage, oldest first; DependencyUnavailable while one is on its way to the ledger."""
    made, statuses = _made(case), _statuses(case)
    return list(
        await asyncio.gather(*(_sent(store, case, each, statuses[at]) for at, each in enumerate(made)))
    )


async def submission(store: Store, case: Case, round: int) -> Sent:
    """One submission; RequestRejected (404) where there was none with this round."""
    made, statuses = _made(case), _statuses(case)
    if not 1 <= round <= len(made):
        text = Bilingual(f"没有第{round}次提交。", f"There is no submission {round}.")
        raise RequestRejected("not_found", text, status=404)
    return await _sent(store, case, made[round - 1], statuses[round - 1])


async def _sent(store: Store, case: Case, made: SubmissionMade, status: Status) -> Sent:
    declaration, submitted = await _declared(store, case, made)
    answered = submitted.answers if isinstance(submitted, AnswersSubmission) else ()
    return Sent(made.round, made.id, made.at, made.by, status, declaration, answered)


async def last_submitted(store: Store, case: Case, stage: Stage) -> Submission | None:
    """What was submitted last in a stage; None where nothing was. DependencyUnavailable while it is on its way to the ledger."""
    made = [
        each
        for each in case.submissions
        if each.stage is stage and each.type is not DeclarationType.SIGNATORIES
    ]
    return (await _declared(store, case, made[-1]))[1] if made else None


async def _declared(
    store: Store, case: Case, made: SubmissionMade
) -> tuple[DeclarationEntry | None, Submission]:
    declaration = await Ledgers(store).declaration(made.id)
    body = declaration.body if declaration else _in_outbox(case, made.id)
    if body is None:
        raise DependencyUnavailable("customs_gateway", "the submission is on its way")
    return declaration, SubmissionDeclared.model_validate_json(body).submission


def _made(case: Case) -> list[SubmissionMade]:
    return [each for each in case.submissions if each.stage is STAGE]


def _in_outbox(case: Case, declaration_id: str) -> str | None:
    """What the gateway has not been told yet."""
    bodies = (entry.body for entry in case.outbox)
    return next((body for body in bodies if f'"declaration_id":"{declaration_id}"' in body), None)


def _statuses(case: Case) -> Sequence[Status]:
    """What became of each submission: the last status that the stage had before the next one."""
    reached: list[Status] = []
    for entry in case.timeline:
        if entry.stage is STAGE and entry.cause is Cause.SUBMIT:
            reached.append(entry.status)
        elif entry.stage is STAGE and reached:
            reached[-1] = entry.status
    if reached:
        reached[-1] = case.stages[STAGE].status
    return reached
