"""Facts are decided and written on a part of the case: what a recorder reads must be what is read for it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from services.consultation.updates import RECORDS as CONSULTATION
from services.documents.updates import RECORDS as DOCUMENTS
from services.intake.updates import RECORDS as INTAKE
from services.questionnaire.updates import records
from shared.contracts.documents.cases import Case
from shared.contracts.facts import CheckInitiated
from shared.contracts.vocabulary import DeclarationType, Kind, Stage, Status
from shared.lifecycle.case import READ_BY_FACTS, new_case, state_of, trigger_of
from shared.lifecycle.decide import Movement, decide
from shared.lifecycle.movement import (
    CUSTOMS,
    RecordContext,
    Recorder,
    StageUpdate,
    Step,
    fields_read,
    update_of,
)
from shared.lifecycle.past_rounds import set_aside
from shared.lifecycle.rules import ROWS
from shared.questionnaires.repository import QuestionnaireRepository
from tests.property.memory import MemoryStore
from tests.property.sample_messages import FACTS, Fact, a_fact
from tests.property.scheduler import START, Loop, Room

OPINION = {
    "at": START, "message_id": "R-0", "opinion": "because " * 200, "items": [], "attachments": [],
}  # fmt: skip
TEXTS = {"text_zh": "磋商" * 600, "text_en": "yes " * 300, "text_other": "", "attachments": []}
ROUND = {
    "rectification_no": "1", "issued_on": "2026-11-03", "requirement": "better " * 200, "opinion": "", "materials": [],
    "statement": "done " * 300, "attachments": [], "submitted_at": START,
}  # fmt: skip
FULL: dict[str, Any] = {
    "round": 1, "submitted_at": START, "form": {"department": "x"}, "overview": "plan", "questionnaires": [],
    "answers": {"Q1": {"value": "long " * 500, "note": "", "attachments": [], "version": 1}}, "rounds": [ROUND, ROUND],
    "history": [
        {"party": party, "at": START, "state": "in_progress", **TEXTS} for party in ("foreign", "china", "china")
    ],
    "draft": TEXTS, "signatories": [],
}  # fmt: skip
"""Every field that a stage may have."""


def written() -> Mapping[type, Recorder]:
    """What the four services write for each message."""
    library = QuestionnaireRepository(MemoryStore(Room(Loop())))
    return {**INTAKE, **records(library), **CONSULTATION, **DOCUMENTS}


def cases(said: Fact) -> Iterator[Case]:
    """A full case in every place from which the rules let the fact move it."""
    cause, subject, result = said
    for row in ROWS:
        if (row.message, row.subject, row.result) == (cause, subject, result):
            for kind in Kind if row.kind is None else (row.kind,):
                stages = {
                    stage.value: {
                        "status": row.current_status.value,
                        "entered_at": START,
                        "answer": row.answer,
                        **FULL,
                    }
                    for stage in {Stage.ACCEPTANCE, row.current_stage, subject}
                }
                yield a_case(kind, row.current_stage, row.current_status, stages)


def a_case(kind: Kind, stage: Stage, status: Status, stages: dict[str, Any]) -> Case:
    case = new_case(
        case_id="C", kind=kind, authority="AW-01", country="AW", case_no="1", status=status, at=START,
        header={"category": "aquatic", "specific": ["farmed"], "overview": "sardine"}, stage_data={},
    )  # fmt: skip
    made = [
        {
            "id": f"D-{each}",
            "type": DeclarationType.APPLICATION.value,
            "stage": each,
            "round": 1,
            "at": START,
            "by": "o",
        }
        for each in stages
    ]
    replies = [{"stage": each, "status": "supplement", **OPINION} for each in stages]
    return case.changed(
        stage=stage.value,
        status=status.value,
        stages=stages,
        submissions=made,
        replies=replies,
        has_reply=True,
        size=9,
    )


async def as_read(case: Case, paths: list[str]) -> Case:
    """The case as the database gives it where these paths are asked for."""
    kept = MemoryStore(Room(Loop())).collection("cases")
    kept.documents[case.id] = dict(case.document)
    found = await kept.find_one({"_id": case.id}, {**READ_BY_FACTS, **dict.fromkeys(paths, 1)})
    assert found is not None
    return Case(found)


@pytest.mark.parametrize("said", FACTS, ids=lambda said: "-".join(map(str, said)))
async def test_a_fact_writes_the_same_on_the_part_of_the_case_that_is_read_for_it(said: Fact) -> None:
    fact = a_fact("R-1", "1", said, None)
    record = written().get(type(fact))
    moved = 0
    for case in cases(said):
        part = await as_read(case, fields_read(fact, record))
        whole_decision, decision = (decide(state_of(each), trigger_of(fact)) for each in (case, part))
        assert decision == whole_decision
        if isinstance(decision, Movement):
            step = Step(trigger_of(fact), decision, CUSTOMS, START, "test", "c")
            updates = [the_update(each, step, fact, record) for each in (case, part)]
            assert updates[0] == updates[1]
            moved += 1
    assert moved or isinstance(fact, CheckInitiated), "every fact moves some case"


def the_update(case: Case, step: Step, fact: Any, record: Recorder | None) -> Any:
    change = record(case, fact, RecordContext(START)) if record else StageUpdate()
    update, beside = set_aside(case, update_of(case, step, change, fact, case.case_no))
    for entry in update["$push"]["outbox"]["$each"]:
        entry.pop("id")
    return update, beside
