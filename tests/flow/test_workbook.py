"""An officer takes the questionnaire home as a workbook, fills it in, brings it back, and submits."""

import io
from typing import Any

from openpyxl import Workbook, load_workbook

from deploy.demo.answers import answer_to, questions_of
from services.portal.api.workbooks import XLSX
from services.portal.workbook.layout import SheetColumn
from shared.contracts.limits import FILE_BYTES
from tests.api_client import Json, Person, World
from tests.offline import exported, fill, imported, path_of
from tests.workbooks import edited, place_of


async def stage_of(officer: Person, case: str) -> Json:
    return dict(await officer.ask("GET", f"/cases/{case}/stages/questionnaire"))


async def test_a_questionnaire_filled_in_offline_is_submitted(world: World) -> None:
    number = await world.questionnaire_opened()
    before = await stage_of(world.officer, number)
    answers = {q["id"]: await answer_to(world.officer, q) for q in questions_of(before)}
    files = {
        name: answer | {"value": None, "note": ""}
        for name, answer in answers.items()
        if answer["attachments"]
    }
    await world.officer.ask("PUT", f"/cases/{number}/stages/questionnaire", json={"answers": files})

    def fill_in(book: Workbook) -> None:
        for question in questions_of(before):
            fill(book, question, answers[question["id"]]["value"], answers[question["id"]]["note"])

    report = await imported(world.officer, number, edited(await exported(world.officer, number), fill_in))

    assert report["refused"] == []
    assert report["open_required"] == []
    assert report["status"] == "draft"
    alone = {q["id"] for q in questions_of(before) if q["kind"] == "file"}
    assert set(report["taken"]) == set(answers) - alone
    assert set(report["unchanged"]) == alone
    asked = {q["id"]: q for q in questions_of(await stage_of(world.officer, number))}
    after = {name: q["answer"] for name, q in asked.items()}
    for name, answer in answers.items():
        assert (_typed(asked[name]), after[name]["note"]) == (answer["value"], answer["note"])
        assert [file["id"] for file in after[name]["attachments"]] == answer["attachments"]
    assert {name: after[name]["version"] for name in report["taken"]} == report["versions"]
    await world.officer.ask("POST", f"/cases/{number}/stages/questionnaire/submit", 202)
    await world.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)

    refused = await imported(world.officer, number, await exported(world.officer, number), 409)
    assert refused["code"] == "not_editable"


def _typed(question: Json) -> Any:
    """An answer without what the system calculates."""
    value = question["answer"]["value"]
    if question["kind"] != "table":
        return value
    calculated = {column["code"] for column in question["columns"] if "calculated" in column}
    return [{code: cell for code, cell in row.items() if code not in calculated} for row in value]


async def test_what_others_changed_meanwhile_is_reported_not_overwritten(world: World) -> None:
    number = await world.questionnaire_opened()
    texts = [q for q in questions_of(await stage_of(world.officer, number)) if q["kind"] == "long_text"][:4]
    mine, theirs, long, emptied = (q["id"] for q in texts)
    await _save(world, number, {theirs: ("then", 0), emptied: ("old", 0)})
    data = await exported(world.officer, number)
    await _save(world, number, {theirs: ("now", 1)})

    def fill_in(book: Workbook) -> None:
        for question, text in zip(texts, ("=1+1 is not typed", "offline", "x" * 20_001, ""), strict=True):
            sheet, row = place_of(book, question["id"])
            sheet.cell(row, SheetColumn.ANSWER).value = text
            sheet.cell(row, SheetColumn.ANSWER).data_type = "s"

    report = await imported(world.officer, number, edited(data, fill_in))

    assert report["taken"] == [mine, emptied]
    assert report["cleared"] == [emptied]
    assert {(each["question"], each["code"]) for each in report["refused"]} == {
        (theirs, "version_conflict"), (long, "too_long"),
    }  # fmt: skip
    sheet, row = place_of(load_workbook(io.BytesIO(data)), theirs)
    (conflict,) = [each for each in report["refused"] if each["question"] == theirs]
    assert (conflict["sheet"], conflict["row"]) == (sheet.title, row)
    assert conflict["message_zh"]
    assert conflict["message_en"]
    after = {q["id"]: q["answer"]["value"] for q in questions_of(await stage_of(world.officer, number))}
    assert [after[name] for name in (mine, theirs, long, emptied)] == ["=1+1 is not typed", "now", None, None]


