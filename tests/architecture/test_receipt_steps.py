"""What a receipt type needs (CONTRIBUTING, «A receipt type»): a forgotten step fails here, and says which file lacks what."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.consultation.updates import RECORDS as CONSULTATION
from services.customs_gateway.schema import body_elements
from services.documents.updates import RECORDS as DOCUMENTS
from services.intake.updates import RECORDS as INTAKE
from services.questionnaire.updates import records as questionnaire_records
from shared.contracts import facts
from shared.contracts.facts import FACT_CLASSES, own_fields
from shared.contracts.topology import OWNERS
from shared.contracts.vocabulary import RECEIPTS, Cause
from shared.lifecycle.movement import Recorder
from shared.lifecycle.rules import SPEAKS_OF

DOCS = Path(__file__).parents[2] / "docs"
NOBODY: Any = None  # recorders are listed, not called
RECORDERS: Mapping[str, Mapping[type, Recorder]] = {
    "intake": INTAKE,
    "questionnaire": questionnaire_records(NOBODY),
    "consultation": CONSULTATION,
    "documents": DOCUMENTS,
}
AN_OPINION = {"opinion", "items", "attachments"}
"""What `reply_of` keeps of a fact that has an opinion (shared/lifecycle/movement.py)."""
KEPT_OTHERWISE = {
    Cause.CASE_CLOSED: {"result"},  # the status of the end
    Cause.CHECK_INITIATED: {
        *own_fields(Cause.CHECK_INITIATED)
    },  # it begins the case: `begun_check` of intake
}


def test_the_law_lists_every_receipt_type() -> None:
    listed = re.findall(
        r"^\| `(\w+)` \|",
        between("domain.md", "Receipts from customs", "**The submission ladder**"),
        re.MULTILINE,
    )
    assert sorted(listed) == sorted(RECEIPTS), "bring the table of docs/domain.md 1.4 up to date"


def test_the_contract_says_what_the_body_of_every_receipt_type_holds() -> None:
    rows = re.findall(
        r"^\| ([A-Z_, ]+) \|",
        between("contract.md", "| ReceiptType | Body |", "`Attachments` holds"),
        re.MULTILINE,
    )
    listed = [name for row in rows for name in row.split(", ")]
    assert sorted(listed) == sorted(RECEIPTS), "bring the table of docs/contract.md 2 up to date"


@pytest.mark.parametrize("page", ["domain.md", "glossary.md"])
def test_the_number_of_receipt_types_is_true(page: str) -> None:
    counted = re.findall(
        r"(?:Receipts from|a message from) customs[^|\n]*, (\d+) types",
        (DOCS / page).read_text(encoding="utf-8"),
    )
    assert counted == [str(len(RECEIPTS))], f"docs/{page} says how many types there are"


def test_what_a_receipt_brings_is_written_by_the_owner_of_each_stage_that_it_speaks_of() -> None:
    unwritten = [*_unwritten()]
    assert not unwritten, "\n".join(unwritten)


def test_a_fact_without_a_place_in_the_union_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {cause: made for cause, made in FACT_CLASSES.items() if cause is not Cause.ACCEPTED}
    monkeypatch.setattr(facts, "FACT_CLASSES", without)
    with pytest.raises(LookupError, match=r"union Fact in shared\.contracts\.facts has the cause ACCEPTED"):
        own_fields(Cause.ACCEPTED)


def test_a_receipt_type_that_the_schema_lacks_is_named() -> None:
    with pytest.raises(LookupError, match=r"customs\.xsd has no complexType REVIEW_PROLONGED"):
        body_elements("REVIEW_PROLONGED")


def _unwritten() -> Iterator[str]:
    """Each place where a line is missing, as it is to be told."""
    for cause in sorted(RECEIPTS):
        brought = {*own_fields(cause)} - KEPT_OTHERWISE.get(cause, set())
        if "opinion" in brought:
            brought -= AN_OPINION
        for owner in dict.fromkeys(OWNERS[stage] for stage in SPEAKS_OF[cause]) if brought else ():
            if FACT_CLASSES[cause] not in RECORDERS[owner]:
                name, fields = FACT_CLASSES[cause].__name__, ", ".join(sorted(brought))
                yield f"services/{owner}/updates.py writes nothing of {name} ({fields}): add its line"


def between(page: str, begins: str, ends: str) -> str:
    """The part of a page of the law from one text to another."""
    text = (DOCS / page).read_text(encoding="utf-8")
    start = text.index(begins)
    return text[start : text.index(ends, start)]
