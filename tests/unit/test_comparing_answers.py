"""Two submissions side by side: what was added, removed and changed, and where a text differs."""

import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.cases.comparison import TextPiece, compare, row_diff, text_diff
from shared.contracts.documents.answers import StoredAnswer
from tests.unit.test_questionnaire_checks import a_question, a_questionnaire

FILE = {"id": "F1", "name": "a.pdf", "media_type": "application/pdf", "size": 7, "sha256": "a" * 64}
QUESTIONNAIRE = a_questionnaire(
    a_question("long_text", "text"), a_question("choice", "pick"), a_question("table", "rows"), a_question("number", "count")
)  # fmt: skip


def an_answer(
    value: Any = None, note: str = "", attachments: tuple[Any, ...] = (), version: int = 1
) -> dict[str, Any]:
    return {"value": value, "note": note, "attachments": list(attachments), "version": version}


def one(name: str, before: Any, after: Any) -> Any:
    """The comparison of one question's answers."""
    sides = ({f"aquatic.{name}": StoredAnswer(each)} if each else {} for each in (before, after))
    (found,) = compare([QUESTIONNAIRE], *sides)["questions"]
    return found


def said(diff: list[TextPiece], *ops: str) -> str:
    return "".join(part["text"] for part in diff if part["op"] in ops)


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("养殖场登记", "养殖场注册登记", [("equal", "养殖场"), ("insert", "注册"), ("equal", "登记")]),
        (
            "the old vessel list", "the new vessel list",
            [("equal", "the "), ("delete", "old"), ("insert", "new"), ("equal", " vessel list")],
        ),
        ("HACCP计划", "HACCP 计划", [("equal", "HACCP"), ("insert", " "), ("equal", "计划")]),
        ("", "new", [("insert", "new")]),
        ("same\n文字", "same\n文字", [("equal", "same\n文字")]),
    ],
)  # fmt: skip
def test_chinese_differs_by_character_and_other_scripts_by_word(
    before: str, after: str, parts: list[tuple[str, str]]
) -> None:
    assert [(part["op"], part["text"]) for part in text_diff(before, after)] == parts


@given(
    st.text(alphabet="ab 鱼虾\n.é\u0301😀", max_size=60), st.text(alphabet="ab 鱼虾\n.é\u0301😀", max_size=60)
)
def test_a_difference_holds_both_texts_to_the_character(before: str, after: str) -> None:
    diff = text_diff(before, after)

    assert said(diff, "equal", "delete") == before
    assert said(diff, "equal", "insert") == after


def test_the_longest_texts_are_compared_within_their_time_whatever_they_hold() -> None:
    signs = random.Random(1)
    before, after = ("".join(signs.choices("鱼虾蟹贝藻参", k=20_000)) for _ in range(2))
    begun = time.process_time()

    diff = text_diff(before, after)

    assert time.process_time() - begun < 5
    assert said(diff, "equal", "delete") == before
    assert said(diff, "equal", "insert") == after


def test_a_whole_questionnaire_of_rewritten_texts_is_compared_within_its_time() -> None:
    signs, questions = random.Random(2), [a_question("long_text", f"q{n}") for n in range(60)]
    before, after = (
        {q.id: StoredAnswer(an_answer("".join(signs.choices("鱼虾蟹贝藻参", k=8_000)))) for q in questions}
        for _ in range(2)
    )
    begun = time.process_time()

    found = compare([a_questionnaire(*questions)], before, after)

    assert time.process_time() - begun < 20
    assert found["counts"] == {"added": 0, "removed": 0, "changed": 60, "same": 0}


def test_rows_of_a_table_are_told_apart() -> None:
    rows = [{"year": str(year), "output": "1"} for year in (2022, 2023, 2024)]

    assert row_diff(rows, [rows[0], {"year": "2023", "output": "2"}, rows[2]]) == [
        {"op": "equal", "rows": [rows[0]]},
        {"op": "delete", "rows": [rows[1]]},
        {"op": "insert", "rows": [{"year": "2023", "output": "2"}]},
        {"op": "equal", "rows": [rows[2]]},
    ]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, an_answer("new"), "added"), (an_answer("  "), an_answer("new"), "added"),
        (an_answer("old"), None, "removed"), (an_answer("old"), an_answer(""), "removed"),
        (an_answer("old"), an_answer("new"), "changed"), (an_answer("x"), an_answer("x", note="see"), "changed"),
        (an_answer("x"), an_answer("x", attachments=(FILE,)), "changed"),
        (an_answer("x", version=1), an_answer("x", version=4), "same"),
        (an_answer("x", attachments=(FILE,)), an_answer("x", attachments=({**FILE, "id": "F2"},)), "same"),
        (an_answer("x", attachments=(FILE,)), an_answer("x", attachments=({**FILE, "sha256": "b" * 64},)), "changed"),
    ],
)  # fmt: skip
def test_what_became_of_an_answer_goes_by_what_it_says(before: Any, after: Any, change: str) -> None:
    found = one("text", before, after)

    assert found["change"] == change
    assert (found["from"], found["to"]) == (before, after)


def test_attachments_are_told_apart_by_name_and_digest() -> None:
    other = {**FILE, "id": "F3", "sha256": "b" * 64}

    found = one(
        "text", an_answer("x", attachments=(FILE,)), an_answer("x", attachments=({**FILE, "id": "F2"}, other))
    )

    assert [len(found["attachments"][key]) for key in ("added", "removed", "same")] == [1, 0, 1]
    assert found["attachments"]["added"] == [other]


def test_only_texts_and_tables_have_a_difference_of_values() -> None:
    assert one("pick", an_answer("farmed"), an_answer("wild"))["value_diff"] is None
    assert one("count", an_answer(1), an_answer(2))["value_diff"] is None
    assert one("rows", an_answer([{"year": "1"}]), an_answer([{"year": "2"}]))["value_diff"]
    noted = one("pick", an_answer("wild", note="since 2019"), an_answer("wild", note="since 2020"))
    assert [part["op"] for part in noted["note_diff"]] == ["equal", "delete", "insert"]


def test_a_question_that_nobody_answered_is_left_out() -> None:
    before, after = StoredAnswer(an_answer("")), StoredAnswer(an_answer("wild"))

    found = compare([QUESTIONNAIRE], {"aquatic.text": before}, {"aquatic.pick": after})

    assert [each["id"] for each in found["questions"]] == ["aquatic.pick"]
    assert found["counts"] == {"added": 1, "removed": 0, "changed": 0, "same": 0}
