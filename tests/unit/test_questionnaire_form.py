"""A part's form and the answers that it changes."""

import pytest
from starlette.datastructures import FormData

from services.portal.pages.formatting import number as shown_number
from services.portal.pages.questionnaire.part_form import (
    base_digest,
    calculated_cells,
    read_changes,
)
from services.portal.pages.questionnaire.view_model import next_open
from shared.contracts.questionnaires import (
    Answer,
    Choice,
    Column,
    Part,
    Question,
    QuestionKind,
    Questionnaire,
)

SAID = {"text_zh": "问", "text_en": "Q", "help_zh": "说明", "help_en": "Help"}


def question(kind: QuestionKind, **given: object) -> Question:
    return Question.model_validate({"id": "fish.one", "kind": kind, **SAID, **given})


TABLE = question(
    QuestionKind.TABLE,
    columns=(Column(code="name", zh="名", en="Name"), Column(code="year", zh="年", en="Year")),
)
CHOICES = question(
    QuestionKind.CHOICES, choices=(Choice(code="a", zh="甲", en="A"), Choice(code="b", zh="乙", en="B"))
)
TEXT = question(QuestionKind.LONG_TEXT)


def form(asked: Question, *fields: tuple[str, str], before: Answer | None = None) -> FormData:
    return FormData(
        [("fish.one:base_digest", base_digest(asked, before or Answer())), ("fish.one:note", ""), *fields]
    )