async def _save(world: World, number: str, texts: dict[str, tuple[str, int]]) -> None:
    answers = {name: {"value": text, "version": version} for name, (text, version) in texts.items()}
    await world.officer.ask("PUT", f"/cases/{number}/stages/questionnaire", json={"answers": answers})


async def test_the_same_upload_is_done_once(world: World) -> None:
    number = await world.questionnaire_opened()
    (question, *_) = (
        q for q in questions_of(await stage_of(world.officer, number)) if q["kind"] == "long_text"
    )
    data = await exported(world.officer, number)
    filled = edited(data, lambda book: fill(book, question, "typed offline"))
    first = await imported(world.officer, number, filled, key="one")
    again = await imported(world.officer, number, filled, key="one")
    assert first == again
    assert first["versions"] == {question["id"]: 1}
    reused = await imported(world.officer, number, data, 422, key="one")
    assert reused["code"] == "idempotency_key_reused"
    later = await imported(world.officer, number, filled)
    assert (later["taken"], later["refused"]) == ([], [])


async def test_a_workbook_left_alone_moves_nothing(world: World) -> None:
    number = await world.questionnaire_opened()
    report = await imported(world.officer, number, await exported(world.officer, number))
    assert (report["taken"], report["refused"], report["versions"]) == ([], [], {})
    assert report["open_required"] == (await stage_of(world.officer, number))["open_required"]
    header = await world.officer.ask("GET", f"/cases/{number}")
    assert header["status"] == "pending"


async def test_the_answer_is_a_download_with_a_safe_name(world: World) -> None:
    number = await world.questionnaire_opened()
    answer = await world.officer.client.get(path_of(number))
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"] == (
        f"attachment; filename=\"questionnaire-{number}.xlsx\"; filename*=UTF-8''%E9%97%AE%E5%8D%B7-{number}.xlsx"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_only_a_workbook_of_this_case_is_taken(world: World) -> None:
    number, other = await world.questionnaire_opened(), await world.questionnaire_opened()
    data = await exported(world.officer, other)
    for sent, status, code in (
        (data, 422, "workbook_of_another_case"), (b"%PDF-1.7", 422, "not_a_workbook"), (b"", 422, "not_a_workbook"),
        (bytes(FILE_BYTES + 1), 413, "too_large"), (bytes(7 * 1024 * 1024), 413, "too_large"),
    ):  # fmt: skip
        refused = await imported(world.officer, number, sent, status)
        assert refused["code"] == code
    refused = await imported(world.officer, number, data, 422)
    assert [(each["field"], each["code"]) for each in refused["errors"]] == [
        ("file", "workbook_of_another_case")
    ]
    missing = await world.officer.ask("POST", path_of(number), 422, data={"other": "x"})
    assert missing["errors"][0]["field"] == "file"


async def test_anothers_case_does_not_exist_and_a_stage_not_entered_is_named(
    world: World, other_world: World
) -> None:
    number, draft = await world.questionnaire_opened(), await world.draft()
    data = await exported(world.officer, number)
    for case in (number, "202511000000000000"):
        answer = await other_world.officer.client.get(path_of(case))
        assert answer.status_code == 404
        await imported(other_world.officer, case, data, 404)
    entered = await world.officer.ask("GET", path_of(draft), 409)
    assert entered["code"] == "stage_not_entered"
    assert (await imported(world.officer, draft, data, 409))["code"] == "stage_not_entered"
    assert (await world.operator.client.get(path_of(number))).status_code == 403
    await imported(world.operator, number, data, 403)
