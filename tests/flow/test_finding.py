"""Cases are found and taken along over HTTP, as a client of the API does (CONTRACT 3)."""

import csv
from io import StringIO

from tests.api_client import Person, World


async def taken(person: Person, words: str) -> list[dict[str, str]]:
    answer = await person.client.get("/cases.csv", params={"q": words})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cases.csv"'
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_a_saved_answer_is_found_at_once_and_says_where_it_stands(
    world: World, other_world: World
) -> None:
    number = await world.questionnaire_opened(overview="=Grass-fed 牛肉")
    stage = f"/cases/{number}/stages/questionnaire"
    (asked,) = (await world.officer.ask("GET", stage, 200))["questionnaires"]
    question = next(q for part in asked["parts"] for q in part["questions"] if q["kind"] == "long_text")
    given = {"value": "Residue monitoring 残留监控", "note": "", "attachments": [], "version": 0}
    await world.officer.ask("PUT", stage, 200, json={"answers": {question["id"]: given}})

    found = await world.officer.ask("GET", "/cases", 200, params={"q": "留监 GRASS"})

    (item,) = found["items"]
    assert (found["total"], item["case_no"], item["found_in"]) == (1, number, ["overview", "answers"])
    overview, answer = item["places"]
    assert (overview["stage"], overview["hit"], overview["question"]) == ("application", "Grass", None)
    assert (answer["found_in"], answer["stage"], answer["question"]) == (
        "answers",
        "questionnaire",
        question["id"],
    )
    assert (answer["before"], answer["hit"], answer["after"]) == ("Residue monitoring 残", "留监", "控")
    for stranger in (other_world.officer, world.operator):
        assert (await stranger.ask("GET", "/cases", 200, params={"q": "留监 GRASS"}))["items"] == []
        assert await taken(stranger, "留监") == []


async def test_the_list_is_taken_along_with_what_was_looked_for_and_until_when(world: World) -> None:
    number = await world.questionnaire_opened(overview="=Grass-fed 牛肉")
    await world.submitted(overview="shrimp")

    (row,) = await taken(world.officer, "grass")

    item = (await world.officer.ask("GET", "/cases", 200, params={"q": "grass"}))["items"][0]
    assert (row["case_no"], row["overview"]) == (number, "'=Grass-fed 牛肉")
    assert (row["status"], row["turn"]) == ("pending", "authority")
    header = await world.officer.ask("GET", f"/cases/{number}", 200)
    assert row["due"] == header["turn"]["due"] != ""
    assert item["id"] == row["id"]
