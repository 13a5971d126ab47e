"""A case may have any number of rounds: its document stays small, every round stays readable, nothing is lost at the limit."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from bson import decode, encode

from services.consultation.updates import RECORDS
from services.portal.pages.consultation.rounds import compared, of_side, with_numbers
from services.questionnaire.updates import open_round, save_round, submit_round
from shared.contracts.commands import (
    CaseCommand,
    FileChange,
    SaveRectification,
    SaveReply,
    SubmitRectification,
    SubmitReply,
)
from shared.contracts.documents.cases import Case, HistoryEntry
from shared.contracts.documents.record import documents_of
from shared.contracts.facts import CaseFact, ConsultationOpened, DeclarationSent, RectificationRequired
from shared.contracts.parts import ThreeTexts
from shared.contracts.topology import RECEIPT_SETTLED
from shared.contracts.vocabulary import Kind, Party, Stage, Status
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.case import new_case
from shared.lifecycle.cases import CUSTOMS_BYTES, OFFICERS_BYTES, Cases
from shared.lifecycle.movement import Recorder
from shared.lifecycle.past_rounds import ASIDE, whole, whole_stage
from shared.runtime.errors import RequestRejected
from shared.runtime.outbox import Relay
from shared.runtime.store import Document, size_of
from tests.property.memory import MemoryStore
from tests.property.replicas import Post, Posting
from tests.property.scheduler import START, Loop, Room, own_time

PC, E = Stage.PROTOCOL_CONSULTATION, Stage.EVALUATION
ROUNDS = 200
MIB = 2**20
WRITES: dict[type, Recorder] = {
    **RECORDS,
    RectificationRequired: open_round,
    SaveRectification: save_round,
    SubmitRectification: submit_round,
}


def full(number: int, characters: int = 20_000) -> str:
    """As long as a text may be, and another one each time."""
    return f"{number:06}" + "磋" * (characters - 6)


def texts(number: int) -> ThreeTexts:
    return ThreeTexts(text_zh=full(number), text_en=full(number + 1), text_other=full(number + 2))


class RoundsOffice:
    """One case in a database in memory, and the service that moves it, with its relay."""

    def __init__(self, loop: Loop, stage: Stage) -> None:
        self.loop, self.stage, self.count = loop, stage, 0
        room = Room(loop)
        self.store, self.post = MemoryStore(room), Post(room)
        self.cases = Cases(self.store)
        publisher = Posting(self.post)
        relay = Relay(self.cases.collection, publisher, "test")
        self.lifecycle = Lifecycle("test", self.cases, publisher, relay, WRITES)
        case = new_case(
            case_id="C", kind=Kind.ASSESSMENT, authority="AW-01", country="AW", case_no="1", status=Status.APPROVED,
            at=START, header={}, stage_data={},
        )  # fmt: skip
        stages = {**case.document["stages"], "questionnaire": {"status": "approved", "entered_at": START}}
        case = case.changed(stage="questionnaire", stages=stages)
        self.does(self.store.collection("cases").insert_one(dict(case.document)))

    def does(self, work: Any) -> Any:
        async def done() -> Any:
            result = await work
            await self.loop.quiet()
            return result

        return self.loop.run_until_complete(done())

    def hears(self, kind: type[CaseFact], **given: Any) -> str:
        self.count += 1
        fact = kind(message_id=f"R{self.count}", case_no="1", stage=self.stage, at=START, **given)
        self.does(self.lifecycle.advance(fact))
        return fact.message_id

    def told(self, kind: type[CaseCommand], **given: Any) -> None:
        self.count += 1
        head: dict[str, Any] = {
            "command_id": f"C{self.count}",
            "authority": "AW-01",
            "by": "officer",
            "case_id": "C",
        }
        self.does(self.lifecycle.carry_out(kind(**head, **given)))

    @property
    def case(self) -> Document:
        """As the database gives it: what can't be a document fails here."""
        stored: Document = decode(encode(self.store.collection("cases").documents["C"]))
        return stored

    def all_of(self, name: str) -> list[Document]:
        found = self.does(whole_stage(self.store, Case(self.case), self.stage))
        return documents_of(getattr(found.stages[self.stage], name))

    def outcome(self, message_id: str) -> dict[str, Any]:
        said = [json.loads(body) for key, body in self.post.taken if key == RECEIPT_SETTLED]
        return next(each for each in reversed(said) if each["message_id"] == message_id)


@pytest.fixture
def loop() -> Iterator[Loop]:
    with own_time() as found:
        yield found
        assert not found.errors


def consults(office: RoundsOffice, number: int) -> None:
    office.hears(ConsultationOpened, texts=texts(number))
    office.told(SaveReply, stage=PC, texts=texts(-number - 10), files=FileChange())
    office.told(SubmitReply, stage=PC)


