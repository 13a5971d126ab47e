"""The submissions of the questionnaire stage as they were sent: their notes stand in the case, their content in the ledger."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.cases.ledgers import Ledgers
from services.portal.cases.views import label
from shared.contracts.documents.ledgers import DeclarationEntry
from shared.contracts.events import AnsweredQuestion, AnswersSubmission, SubmissionDeclared
from shared.contracts.states import DeclarationState
from shared.contracts.vocabulary import Cause, Stage, Status
from shared.lifecycle.case import Document
from shared.lifecycle.stages import STATUS_LABELS
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from shared.runtime.store import Store

STAGE = Stage.QUESTIONNAIRE
Answers = Mapping[str, Document]
"""Answers by question: `value`, `note`, `attachments` (with name, size and digest) and `version`, as in the stage's data."""


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
        return {
            each.question: {
                "value": each.answer.model_dump(mode="json")["value"], "note": each.answer.note,
                "attachments": [file.model_dump() for file in each.attachments], "version": each.answer.version,
            }
            for each in self.answered
        }  # fmt: skip

    def listed(self) -> Document:
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


async def submissions(store: Store, case: Document) -> list[Sent]:
    """Every submission of the stage, oldest first; DependencyUnavailable while one is on its way to the ledger."""
    made, statuses = _made(case), _statuses(case)
    return list(
        await asyncio.gather(*(_sent(store, case, each, statuses[at]) for at, each in enumerate(made)))
    )


async def submission(store: Store, case: Document, round: int) -> Sent:
    """One submission; RequestRejected (404) where there was none with this round."""
    made, statuses = _made(case), _statuses(case)
    if not 1 <= round <= len(made):
        detail = f"没有第{round}次提交。 There is no submission {round}."
        raise RequestRejected("not_found", detail, status=404)
    return await _sent(store, case, made[round - 1], statuses[round - 1])


async def _sent(store: Store, case: Document, note: Document, status: Status) -> Sent:
    declaration = await Ledgers(store).declaration(note["id"])
    body = declaration.body if declaration else _in_outbox(case, note["id"])
    if body is None:
        raise DependencyUnavailable("customs_gateway", "the submission is on its way")
    declared = SubmissionDeclared.model_validate_json(body)
    answered = declared.submission.answers if isinstance(declared.submission, AnswersSubmission) else ()
    return Sent(note["round"], note["id"], note["at"], note["by"], status, declaration, answered)


def _made(case: Document) -> list[Document]:
    return [each for each in case["submissions"] if each["stage"] == STAGE]


def _in_outbox(case: Document, declaration_id: str) -> str | None:
    """What the gateway has not been told yet."""
    bodies = (str(entry["body"]) for entry in case["outbox"])
    return next((body for body in bodies if f'"declaration_id":"{declaration_id}"' in body), None)


def _statuses(case: Document) -> Sequence[Status]:
    """What became of each submission: the last status that the stage had before the next one."""
    reached: list[Any] = []
    for entry in case["timeline"]:
        if entry["stage"] == STAGE and entry["cause"] == Cause.SUBMIT:
            reached.append(entry["status"])
        elif entry["stage"] == STAGE and reached:
            reached[-1] = entry["status"]
    if reached:
        reached[-1] = case["stages"][STAGE]["status"]
    return [Status(each) for each in reached]
