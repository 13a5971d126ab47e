"""What a printed questionnaire says: cover, progress, every kind of answer; and that nothing is cut off or obeyed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.printing.lines import lines_of, longest_word
from services.portal.printing.pdf_document import PdfDocument, PrintJob
from services.portal.printing.tables import table_of
from services.portal.printing.words import Language
from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.documents.cases import Case
from shared.contracts.documents.people import Authority
from tests.unit.test_questionnaire_checks import a_question, a_questionnaire

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
CASE = Case({
    "case_no": "202611000000000001", "category": "aquatic", "specific": ["farmed", "wild"], "country": "AW",
    "authority": "AW-01", "stages": {"questionnaire": {"status": "supplement"}},
})  # fmt: skip
AUTHORITY = Authority({"name_zh": "阿鲁巴兽医局", "name_en": "Veterinary Service of Aruba"})
FILE = {
    "id": "F1",
    "name": "养殖 list.pdf",
    "media_type": "application/pdf",
    "size": 1234567,
    "sha256": "a" * 64,
}


def an_answer(value: Any = None, note: str = "", attachments: tuple[Any, ...] = ()) -> StoredAnswer:
    return StoredAnswer({"value": value, "note": note, "attachments": list(attachments), "version": 1})


def a_form(
    *questions: Any, answers: dict[str, Any] | None = None, language: str = "zh", **given: Any
) -> dict[str, Any]:
    printed = PrintJob(CASE, AUTHORITY, [a_questionnaire(*questions)], answers or {}, **given)
    return PdfDocument(printed, Language(language), AT).form()


def shown(kind: str, value: Any, language: str = "en", **changed: Any) -> Any:
    """One question as it is printed."""
    form = a_form(
        a_question(kind, **changed), answers={"aquatic.origin": an_answer(value)}, language=language
    )
    return form["questionnaires"][0]["parts"][0]["questions"][0]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", {"202611000000000001", "阿鲁巴兽医局 (AW-01)", "水产品", "养殖水产；野生水产", "问卷（第1版）", "补齐补正",
                "当前答案", "2026-11-23 14:00:00 UTC+8"}),
        ("en", {"202611000000000001", "Veterinary Service of Aruba (AW-01)", "Aruba (AW)", "Aquatic products",
                "Questionnaire (version 1)", "Supplement and correct", "Present answers"}),
    ],
)  # fmt: skip
def test_the_cover_says_whose_case_it_is_and_how_it_stands(language: str, said: set[str]) -> None:
    form = a_form(a_question(), language=language)

    assert said <= {line["text"] for row in form["cover"] for line in row["lines"]}


def test_a_submission_is_printed_as_such() -> None:
    form = a_form(a_question(), language="en", round=2, sent_at=AT)

    assert "Answers of submission 2 (2026-11-23 14:00:00 UTC+8)" in [
        row["lines"][0]["text"] for row in form["cover"]
    ]


def test_each_part_says_how_far_it_is_and_open_questions_are_marked() -> None:
    first, second = a_question(name="a", required=True), a_question(name="b", attachment_required=True)

    form = a_form(first, second, answers={"aquatic.a": an_answer("x")}, open_required=["aquatic.b"])

    (part,) = form["progress"]
    assert (part["asked"], part["answered"], part["required"], part["open"]) == (2, 1, 2, 1)
    questions = form["questionnaires"][0]["parts"][0]["questions"]
    assert [(q["number"], q["required"], q["file_required"], q["open"]) for q in questions] == [
        ("1.1", True, False, False), ("1.2", True, True, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["必填项，尚未完成", "选择了“是”，请填写备注。"]),
        ("en", ["Required, not complete", "The note is missing, since you chose “Yes”."]),
    ],
)
def test_what_an_open_question_lacks_is_printed(language: str, said: list[str]) -> None:
    asked = a_question(name="a", required=True), a_question("yes_no", "b", describe_if="yes")
    form = a_form(*asked, answers={"aquatic.b": an_answer("yes")}, open_required=[each.id for each in asked],
                  language=language)  # fmt: skip
    assert [each["lacks"] for each in form["questionnaires"][0]["parts"][0]["questions"]] == said


def test_every_kind_of_answer_is_shown_in_the_language_of_the_document() -> None:
    assert shown("text", "FAO 87")["body"]["lines"] == [{"text": "FAO 87", "rtl": False}]
    assert shown("number", 12.5)["body"]["lines"][0]["text"] == "12.5 t"
    assert shown("number", 0)["body"]["lines"][0]["text"] == "0 t"
    assert shown("date", "2024-02-29")["body"]["lines"][0]["text"] == "2024-02-29"
    assert [o["text"] for o in shown("yes_no", "no")["body"]["options"] if o["chosen"]] == ["No"]
    assert [o["text"] for o in shown("choice", "wild", "zh")["body"]["options"] if o["chosen"]] == ["野生"]
    assert [o["chosen"] for o in shown("choices", ["farmed", "wild"])["body"]["options"]] == [True, True]
    table = shown("table", [{"year": "2024"}, {"output": "12"}])["body"]
    assert [line["text"] for name in table["columns"] for line in name] == ["Year", "Output"]
    assert [[cell[0]["text"] if cell else "" for cell in row["cells"]] for row in table["rows"]] == [
        ["2024", ""], ["", "12"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value"),
    [("text", None), ("text", " \n"), ("choices", []), ("table", [{}]), ("yes_no", ""), ("file", None)],
)
def test_what_was_not_answered_says_so(kind: str, value: Any) -> None:
    assert shown(kind, value)["body"] == {"kind": "none"}


def test_files_are_listed_with_size_and_digest() -> None:
    form = a_form(
        a_question("file"), answers={"aquatic.origin": an_answer(attachments=(FILE,))}, language="en"
    )

    (file,) = form["questionnaires"][0]["parts"][0]["questions"][0]["attachments"]
    assert (file["name"][0]["text"], file["size"], file["sha256"]) == (
        "养殖 list.pdf",
        "1,234,567 bytes",
        "a" * 64,
    )


def test_the_same_answers_make_the_same_document() -> None:
    assert a_form(a_question(), answers={"aquatic.origin": an_answer("x")}) == a_form(
        a_question(), answers={"aquatic.origin": an_answer("x")}
    )


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("a\r\nb\nc\rd\u2028e", ["a", "b", "c", "d", "e"]),
        ("  indented\n\ttab", ["\u00a0\u00a0indented", "\u00a0" * 4 + "tab"]),
        ("a\n\n\n\nb\n\n", ["a", "", "b"]),
        ("a\x00b\x07", ["a\ufffdb\ufffd"]),
        ("abc\u202edcba", ["abc\ufffddcba"]),
    ],
)
def test_typed_text_is_set_line_by_line(typed: str, lines: list[str]) -> None:
    assert [line["text"] for line in lines_of(typed)] == lines


def test_arabic_and_hebrew_lines_begin_at_the_right() -> None:
    assert [line["rtl"] for line in lines_of("سلام 2024\nשלום\n2024 سلام\nFish سلام\n鱼")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Level (central/regional/local)", "Level (central/\u200bregional/\u200blocal)"),
        ("020230,020220,020629", "020230,\u200b020220,\u200b020629"),
        ("short,long", "short,long"),
    ],
)
def test_a_word_that_is_too_wide_is_broken_where_a_part_of_it_ends(typed: str, set_: str) -> None:
    assert [line["text"] for line in lines_of(typed, 15)] == [set_]


LETTERS = st.characters(exclude_categories=["Cs", "Mn", "Mc", "Me"], exclude_characters="\u200d\ufe0e\ufe0f")


@given(st.text(LETTERS, max_size=300), st.integers(4, 90))
def test_no_word_is_wider_than_its_line_and_none_is_lost(typed: str, room: int) -> None:
    set_ = lines_of(typed, room)

    for line in set_:
        assert longest_word(str(line["text"]).replace("\u200b", " ")) <= room
    visible = "".join(str(line["text"]) for line in set_)
    for each in typed:
        assert each.isspace() or each in visible or not each.isprintable()


@pytest.mark.parametrize(
    ("columns", "form"), [(2, "upright"), (7, "upright"), (8, "turned"), (12, "turned"), (13, "stacked")]
)
def test_a_wide_table_turns_the_page_and_a_very_wide_one_is_stacked(columns: int, form: str) -> None:
    table = table_of([f"Column {n}" for n in range(columns)], [["x"] * columns])

    assert table["form"] == form


def test_a_column_is_as_wide_as_its_longest_word_and_longer_texts_get_more() -> None:
    year, name, remark = table_of(["Year", "Establishment", "Remarks"], [["2024", "X", "long " * 200]])[
        "shares"
    ]

    assert year >= longest_word("2024")
    assert name >= longest_word("Establishment")
    assert remark > year + name


def test_a_table_without_rows_or_with_huge_cells_still_has_widths() -> None:
    assert sum(table_of(["A", "B"], [])["shares"]) > 0
    shares = table_of(["A"] * 7, [["x" * 2_000] * 7])["shares"]
    assert sum(shares) <= 112.1


@pytest.mark.parametrize(("confirmed_at", "marked"), [(None, True), (AT, False)])
def test_an_answer_that_is_to_be_confirmed_says_so_and_one_of_a_check_says_what_customs_was_told(
    confirmed_at: datetime | None, marked: bool
) -> None:
    taken = {"case_no": "202601000000000007", "confirmed_at": confirmed_at}
    told = a_form(
        a_question(), language="en", answers={"aquatic.origin": an_answer("x").changed(taken=taken)}
    )["questionnaires"][0]["parts"][0]["questions"][0]["mark"]
    assert [line["text"] for line in told] == (
        ["To be confirmed: taken from case 202601000000000007"] if marked else []
    )

    sent = a_form(a_question(), answers={"aquatic.origin": an_answer("x").changed(statement="[Unchanged]")})
    (line,) = sent["questionnaires"][0]["parts"][0]["questions"][0]["mark"]
    assert line["text"] == "[Unchanged]"
