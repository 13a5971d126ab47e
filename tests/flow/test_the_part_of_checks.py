"""What a retrospective check is asked besides: opened, answered, printed, supplemented by workbook, approved."""

from io import BytesIO

from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from deploy.demo.answers import questions_of
from services.portal.workbook.instructions import TITLE
from shared.contracts.collections import ACCOUNTS
from shared.runtime.store import Store
from tests.api_client import FORM, Json, World
from tests.offline import exported, fill, imported
from tests.workbooks import edited

STAGE = "questionnaire"
OWN = [
    f"aquatic.check_{name}"
    for name in ("changed", "changes", "exports", "refused", "refusals", "establishments", "verification")
]
ESTABLISHMENTS = [
    {"number": "AW-017", "name": "North Pier", "status": "removed", "since": "2025-03-01", "reason": "closed"}
]
LABELS = {"removed": "除名 Removed"}


def numbers(stage: Json) -> list[str]:
    return [part["number"] for part in stage["questionnaires"][0]["parts"]]


async def printed(world: World, number: str, lang: str, round: int | None = None) -> list[str]:
    """The text of each page of the PDF."""
    params = {"lang": lang} | ({"round": str(round)} if round else {})
    answer = await world.officer.client.get(
        f"/cases/{number}/stages/{STAGE}/questionnaire.pdf", params=params
    )
    assert answer.status_code == 200, answer.text
    return [page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages]


async def test_a_check_is_asked_its_own_part_and_an_assessment_is_not(world: World) -> None:
    check, assessment = await world.check_opened(), await world.questionnaire_opened()

    asked = await world.officer.ask("GET", f"/cases/{check}/stages/{STAGE}")
    other = await world.officer.ask("GET", f"/cases/{assessment}/stages/{STAGE}")

    assert numbers(asked) == ["1", "2", "3", "4", "5", "6", "supplementary"]
    assert numbers(other) == ["1", "2", "3", "4", "5", "supplementary"]
    assert [each["id"] for each in asked["questionnaires"][0]["parts"][-2]["questions"]] == OWN
    waiting = {"aquatic.check_changes", "aquatic.check_refusals"}
    assert {*OWN} - {*asked["open_required"]} == waiting, "asked once there was a change, a refusal"
    assert [part["number"] for part in asked["parts"]] == numbers(asked)
    refused = await world.officer.ask("PUT", f"/cases/{assessment}/stages/{STAGE}", 422, json={
        "answers": {OWN[0]: {"value": "no", "version": 0}},
    })  # fmt: skip
    assert [error["code"] for error in refused["errors"]] == ["unknown_question"]
    for stage in (asked, other):
        sections = stage["questionnaires"][0]["preamble"]
        assert [each["code"] for each in sections] == [
            "legal_basis",
            "definitions",
            "language",
            "confidentiality",
        ]
    listed = (await world.officer.ask("GET", "/worklist"))["items"]
    counted = {each["case_no"]: each["label"]["en"] for each in listed}
    assert f" {len(asked['open_required'])} of " in counted[check], counted
    assert f" {len(other['open_required'])} of " in counted[assessment], counted


async def test_it_is_answered_printed_declared_supplemented_by_workbook_and_approved(
    world: World, store: Store
) -> None:
    number = await world.check_opened()
    blank = await printed(world, number, "en")
    assert "Part 6: Retrospective check" in "".join(blank)
    assert "Declaration" in blank[-1]
    assert "Place for the seal" in blank[-1]

    declared = await world.declared_answers(number)

    assert {*OWN} <= {*declared.answers}
    assert declared.faults == ()
    await world.receipt("RECEIVED", number, STAGE, in_reply_to=declared.message_id)
    item = ("question:aquatic.check_establishments", "INCOMPLETE", "请列出除名企业 List removed ones too.")
    await world.receipt("SUPPLEMENT", number, STAGE, opinion="请补充", items=[item])
    await world.officer.stands(number, STAGE, "supplement")
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/{STAGE}")
    (pinned,) = [each for each in questions_of(stage) if each.get("items")]
    assert pinned["id"] == "aquatic.check_establishments"

    def fill_in(book: Workbook) -> None:
        assert "第6部分 回顾性检查" in book.sheetnames
        fill(
            book,
            pinned,
            [{code: LABELS.get(text, text) for code, text in row.items()} for row in ESTABLISHMENTS],
        )

    data = await exported(world.officer, number)
    first_sheet = load_workbook(BytesIO(data))[TITLE]
    said = {str(cell.value) for row in first_sheet.iter_rows() for cell in row if cell.value}
    assert {"法律依据", "Legal basis", "保密", "Confidentiality"} <= said
    report = await imported(world.officer, number, edited(data, fill_in))
    assert (report["taken"], report["refused"]) == (["aquatic.check_establishments"], [])
    await world.officer.ask("POST", f"/cases/{number}/stages/{STAGE}/submit", 202)
    second = await world.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)
    assert second.round == 2
    assert second.answers["aquatic.check_establishments"] != declared.answers["aquatic.check_establishments"]

    pages = await printed(world, number, "zh", round=2)
    assert "第6部分" in "".join(pages).replace(" ", "")
    assert "除名" in "".join(pages)
    assert "声明" in pages[-1]
    assert "盖章处" in pages[-1]
    contact, accounts = FORM["contact"], store.collection(ACCOUNTS.name)
    assert contact["title"] not in pages[-1], "nobody said who the officer is"
    for name, known in ((contact["name"], True), ("Somebody Else", False)):
        await accounts.update_one({"_id": world.username}, {"$set": {"name": name}})
        last = (await printed(world, number, "zh", round=2))[-1]
        assert name in last
        assert (contact["title"] in last) is known
    await world.receipt("ACCEPTED", number, STAGE)
    await world.receipt("APPROVED", number, STAGE)
    await world.officer.stands(number, STAGE, "approved")
    await world.receipt("CASE_CLOSED", number, "completed", result="APPROVED")
    await world.officer.stands(number, "completed", "approved")


async def test_for_materials_alone_a_check_asks_nothing_more(world: World) -> None:
    """DOMAIN F10."""
    number = await world.check_opened(materials_only="true")

    stage = await world.officer.ask("GET", f"/cases/{number}/stages/{STAGE}")

    assert {question["id"].partition(".")[0] for question in questions_of(stage)} == {"materials_only"}
