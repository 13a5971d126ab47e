"""A new receipt type touches 4 files, 6 with data of its own: done here on a copy, and counted for types that there are.

Besides these come its sample and its row in the tests, what `make docs` writes, and its words in docs/domain.md. New words
of a template have their Chinese in `locale/`. The stories of the simulator and the demo tell of it only if somebody wants it.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import copytree, ignore_patterns
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("shared", "services", "cli", "simulator", "tools", "deploy")
STORIES = {"simulator/autoresponder.py", "deploy/demo/scenario.py"}

VOCABULARY, FACTS = "shared/contracts/vocabulary.py", "shared/contracts/facts.py"
RULES, SCHEMA = "shared/lifecycle/rules.py", "services/customs_gateway/schema/customs.xsd"
EVERY_TYPE = {VOCABULARY, FACTS, RULES, SCHEMA}

Edits = dict[str, list[tuple[str, str]]]
"""By file: what is put in front of which text."""

PROLONGED: Edits = {
    VOCABULARY: [
        ('\n\nCAUSE_LABELS = {', '    REVIEW_PROLONGED = "REVIEW_PROLONGED"\n'),
        ('}\n"""How the history', '    Cause.REVIEW_PROLONGED: Bilingual("延长审查", "Review prolonged"),\n'),
        ('}  # fmt: skip\n"""The same as news',
         '    Cause.REVIEW_PROLONGED: Bilingual("海关延长了审查。", "Customs needs more time."),\n'),
    ],
    FACTS: [
        ("Fact = Annotated[", '''\
class ReviewProlonged(CaseFact):
    """延长审查: customs needs more time."""

    cause: Literal[Cause.REVIEW_PROLONGED] = Cause.REVIEW_PROLONGED


'''),
        ("    | Received\n", "    | ReviewProlonged\n"),
    ],
    RULES: [
        (''')  # fmt: skip
"""What becomes of one submission''', '''\
    During((Stage.QUESTIONNAIRE, Stage.EVALUATION), IN_FLIGHT, When(Cause.REVIEW_PROLONGED, Status.ACCEPTED)),
'''),
    ],
    SCHEMA: [
        ("  <!-- Bodies of declarations -->", '''\
  <xs:complexType name="REVIEW_PROLONGED"><xs:complexContent><xs:extension base="Body"/></xs:complexContent></xs:complexType>
'''),
    ],
}  # fmt: skip

UPDATES = "services/questionnaire/updates.py"
TEMPLATE = "services/portal/templates/evaluation/rounds.html"
INSPECTION: Edits = {
    VOCABULARY: [
        ('\n\nCAUSE_LABELS = {', '    INSPECTION_ANNOUNCED = "INSPECTION_ANNOUNCED"\n'),
        ('}\n"""How the history', '    Cause.INSPECTION_ANNOUNCED: Bilingual("现场检查通知", "Inspection announced"),\n'),
        ('}  # fmt: skip\n"""The same as news',
         '    Cause.INSPECTION_ANNOUNCED: Bilingual("海关将来现场检查。", "Customs comes to see."),\n'),
    ],
    FACTS: [
        ("Fact = Annotated[", '''\
class InspectionAnnounced(CaseFact):
    """现场检查通知: customs comes to see."""

    cause: Literal[Cause.INSPECTION_ANNOUNCED] = Cause.INSPECTION_ANNOUNCED
    inspection_no: str
    begins_on: date
    places: tuple[str, ...]


'''),
        ("    | Received\n", "    | InspectionAnnounced\n"),
    ],
    RULES: [
        (''')  # fmt: skip
"""What leads to another stage''', '''\
    During(Stage.EVALUATION, IN_FLIGHT, When(Cause.INSPECTION_ANNOUNCED, Status.ACCEPTED)),
'''),
        (")\nIGNORED = {", "    (Outcome.NOT_YET, EVERY_STATUS, (Cause.INSPECTION_ANNOUNCED,)),\n"),
    ],
    SCHEMA: [
        ("  <!-- Bodies of declarations -->", '''\
  <xs:complexType name="INSPECTION_ANNOUNCED">
    <xs:complexContent><xs:extension base="Body"><xs:sequence>
      <xs:element name="InspectionNo" type="Short"/>
      <xs:element name="BeginsOn" type="Date"/>
      <xs:element name="Places" type="Filled" maxOccurs="20"/>
    </xs:sequence></xs:extension></xs:complexContent>
  </xs:complexType>
'''),
    ],
    UPDATES: [
        ("        SubmitRectification: submit_round,", "        InspectionAnnounced: keep_as_brought,\n"),
        ("from shared.contracts.questionnaires", "from shared.contracts.facts import InspectionAnnounced\n"),
        ("from shared.lifecycle.validation", "from shared.lifecycle.movement import keep_as_brought\n"),
    ],
    TEMPLATE: [
        ('<div id="earlier" data-live>', '''\
{% if "inspection_no" in brought.evaluation %}
<p>{{ brought.evaluation.inspection_no }}: {{ brought.evaluation.begins_on | day }}</p>
{% endif %}
'''),
    ],
}  # fmt: skip

