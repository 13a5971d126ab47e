"""One case in play: what the officer submits reaches customs, what customs answers moves the case."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from deploy.demo.answers import answer_to, questions_of
from deploy.demo.officer import Json, OfficerClient, UnexpectedAnswer
from deploy.demo.timeline import Timeline
from simulator.customs import SimulatedCustoms
from simulator.customs_xml import Declaration
from simulator.files import pdf


class Played:
    """A case with its officer and customs."""

    def __init__(self, officer: OfficerClient, customs: SimulatedCustoms, timeline: Timeline) -> None:
        self.officer = officer
        self.customs = customs
        self.timeline = timeline
        self.id = ""
        self.case_no = ""
        self._last: Declaration | None = None
        self._rounds: dict[str, int] = {}

    @property
    def last(self) -> Declaration:
        """The declaration that customs answers next."""
        if self._last is None:
            raise RuntimeError("Nothing was declared yet.")
        return self._last

    async def stands(self, stage: str, status: str) -> Json:
        """Wait until the case stands there, and show how it came there."""
        header = await self.officer.stands(self.id, stage, status)
        await self.timeline.show(self.id)
        return header

    async def stage(self, stage: str) -> Json:
        """What the portal shows of a stage."""
        found: Json = await self.officer.get(f"/cases/{self.id}/stages/{stage}")
        return found

    async def submit(
        self, path: str, stage: str, kind: str, body: Mapping[str, Any] | None = None
    ) -> Declaration:
        """Submit the stage; what customs gets."""
        answer = await self.officer.post(path, body)
        same("the answer's status", "declared", answer["status"], "portal")
        self.case_no = answer["case_no"]
        await self.stands(stage, "sent")
        return await self.declared(kind, stage)

    async def declared(self, kind: str, stage: str) -> Declaration:
        """The declaration that customs gets, with files that are what it says."""
        declaration = await self.customs.next_declaration(type=kind, case_no=self.case_no)
        same(f"the files of {kind}", (), declaration.faults, "customs_gateway", "documents")
        same(f"the stage of {kind}", stage, declaration.stage, "customs_gateway")
        if kind != "SIGNATORIES":
            self._rounds[stage] = self._rounds.get(stage, 0) + 1
            same(f"the round of {kind}", self._rounds[stage], declaration.round, "customs_gateway")
        self._last = declaration
        return declaration

    async def customs_replies(self, kind: str, stage: str, status: str, **body: Any) -> str:
        """Customs answers the last declaration, which stands in `stage`, and the stage becomes `status`."""
        return await self.customs_sends(kind, stage, status, in_reply_to=self.last.message_id, **body)

    async def customs_sends(self, kind: str, stage: str, status: str, **body: Any) -> str:
        """Customs sends a receipt, it is applied, and the case stands there; the receipt's MessageId."""
        message_id = await self.customs.send(kind, self.case_no, stage, **body)
        await self.acknowledged(kind, message_id)
        await self.stands(stage, status)
        return message_id

    async def acknowledged(self, kind: str, message_id: str, outcome: str = "APPLIED", nth: int = 1) -> None:
        """Customs is told what became of a receipt, the nth time that it sent it."""
        ack = await self.customs.ack_of(message_id, nth=nth)
        came = f"{ack.outcome} {ack.reason or ''} {ack.detail or ''}".strip()
        if ack.outcome != outcome:
            raise UnexpectedAnswer(
                f"{kind} {message_id} to be acknowledged as {outcome}", came, "customs_gateway"
            )

    async def accepted(self, stage: str) -> None:
        """Customs receives the last declaration and takes it into review."""
        await self.customs_replies("RECEIVED", stage, "received")
        await self.customs_replies("ACCEPTED", stage, "accepted")

    async def repeated(self, kind: str, stage: str, message_id: str, status: str) -> None:
        """Customs sends a receipt again, which changes nothing."""
        before = await self.officer.get(f"/cases/{self.id}/timeline")
        await self.customs.resend(message_id)
        await self.acknowledged(kind, message_id, "DUPLICATE", nth=2)
        await self.stands(stage, status)
        after = await self.officer.get(f"/cases/{self.id}/timeline")
        same("the movements after a repeated receipt", len(before), len(after), "customs_gateway")

    async def downloaded(self, stage: str, sent: Mapping[str, bytes]) -> None:
        """The officer downloads the stage's files, which are the bytes that customs sent."""
        shown = (await self.stage(stage))["attachments"]
        same(f"the files of {stage}", sorted(sent), sorted(file["name"] for file in shown), "documents")
        for file in shown:
            digest = sha256(await self.officer.download(file["id"])).hexdigest()
            expected = sha256(sent[file["name"]]).hexdigest()
            same(f"the digest of {file['name']}", expected, digest, "documents", "portal")
            self.timeline.say(f"    downloaded {file['name']}: sha256 {digest}", "2")

    async def letter(self, name: str, purpose: str, *lines: str) -> str:
        """Upload a PDF; its id."""
        return await self.officer.upload(name, pdf(*lines), purpose)


async def fill_questionnaire(play: Played) -> dict[str, Json]:
    """Save an answer to every required question, in two goes; the answers by question, of those that are then asked."""
    questions = [*questions_of(await play.stage("questionnaire"))]
    required = [each for each in questions if each["required"] or each["attachment_required"]]
    chosen = required or questions[-1:]  # of supplementary material alone, the one question
    answers = {question["id"]: await answer_to(play.officer, question) for question in chosen}
    names = [*answers]
    half = len(names) // 2
    saved: Json = {}
    for part in (names[:half], names[half:]):
        if part:
            body = {"answers": {name: answers[name] for name in part}}
            saved = await play.officer.put(f"/cases/{play.id}/stages/questionnaire", body)
    same("the questions still open", [], saved["open_required"], "questionnaire")
    await play.stands("questionnaire", "draft")
    asked = {each["id"] for each in questions_of(await play.stage("questionnaire")) if each["asked"]}
    given = {name: answer for name, answer in answers.items() if name in asked}
    play.timeline.say(f"    answered {len(given)} of {len(asked)} questions", "2")
    return given


def same(what: str, expected: object, came: object, *about: str) -> None:
    """Unexpected where one thing is not the other."""
    if expected != came:
        raise UnexpectedAnswer(f"{what}: {expected!r}", repr(came), *about)