def test_two_hundred_full_rounds_of_consultation_keep_the_case_small(loop: Loop) -> None:
    office = RoundsOffice(loop, PC)
    for number in range(ROUNDS):
        consults(office, number)

    case = office.case
    assert size_of(case) < 4 * MIB
    entries = with_numbers(list(map(HistoryEntry, office.all_of("history"))))
    assert len(entries) == 2 * ROUNDS
    china, foreign = of_side(entries, Party.CHINA), of_side(entries, Party.FOREIGN)
    assert [each.text_zh for each in reversed(china)] == [full(number) for number in range(ROUNDS)]
    assert [each.text_zh for each in reversed(foreign)] == [full(-number - 10) for number in range(ROUNDS)]
    assert [each.state for each in entries] == ["in_progress"] + ["processed"] * (2 * ROUNDS - 1)
    short = with_numbers(Case(case).stages[PC].history)
    pair = [short[-1], of_side(short, Party.CHINA)[0]]
    assert [ASIDE in each.document for each in pair] == [True, False]
    found = compared(*office.does(whole(office.store, pair)))
    assert "".join(each["text"] for each in found["text_zh"] if each["op"] != "insert") == full(0)
    assert "".join(each["text"] for each in found["text_zh"] if each["op"] != "delete") == full(ROUNDS - 1)


def test_two_hundred_rounds_of_rectification_keep_the_case_small(loop: Loop) -> None:
    office = RoundsOffice(loop, E)
    file = {"id": "F", "name": "a.pdf", "media_type": "application/pdf", "size": 1, "sha256": "0" * 64}
    office.does(office.store.collection("attachments").insert_one({"_id": "F", "authority": "AW-01", **file}))
    for number in range(ROUNDS):
        office.hears(
            RectificationRequired, rectification_no=f"QH{number}", issued_on=date(2026, 11, 1),
            requirement=full(number, 4000), opinion=full(number, 4000),
        )  # fmt: skip
        office.told(SaveRectification, statement=full(number), files=FileChange(add=("F",)))
        office.told(SubmitRectification)

    case = office.case
    assert size_of(case) < 4 * MIB
    for name in ("requirement", "opinion", "statement"):
        told = [each[name][:6] for each in office.all_of("rounds")]
        assert told == [f"{number:06}" for number in range(ROUNDS)]
    replies = office.does(whole(office.store, Case(case).replies))
    assert [each.opinion for each in replies] == [full(number, 4000) for number in range(ROUNDS)]
    assert ASIDE not in case["replies"][-1], "the last opinion on a stage is read with the case"


def test_rounds_that_stand_in_a_case_of_before_are_read_and_set_aside(loop: Loop) -> None:
    office = RoundsOffice(loop, PC)
    consults(office, 1)
    embedded = [
        {"party": party, "at": START, "state": "processed", **texts(number).model_dump(), "attachments": []}
        for number, party in enumerate(("foreign", "china") * 34)
    ]
    case = office.store.collection("cases").documents["C"]
    case["stages"][PC]["history"] += embedded
    assert size_of(office.case) > 12 * MIB
    before = office.all_of("history")

    consults(office, 2)

    assert size_of(office.case) < 1 * MIB
    after = office.all_of("history")
    assert [each | {"state": ""} for each in after[2:]] == [each | {"state": ""} for each in before]


def test_short_rounds_stay_where_they_are(loop: Loop) -> None:
    office = RoundsOffice(loop, PC)
    for number in range(5):
        office.hears(ConsultationOpened, texts=ThreeTexts(text_en=f"round {number}"))
        office.told(SaveReply, stage=PC, texts=ThreeTexts(text_en="yes"), files=FileChange())
        office.told(SubmitReply, stage=PC)
    assert not office.store.collection("rounds").documents
    assert len(office.case["stages"][PC]["history"]) == 10


def test_a_case_near_the_limit_refuses_officers_parks_receipts_and_goes_on_sending(loop: Loop) -> None:
    office = RoundsOffice(loop, PC)
    consults(office, 1)
    case = office.store.collection("cases").documents["C"]
    case["filled"] = "x" * CUSTOMS_BYTES
    case["size"] = size_of(case)
    sent = [each["id"] for each in case["submissions"]][-1]
    before = office.case

    parked = office.hears(ConsultationOpened, texts=texts(2))
    assert office.case == before, "nothing of it was written"
    said = office.outcome(parked)
    assert (said["outcome"], said["reason"]) == ("invalid", "internal")
    assert "nothing was changed" in said["detail"]

    office.hears(DeclarationSent, in_reply_to=sent)
    assert office.case["status"] == "sent", "what became of a declaration is always noted"

    case = office.store.collection("cases").documents["C"]
    case["filled"] = "x" * OFFICERS_BYTES
    case["size"] = size_of(case)
    asked = office.hears(ConsultationOpened, texts=texts(2))
    assert office.outcome(asked)["outcome"] == "applied", "an officer may not fill what a receipt needs"
    before = office.case
    with pytest.raises(RequestRejected) as refused:
        office.told(SaveReply, stage=PC, texts=texts(3), files=FileChange())
    assert refused.value.code == "case_full"
    assert "运维人员" in refused.value.detail
    assert office.case == before