TRY = dedent("""
    import json, sys
    from datetime import UTC, datetime
    from services.customs_gateway.receipts.translation import read_receipt
    from services.portal.cases.stage_views import brought
    from services.portal.pages.language import Lang
    from services.portal.pages.templating import templates
    from services.questionnaire.updates import records
    from shared.contracts.documents.cases import Case
    from shared.contracts.vocabulary import CAUSE_LABELS, Kind, Stage, Status
    from shared.lifecycle.case import trigger_of
    from shared.lifecycle.decide import CaseState, Ignored, decide
    from shared.lifecycle.movement import RecordContext
    from simulator.customs_xml import ReceiptDraft, write_receipt
    from tools.state_diagram import states

    receipt_type, body, at = sys.argv[1], json.loads(sys.argv[2]), datetime(2026, 11, 3, tzinfo=UTC)
    xml = write_receipt(ReceiptDraft("R-1", receipt_type, "202611000000000001", "evaluation", at, body=body))
    fact = read_receipt(xml).fact(())
    entered = {Stage.QUESTIONNAIRE: Status.APPROVED, Stage.EVALUATION: Status.RECEIVED}
    case = CaseState(Kind.ASSESSMENT, Stage.EVALUATION, Status.RECEIVED, entered)
    write = records(None).get(type(fact))
    fields = write(Case({}), fact, RecordContext(at)).fields if write else {}
    stored = Case({"stages": {"evaluation": {"status": "accepted", "rounds": [], **fields}}})
    for lang in Lang:
        templates(lang).get_template("evaluation/rounds.html")
    print(json.dumps({
        "fact": type(fact).__name__,
        "becomes": decide(case, trigger_of(fact)).status,
        "label": CAUSE_LABELS[fact.cause].zh,
        "brought": brought(stored, Stage.EVALUATION),
        "drawn": receipt_type in states(),
    }))
""")


def test_a_new_receipt_type_touches_four_files(tmp_path: Path) -> None:
    assert set(PROLONGED) == EVERY_TYPE
    edit_copy(PROLONGED, tmp_path)
    assert tried(tmp_path, "REVIEW_PROLONGED", {}) == {
        "fact": "ReviewProlonged",
        "becomes": "accepted",
        "label": "延长审查",
        "brought": {},
        "drawn": True,
    }


def test_a_new_receipt_type_with_data_of_its_own_touches_six_files(tmp_path: Path) -> None:
    assert set(INSPECTION) == EVERY_TYPE | {UPDATES, TEMPLATE}
    edit_copy(INSPECTION, tmp_path)
    body = {"BeginsOn": "2026-12-01+08:00", "InspectionNo": "X-1", "Places": ["Oranjestad", "Noord"]}
    assert tried(tmp_path, "INSPECTION_ANNOUNCED", body) == {
        "fact": "InspectionAnnounced",
        "becomes": "accepted",
        "label": "现场检查通知",
        "brought": {"inspection_no": "X-1", "begins_on": "2026-12-01", "places": ["Oranjestad", "Noord"]},
        "drawn": True,
    }


@pytest.mark.parametrize("receipt_type", ["ACCEPTED", "REJECTED", "APPROVED", "NOT_APPROVED"])
def test_a_receipt_type_without_data_stands_in_four_files(receipt_type: str) -> None:
    assert files_that_name(rf"Cause\.{receipt_type}\b|name=\"{receipt_type}\"") == EVERY_TYPE


def test_a_receipt_type_with_data_of_its_own_stands_in_six_files() -> None:
    words = (
        "ANNOUNCEMENT_PUBLISHED",
        "AnnouncementPublished",
        "AnnouncementNo",
        "announcement_no",
        "published_on",
    )
    assert files_that_name(rf"\b({'|'.join(words)})\b") == EVERY_TYPE | {
        "services/documents/updates.py",
        "services/portal/templates/case/base.html",
    }


def edit_copy(edits: Edits, to: Path) -> None:
    """Copy what is needed of the sources, and make the edits there."""
    for part in ("shared", "services", "simulator", "tools"):
        copytree(ROOT / part, to / part, ignore=ignore_patterns("__pycache__", "static", "fonts"))
    for name, insertions in edits.items():
        for before, text in insertions:
            insert(to / name, before, text)


def insert(path: Path, before: str, text: str) -> None:
    """Put a text in front of another, which is there once."""
    found = path.read_text(encoding="utf-8")
    assert found.count(before) == 1, (
        f"the example's anchor moved: mend it in test_receipt_type.py ({found.count(before)} of {before!r} in {path.name})"
    )
    path.write_text(found.replace(before, text + before), encoding="utf-8")


def tried(root: Path, receipt_type: str, body: Mapping[str, object]) -> object:
    """What the copy makes of such a receipt."""
    ran = subprocess.run(
        [sys.executable, "-c", TRY, receipt_type, json.dumps(body)],
        cwd=root, env=os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def files_that_name(pattern: str) -> set[str]:
    """The files of the product in which this is found, but for the stories."""
    found = re.compile(pattern)
    paths = (
        path
        for part in PRODUCT
        for path in (ROOT / part).rglob("*")
        if path.suffix in (".py", ".html", ".xsd")
    )
    named = {path for path in paths if found.search(path.read_text(encoding="utf-8"))}
    return {str(path.relative_to(ROOT)) for path in named} - STORIES
