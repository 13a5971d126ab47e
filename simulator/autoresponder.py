"""A customs that answers every declaration by itself, one step after another (`fas customs simulate`)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.contracts.times import CHINA
from simulator.customs import SimulatedCustoms
from simulator.customs_xml import Declaration
from simulator.files import pdf

Say = Callable[[str], None]
CHECK_NUMBER = 26  # characters: the number of a retrospective check is a ULID, an assessment's has 18 digits


@dataclass(frozen=True, slots=True)
class ResponseStep:
    """One receipt of an answer, perhaps in reply to the declaration, perhaps about another stage."""

    type: str
    stage: str = ""
    replies: bool = False
    body: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


RECEIVED = ResponseStep("RECEIVED", replies=True)
ACCEPTED = ResponseStep("ACCEPTED", replies=True)
_PROTOCOL, _CERTIFICATE = "protocol_consultation", "certificate_consultation"
_RECTIFY = ResponseStep(
    "RECTIFICATION_REQUIRED", "evaluation",
    body={
        "requirement": "请说明官方实验室的整改情况。 Describe the corrective action at the laboratory.",
        "opinion": "检测能力验证记录不完整。 The proficiency tests are incomplete.",
    },
)  # fmt: skip
_CONSULT = {"text_zh": "请确认草案文本。", "text_en": "Please confirm the text of the draft."}
_ANSWERS: dict[tuple[str, str], tuple[ResponseStep, ...]] = {
    ("APPLICATION", "application"): (ACCEPTED, ResponseStep("QUESTIONNAIRE_OPENED", "questionnaire")),
    ("QUESTIONNAIRE_ANSWERS", "questionnaire"): (ACCEPTED, _RECTIFY),
    ("RECTIFICATION", "evaluation"): (
        ACCEPTED,
        ResponseStep("APPROVED", replies=True),
        ResponseStep("CONSULTATION_OPENED", _PROTOCOL, body=_CONSULT, files=("protocol-draft.pdf",)),
    ),
    ("CONSULTATION_REPLY", _PROTOCOL): (
        ACCEPTED,
        ResponseStep("CONSULTATION_COMPLETED"),
        ResponseStep("PROTOCOL_SIGNED", "protocol_signing", files=("protocol-signed.pdf",)),
        ResponseStep("ANNOUNCEMENT_PUBLISHED", "announcement"),
        ResponseStep("CONSULTATION_OPENED", _CERTIFICATE, body=_CONSULT, files=("certificate-draft.pdf",)),
    ),
    ("CONSULTATION_REPLY", _CERTIFICATE): (
        ACCEPTED,
        ResponseStep("CONSULTATION_COMPLETED"),
        ResponseStep("CERTIFICATE_CONFIRMED", "certificate_confirmation", files=("certificate.pdf",)),
        ResponseStep("CASE_CLOSED", "completed", body={"result": "APPROVED"}),
    ),
    ("SIGNATORIES", _CERTIFICATE): (),
}
"""What follows after RECEIVED, by type and stage of the declaration."""


class CustomsAutoresponder:
    """Answers declarations, and starts retrospective checks where it is asked to."""

    def __init__(self, customs: SimulatedCustoms, pause: float, say: Say) -> None:
        self._customs = customs
        self._pause = pause
        self._say = say

    async def answer(self, declaration: Declaration) -> None:
        """The whole answer to one declaration."""
        kind, files = f"{declaration.type} round {declaration.round}", _files(declaration)
        self._say(f"{declaration.case_no}  ◀ {kind}, {files}")
        for step in steps_for(declaration):
            await asyncio.sleep(self._pause)
            await self._send(step, declaration)

    async def initiate_check(
        self, case_no: str, authority: str, category: str, specific: Sequence[str]
    ) -> None:
        """Start a retrospective check of an authority."""
        message_id = await self._customs.send_check(authority, category, specific, case_no=case_no)
        await self._tell(case_no, "CHECK_INITIATED", message_id)

    async def _send(self, step: ResponseStep, declaration: Declaration) -> None:
        case_no, body = declaration.case_no, {**numbers(step.type), **step.body}
        files = [(name, pdf(name, case_no)) for name in step.files]
        message_id = await self._customs.send(
            step.type, case_no, step.stage or declaration.stage, attachments=files,
            in_reply_to=declaration.message_id if step.replies else None, **body,
        )  # fmt: skip
        await self._tell(case_no, step.type, message_id)

    async def _tell(self, case_no: str, receipt_type: str, message_id: str) -> None:
        ack = await self._customs.ack_of(message_id, limit=None)
        why = f" ({ack.reason})" if ack.reason else ""
        self._say(f"{case_no}  ▶ {receipt_type}: {ack.outcome}{why}")


def steps_for(declaration: Declaration) -> tuple[ResponseStep, ...]:
    """The receipts that answer a declaration, in order."""
    if declaration.faults:
        return (ResponseStep("RECEIVE_FAILED", replies=True, body={"opinion": " ".join(declaration.faults)}),)
    if declaration.type == "CHECK_ANSWER":
        agreed = declaration.body.get("Answer") == "AGREE"
        return (RECEIVED, ResponseStep("QUESTIONNAIRE_OPENED", "questionnaire")) if agreed else (RECEIVED,)
    if declaration.type == "QUESTIONNAIRE_ANSWERS" and len(declaration.case_no) == CHECK_NUMBER:
        return (RECEIVED, ACCEPTED, ResponseStep("CASE_CLOSED", "completed", body={"result": "APPROVED"}))
    return (RECEIVED, *_ANSWERS[declaration.type, declaration.stage])


def numbers(receipt_type: str) -> dict[str, Any]:
    """The numbers and dates that customs gives with some receipts."""
    moment = datetime.now(CHINA)
    today, number = f"{moment:%Y-%m-%d}", f"{moment:%y%m%d%H%M%S%f}"
    given = {
        "RECTIFICATION_REQUIRED": {"rectification_no": f"ZG{number[:16]}", "issued_on": today},
        "ANNOUNCEMENT_PUBLISHED": {
            "announcement_no": f"海关总署公告{moment:%Y}年第{number[-4:]}号",
            "title": "关于进口食品检验检疫要求的公告", "published_on": today,
        },
    }  # fmt: skip
    return given.get(receipt_type, {})


def _files(declaration: Declaration) -> str:
    faults = f", {'; '.join(declaration.faults)}" if declaration.faults else ""
    count = len(declaration.files)
    return f"{count} file{'' if count == 1 else 's'}{faults}"
