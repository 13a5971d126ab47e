"""Whose data it is, and who may do what."""

from typing import Any

import httpx

from deploy.demo.answers import questions_of
from services.portal.identity import accounts
from services.portal.identity.sessions import begin_session
from shared.contracts.vocabulary import Role
from shared.runtime.store import Store
from simulator.files import pdf, png
from tests.api_client import FORM, Json, World
from tests.people import add_account

FILE_LIMIT = 4 * 1024 * 1024


async def test_another_authoritys_case_and_file_answer_as_if_they_did_not_exist(
    world: World, other_world: World
) -> None:
    number, _ = await world.submitted()
    file = await world.officer.upload()

    for path in (f"/cases/{number}", f"/cases/{number}/stages/application", f"/cases/{number}/timeline"):
        theirs = await other_world.officer.client.get(path)
        nobodys = await other_world.officer.client.get(path.replace(number, "209901000000000009"))
        assert (
            (theirs.status_code, theirs.content)
            == (nobodys.status_code, nobodys.content)
            == (404, nobodys.content)
        )
    await other_world.officer.ask("GET", f"/attachments/{file}", 404)
    await other_world.officer.ask("POST", f"/assessments/{number}/submit", 404)
    assert (await other_world.officer.ask("GET", "/cases"))["total"] == 0


async def test_another_authoritys_file_can_not_be_attached(world: World, other_world: World) -> None:
    file = await world.officer.upload(purpose="application_letter")

    refused = await other_world.officer.ask("POST", "/assessments", 422, json={**FORM, "attachments": [file]})

    assert refused["code"] == "unknown_attachment"


async def test_without_a_token_nothing_is_told(world: World) -> None:
    async with httpx.AsyncClient(base_url=world.officer.client.base_url, trust_env=False) as client:
        for path in ("/me", "/cases", "/ops/receipts", "/events", "/catalogue"):
            answer = await client.get(path)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
        assert (
            await client.post("/token", data={"username": "nobody", "password": "x" * 12})
        ).status_code == 401


async def test_operators_do_not_act_for_an_authority_and_officers_do_not_operate(world: World) -> None:
    number, _ = await world.submitted()

    assert (await world.officer.ask("GET", "/ops/receipts", 403))["code"] == "forbidden"
    await world.operator.ask("POST", "/assessments", 403, json=FORM)
    await world.operator.ask("GET", f"/cases/{number}/stages/application", 403)
    assert await world.operator.ask("GET", f"/cases/{number}/timeline")


async def test_uploads_are_refused_by_size_ending_content_and_emptiness(world: World) -> None:
    async def upload(name: str, data: bytes, status: int) -> str:
        answer = await world.officer.ask(
            "POST", "/attachments", status, files={"file": (name, data)}, data={"purpose": "evidence"}
        )
        return str(answer.get("code"))

    assert await upload("five.pdf", pdf("x") + b" " * 5 * 1024 * 1024, 413) == "too_large"
    assert await upload("more.pdf", pdf("x") + b" " * 9 * 1024 * 1024, 413) == "too_large"
    assert await upload("tool.exe", b"MZ\x90\x00", 415) == "unsupported_type"
    assert await upload("tool.pdf", b"MZ\x90\x00" + bytes(100), 422) == "content_mismatch"
    assert await upload("seal.jpg", png(), 422) == "content_mismatch"
    assert await upload("empty.pdf", b"", 422) == "empty_file"
    exact = pdf("x") + b" " * (FILE_LIMIT - len(pdf("x")))
    assert len(exact) == FILE_LIMIT
    assert await upload("exact.pdf", exact, 201) == "None"


async def test_a_file_comes_back_as_it_was_with_its_own_name_and_can_not_run_in_the_browser(
    world: World,
) -> None:
    file = await world.officer.upload("../../申请书 1.pdf", pdf("letter"))

    answer = await world.officer.client.get(f"/attachments/{file}")

    assert answer.content == pdf("letter")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "%E7%94%B3%E8%AF%B7%E4%B9%A6%201.pdf" in answer.headers["content-disposition"]
    assert ".." not in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_same_idempotency_key_does_it_once_and_answers_the_same(world: World) -> None:
    headers = {"Idempotency-Key": "begin-1"}
    first = await world.officer.ask("POST", "/assessments", 201, json=FORM, headers=headers)
    again = await world.officer.ask("POST", "/assessments", 201, json=FORM, headers=headers)
    other = await world.officer.ask(
        "POST", "/assessments", 422, json={**FORM, "department": "X"}, headers=headers
    )

    assert first == again
    assert other["code"] == "idempotency_key_reused"
    assert (await world.officer.ask("GET", "/cases"))["total"] == 1


async def test_one_users_idempotency_key_brings_nobody_else_the_answer(
    world: World, other_world: World, store: Store
) -> None:
    colleague = await add_account(
        store, f"colleague.{world.authority}".lower(), Role.OFFICER, "a long password", world.authority
    )
    as_colleague = {"Authorization": f"Bearer {await begin_session(store, colleague)}"}
    key = {"Idempotency-Key": "the-same-key"}
    mine = await world.officer.ask("POST", "/assessments", 201, json=FORM, headers=key)
    submitted = f"/assessments/{mine['id']}"
    await world.officer.ask("PUT", submitted, json=FORM, headers=key)

    theirs = await other_world.officer.ask("POST", "/assessments", 201, json=FORM, headers=key)
    colleagues = await world.officer.ask(
        "POST", "/assessments", 201, json=FORM, headers={**key, **as_colleague}
    )
    await other_world.officer.ask("PUT", submitted, 404, json=FORM, headers=key)

    assert len({mine["id"], theirs["id"], colleagues["id"]}) == 3