@pytest.mark.parametrize(
    ("asked", "fields", "value"),
    [
        (TEXT, [("fish.one", "one\r\ntwo")], "one\ntwo"),
        (question(QuestionKind.NUMBER), [("fish.one", " 12.50 ")], 12.5),
        (question(QuestionKind.NUMBER), [("fish.one", "-3")], -3),
        (question(QuestionKind.NUMBER), [("fish.one", "１,２３４.５")], 1234.5),
        (question(QuestionKind.NUMBER), [("fish.one", "1.234,5")], "1.234,5"),
        (question(QuestionKind.DATE), [("fish.one", "2024/3/5")], "2024-03-05"),
        (question(QuestionKind.DATE), [("fish.one", "5.3.2024")], "5.3.2024"),
        (question(QuestionKind.NUMBER), [("fish.one", "many")], "many"),
        (question(QuestionKind.YES_NO), [("fish.one", "yes")], "yes"),
        (CHOICES, [("fish.one", "b"), ("fish.one", "a")], ("b", "a")),
        (
            TABLE,
            [
                ("fish.one:row:0:name", " 鲷 "), ("fish.one:row:0:year", "2025"), ("fish.one:row:1:name", ""),
                ("fish.one:row:1:year", ""), ("fish.one:row:10:name", "x"), ("fish.one:row:10:year", ""),
            ],
            ({"name": "鲷", "year": "2025"}, {"name": "x", "year": ""}),
        ),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_an_answer_of_the_questions_kind(
    asked: Question, fields: list[tuple[str, str]], value: object
) -> None:
    found = read_changes([asked], form(asked, *fields), {})

    assert found.changed["fish.one"].value == value


def test_what_a_table_calculates_is_told_by_cell_for_each_row_of_the_form() -> None:
    share = {
        "code": "share",
        "zh": "比例",
        "en": "Share",
        "kind": "number",
        "calculated": {"rate_of": ["part", "all"]},
    }
    columns = [
        {"code": "all", "zh": "总数", "en": "All"},
        {"code": "part", "zh": "其中", "en": "Part"},
        share,
    ]
    asked = question(QuestionKind.TABLE, columns=columns)
    typed = form(
        asked, ("fish.one:row:0:all", "1600"), ("fish.one:row:0:part", "2"), ("fish.one:row:3:all", "7")
    )
    assert calculated_cells([asked, TEXT], typed) == {
        "fish.one:row:0:share": "0.13",
        "fish.one:row:3:share": "",
    }


def test_what_is_the_same_is_not_saved_again() -> None:
    before = Answer(value=({"name": "鲷"},), note="", attachments=("f1",), version=3)
    fields = [("fish.one:row:0:name", "鲷"), ("fish.one:row:0:year", ""), ("fish.one:row:1:name", "")]

    assert not read_changes([TABLE], form(TABLE, *fields, before=before), {"fish.one": before}).changed


def test_a_number_of_more_digits_than_a_form_takes_stays_as_it_is() -> None:
    asked, before = question(QuestionKind.NUMBER), Answer(value=1.2345678901234567e-9, version=1)
    unchanged = form(asked, ("fish.one", shown_number(before.value)), before=before)

    assert shown_number(before.value) == "0.0000000012345678901234566"
    assert not read_changes([asked], unchanged, {"fish.one": before}).changed


def test_a_changed_answer_keeps_its_files_and_says_which_version_it_replaces() -> None:
    before = Answer(value="old", attachments=("f1",), version=7)
    found = read_changes([TEXT], form(TEXT, ("fish.one", "new"), before=before), {"fish.one": before})

    assert found.changed["fish.one"] == Answer(value="new", attachments=("f1",), version=7)


@pytest.mark.parametrize(("settle", "saved"), [({}, False), ({"keep": "fish.one"}, True)])
def test_what_a_colleague_changed_is_not_overwritten_unless_one_says_so(
    settle: dict[str, str], saved: bool
) -> None:
    fields = form(TEXT, ("fish.one", "mine"), *settle.items(), before=Answer(value="old", version=1))
    found = read_changes([TEXT], fields, {"fish.one": Answer(value="theirs", version=2)})

    assert bool(found.changed) is saved
    assert bool(found.conflicts) is not saved


def test_what_a_colleague_alone_changed_is_neither_saved_back_nor_asked_about() -> None:
    before = Answer(value="old", version=1)
    fields = form(TEXT, ("fish.one", "old"), before=before)
    found = read_changes([TEXT], fields, {"fish.one": Answer(value="theirs", version=2)})

    assert (dict(found.changed), found.conflicts, found.remote_changes) == ({}, (), ("fish.one",))


def test_a_number_that_is_none_is_not_taken_for_an_empty_answer() -> None:
    asked = question(QuestionKind.NUMBER)
    found = read_changes([asked], form(asked, ("fish.one", "many")), {"fish.one": Answer(value=3, version=1)})

    assert found.conflicts == ("fish.one",)


def test_taking_theirs_drops_mine() -> None:
    fields = form(TEXT, ("fish.one", "mine"), ("take", "fish.one"), before=Answer(value="old", version=1))
    found = read_changes([TEXT], fields, {"fish.one": Answer(value="theirs", version=2)})

    assert not found.changed
    assert not found.conflicts


def test_both_writing_the_same_is_no_conflict() -> None:
    fields = form(TEXT, ("fish.one", "same"), before=Answer(value="old", version=1))
    found = read_changes([TEXT], fields, {"fish.one": Answer(value="same", version=2)})

    assert not found.changed
    assert not found.conflicts


def test_the_next_open_question_begins_anew_after_the_last() -> None:
    ids = ("fish.one", "fish.two", "fish.three")
    part = Part(
        number="1",
        title_zh="一",
        title_en="One",
        questions=tuple(TEXT.model_copy(update={"id": each}) for each in ids),
    )
    asked = [Questionnaire(code="fish", version=1, title_zh="鱼", title_en="Fish", parts=(part,))]

    assert next_open(asked, ["fish.one", "fish.three"], "fish.one") == "fish.three"
    assert next_open(asked, ["fish.one"], "fish.three") == "fish.one"
    assert next_open(asked, [], "fish.one") is None


def test_an_answer_typed_on_a_page_from_before_the_upgrade_is_saved() -> None:
    before = Answer(value="old", version=1)
    sent = FormData(
        [("fish.one:seen", base_digest(TEXT, before)), ("fish.one:note", ""), ("fish.one", "new")]
    )
    assert read_changes([TEXT], sent, {"fish.one": before}).changed["fish.one"].value == "new"