async def test_lists_searches_replies_and_timelines_tell_of_ones_own_cases_alone(
    world: World, other_world: World
) -> None:
    theirs, declaration = await other_world.submitted(overview="sardines of the others")
    await other_world.receipt("SUPPLEMENT", theirs, "application", in_reply_to=declaration, opinion="others")
    mine, declaration = await world.submitted(overview="sardines of mine")
    await world.receipt("SUPPLEMENT", mine, "application", in_reply_to=declaration, opinion="mine")

    told = [
        await world.officer.ask("GET", path)
        for path in (
            "/cases", "/cases?q=sardines", f"/cases?q={theirs}", f"/cases?q={theirs[-6:]}&size=100", "/me",
            "/cases?sort=case_no", "/cases?status=supplement", f"/cases/{mine}/replies", f"/cases/{mine}/timeline",
            f"/cases/{mine}", f"/cases/{mine}/stages/application",
        )
    ]  # fmt: skip

    assert theirs not in str(told)
    assert "others" not in str(told)
    assert other_world.username not in str(told)
    assert [each["total"] for each in told[:4]] == [1, 1, 0, 0]
    assert mine in str(told)


async def test_another_authoritys_file_is_unknown_wherever_it_is_named(
    world: World, other_world: World
) -> None:
    theirs, nobodys = await other_world.officer.upload(purpose="application_letter"), "0" * 26
    draft = await world.draft()
    opened = await world.questionnaire_opened()
    asked = await world.officer.ask("GET", f"/cases/{opened}/stages/questionnaire")
    question = next(iter(questions_of(asked)))["id"]

    def bodies(file: str) -> list[tuple[str, str, Json]]:
        answers = {question: {"value": "x", "attachments": [file], "version": 0}}
        return [
            ("POST", "/assessments", {**FORM, "attachments": [file]}),
            ("PUT", f"/assessments/{draft}", {**FORM, "attachments": [{"id": file}]}),
            ("PUT", f"/cases/{opened}/stages/questionnaire", {"answers": answers}),
        ]

    for named, unknown in zip(bodies(theirs), bodies(nobodys), strict=True):
        method, path, _ = named
        one = await world.officer.client.request(method, path, json=named[2])
        other = await world.officer.client.request(method, path, json=unknown[2])
        assert one.status_code == other.status_code == 422, one.text
        assert one.text.replace(theirs, "…") == other.text.replace(nobodys, "…")


async def test_a_save_whose_answer_was_lost_is_answered_again_with_its_versions(
    world: World, store: Store
) -> None:
    number = await world.questionnaire_opened()
    stage = await world.officer.ask("GET", f"/cases/{number}/stages/questionnaire")
    question = next(each for each in questions_of(stage) if each["kind"] == "long_text")
    body = {
        "answers": {question["id"]: {"value": "沙丁鱼 sardine", "note": "", "attachments": [], "version": 0}}
    }
    kept = store.collection("idempotency")
    known = {each["_id"] for each in await kept.find({})}

    async def save() -> Any:
        headers = {"Idempotency-Key": f"save-{number}"}
        return await world.officer.ask(
            "PUT", f"/cases/{number}/stages/questionnaire", json=body, headers=headers
        )

    first = await save()
    for each in await kept.find({}):
        if each["_id"] not in known:
            await kept.delete_one({"_id": each["_id"]})

    assert first["versions"] == {question["id"]: 1}
    assert await save() == first


async def test_a_food_outside_the_scope_can_not_be_applied_for(world: World) -> None:
    refused = await world.officer.ask(
        "POST", "/assessments", 422, json={"category": "dairy", "specific": ["infant_formula"]}
    )

    assert [(error["field"], error["code"]) for error in refused["errors"]] == [("specific", "out_of_scope")]


async def test_a_misspelt_field_is_named_and_not_dropped(world: World) -> None:
    refused = await world.officer.ask("POST", "/assessments", 422, json={"categorie": "aquatic"})

    assert refused["errors"][0]["field"] == "categorie"


async def test_the_list_filters_searches_sorts_and_pages(world: World) -> None:
    for number in range(3):
        await world.officer.ask(
            "POST", "/assessments", 201, json={"category": "aquatic", "overview": f"tuna {number}"}
        )
    await world.officer.ask(
        "POST", "/assessments", 201, json={"category": "nuts_seeds", "overview": "a.b (100%)"}
    )

    page = await world.officer.ask("GET", "/cases", params={"category": "aquatic", "size": 2, "page": 2})
    found = await world.officer.ask("GET", "/cases", params={"q": "(100%)"})
    none = await world.officer.ask("GET", "/cases", params={"status": "approved"})

    assert (page["total"], len(page["items"])) == (3, 1)
    assert [item["overview"] for item in found["items"]] == ["a.b (100%)"]
    assert none["items"] == []
    await world.officer.ask("GET", "/cases", 422, params={"size": 101})


async def test_a_disabled_account_is_signed_out_at_once(world: World, store: Store) -> None:
    assert (await world.officer.ask("GET", "/me"))["role"] == "officer"

    await accounts.set_disabled(store, world.username, True)

    await world.officer.ask("GET", "/me", 401)
