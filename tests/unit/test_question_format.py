"""The format of a questionnaire: when a question is asked, what an answer may be, and what a catalogue may not say."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.questionnaire.answers import open_faults, understood
from services.questionnaire.catalogue import CatalogueError, load
from services.questionnaire.completeness import open_required
from shared.contracts.faults import CellFault
from shared.contracts.question_rules import Condition
from shared.contracts.questionnaires import Answer, Question, all_questions
from shared.questionnaires.format_checks import format_faults, latest_day, wrong_answers
from shared.questionnaires.missing import Missing, lacking_beside, missing
from shared.questionnaires.relevance import asked_now, only_relevant
from tests.unit.test_questionnaire_catalogue import OWN, written
from tests.unit.test_questionnaire_checks import a_question, a_questionnaire

TODAY = date(2026, 11, 29)
AT = datetime(2026, 11, 29, tzinfo=UTC)
COUNT = {"minimum": 0, "whole": True}
DIGITS = {"pattern": "[0-9]{6}", "pattern_zh": "六位数字。", "pattern_en": "six digits."}
SPECIES = [{"code": "cattle", "zh": "牛", "en": "Cattle"}, {"code": "sheep", "zh": "羊", "en": "Sheep"}]
COLUMNS: list[dict[str, Any]] = [
    {"code": "species", "zh": "动物", "en": "Species"},
    {"code": "tested", "zh": "检测数", "en": "Tested", "kind": "number", "required": True, "limits": COUNT},
    {"code": "positive", "zh": "阳性数", "en": "Positive", "kind": "number"},
    {"code": "rate", "zh": "阳性率", "en": "Rate", "kind": "number", "calculated": {"rate_of": ["positive", "tested"]}},
    {"code": "last", "zh": "最近日期", "en": "Last", "kind": "date", "limits": {"not_in_future": True}},
    {"code": "free", "zh": "无疫", "en": "Free", "kind": "yes_no"},
    {"code": "method", "zh": "方法", "en": "Method", "kind": "choice",
     "choices": [{"code": "pcr", "zh": "聚合酶链反应", "en": "PCR"}]},
]  # fmt: skip


ONE_ROW = ", prepared: [{code: b, zh: 乙, en: B}], columns: [{code: a, zh: 甲, en: A}]"
CALCULATED_WHOLE = (
    ", columns: [{code: a, zh: 甲, en: A, kind: number}, "
    "{code: b, zh: 乙, en: B, kind: number, limits: {whole: true}, calculated: {sum_of: [a]}}]"
)
CHOSEN_CELL = "{code: a, zh: 甲, en: A, kind: choice, choices: [{code: x, zh: 丙, en: X}]}"
WHERE_X = "{column: a, any_of: [x]}"
KINDS_WILD = {"question": "aquatic.kinds", "is": "wild"}


def a_table(**changed: Any) -> Question:
    return a_question("table", "results", columns=COLUMNS, **changed)


def answers(**values: Any) -> dict[str, Answer]:
    return {
        f"aquatic.{name}": value if isinstance(value, Answer) else Answer.model_validate({"value": value})
        for name, value in values.items()
    }


def said(question: Question, value: Any, *others: Question, **more: Any) -> list[tuple[str, str]]:
    """The faults of an answer as code and English sentence."""
    given = answers(**{question.id.partition(".")[2]: value}, **more)
    faults = format_faults([a_questionnaire(question, *others)], given, TODAY)
    return [(fault.code, fault.message_en.partition(": ")[2]) for fault in faults]


def asks(condition: dict[str, Any], **values: Any) -> bool:
    first = a_question("choices", "kinds")
    count = a_question("number", "count")
    then = a_question("yes_no", "then", relevant=[{"question": "aquatic.kinds", "is": "wild"}])
    last = a_question("text", "last", required=True, relevant=[condition])
    return "aquatic.last" in open_required([a_questionnaire(last, then, count, first)], answers(**values))


@pytest.mark.parametrize(
    ("condition", "values", "asked"),
    [
        ({"question": "aquatic.kinds", "is": "wild"}, {}, False),
        ({"question": "aquatic.kinds", "is": "wild"}, {"kinds": ["farmed"]}, False),
        ({"question": "aquatic.kinds", "is": "wild"}, {"kinds": ["farmed", "wild"]}, True),
        ({"question": "aquatic.kinds", "any_of": ["farmed", "wild"]}, {"kinds": ["farmed"]}, True),
        ({"question": "aquatic.kinds", "none_of": ["wild"]}, {"kinds": ["farmed"]}, True),
        ({"question": "aquatic.kinds", "none_of": ["wild"]}, {"kinds": ["wild"]}, False),
        ({"question": "aquatic.kinds", "none_of": ["wild"]}, {}, False),
        ({"question": "aquatic.count", "at_least": 1}, {"count": 0}, False),
        ({"question": "aquatic.count", "at_least": 1}, {"count": 2}, True),
        ({"question": "aquatic.then", "is": "yes"}, {"then": "yes"}, False),
        ({"question": "aquatic.then", "is": "yes"}, {"then": "yes", "kinds": ["wild"]}, True),
        ({"question": "aquatic.unknown", "is": "yes"}, {"unknown": "yes"}, False),
    ],
)  # fmt: skip
def test_a_question_is_asked_where_the_answers_make_it_relevant(
    condition: dict[str, Any], values: dict[str, Any], asked: bool
) -> None:
    assert asks(condition, **values) is asked


def test_what_is_not_relevant_is_neither_counted_nor_sent_and_is_kept() -> None:
    first = a_question("yes_no", "wild", required=True)
    then = a_question("text", "areas", required=True, relevant=[{"question": "aquatic.wild", "is": "yes"}])
    asked, given = [a_questionnaire(first, then)], answers(wild="no", areas="FAO 87")

    assert [each.id for each in all_questions(asked_now(asked, given))] == ["aquatic.wild"]
    assert [*only_relevant(asked, given)] == ["aquatic.wild"]
    assert not open_required(asked, given)
    kept = given | answers(wild="yes")
    assert [each.id for each in all_questions(asked_now(asked, kept))] == ["aquatic.wild", "aquatic.areas"]
    assert not open_required(asked, kept), "its answer was kept"


@pytest.mark.parametrize(
    ("kind", "limits", "value", "code"),
    [
        ("number", {"minimum": 0}, -5.5, "too_small"), ("number", {"maximum": 100}, 101, "too_large"),
        ("number", {"whole": True}, 5.5, "not_whole"), ("number", {"minimum": 0, "whole": True}, 0, None),
        ("number", {"whole": True}, 12.0, None),
        ("number", {"whole": True, "not_in_future": True}, 2027, "in_the_future"),
        ("number", {"whole": True, "not_in_future": True}, 2026, None),
        ("date", {"not_in_future": True}, "2999-01-01", "in_the_future"), ("date", {"not_in_future": True}, "2026-11-29", None),
        ("date", {"earliest": "1900-01-01"}, "0024-05-31", "too_early"),
        ("date", {"latest": "2026-01-01"}, "2026-01-02", "too_late"),
        ("text", {"shortest": 5}, "x", "too_short"), ("text", {"longest": 5}, "x" * 6, "too_long"),
        ("text", {"shortest": 5}, " ", None),
        ("text", DIGITS, "12345", "not_of_the_pattern"), ("text", DIGITS, "123456", None),
    ],
)  # fmt: skip
def test_an_answer_beyond_its_limits_is_refused(
    kind: str, limits: dict[str, Any], value: Any, code: str | None
) -> None:
    question = a_question(kind, limits=limits)
    assert [found for found, _ in said(question, value)] == ([code] if code else [])


def test_none_is_not_chosen_together_with_others() -> None:
    choices = [*SPECIES, {"code": "none", "zh": "无", "en": "None", "exclusive": True}]
    question = a_question("choices", choices=choices)
    assert said(question, ["cattle", "none"]) == [
        ("exclusive_choice", "“None” can't be chosen together with others.")
    ]
    assert not said(question, ["none"])
    assert not said(question, ["cattle", "sheep"])


@pytest.mark.parametrize(
    ("cells", "code", "place"),
    [
        ({"tested": "x"}, "not_a_number", "row 1, “Tested”: "), ({"tested": "-1"}, "too_small", "row 1, “Tested”: "),
        ({"tested": "1.5"}, "not_whole", "row 1, “Tested”: "), ({"tested": "5", "last": "x"}, "not_a_date", "row 1, “Last”: "),
        ({"tested": "5", "last": "2999-01-01"}, "in_the_future", "row 1, “Last”: "),
        ({"tested": "5", "free": "x"}, "unknown_choice", "row 1, “Free”: "),
        ({"tested": "5", "method": "x"}, "unknown_choice", "row 1, “Method”: "),
        ({"tested": "5", "last": "2024/3/5", "free": "yes", "method": "pcr"}, None, ""),
    ],
)  # fmt: skip
def test_a_cell_that_is_not_of_its_column_is_refused_with_row_and_column(
    cells: dict[str, str], code: str | None, place: str
) -> None:
    found = said(a_table(), [{"species": "Cattle"} | cells])
    assert [each for each, _ in found] == ([code] if code else [])
    assert all(sentence.startswith(place) for _, sentence in found)


@pytest.mark.parametrize(
    ("rows", "still_open"),
    [
        ([], True), ([{"species": "cattle"}, {"species": "sheep"}], True), ([{"species": "cattle", "tested": "3"}], True),
        ([{"species": "cattle", "tested": "3"}, {"species": "sheep", "positive": "0"}], True),
        ([{"species": "cattle", "tested": "3"}, {"species": "sheep", "tested": "0"}], False),
    ],
)  # fmt: skip
def test_a_table_is_answered_when_its_prepared_rows_and_required_cells_are(
    rows: list[dict[str, str]], still_open: bool
) -> None:
    question = a_table(required=True, prepared=SPECIES)
    assert (missing(question, Answer(value=tuple(rows))) == (Missing.VALUE,)) is still_open


WHERE = {"column": "free", "any_of": ["no"]}


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ({"species": "x", "free": "yes"}, []), ({"species": "x"}, []), ({"species": "x", "free": "no", "note": "why"}, []),
        ({"species": "x", "free": "no", "note": " "}, ["row 1, “Note”: must be filled in, since “Free” is “No”."]),
        ({"species": "x", "free": "no"}, ["row 1, “Note”: must be filled in, since “Free” is “No”."]),
    ],
)  # fmt: skip
def test_a_cell_is_required_where_another_of_its_row_says_so(row: dict[str, str], faults: list[str]) -> None:
    columns = [COLUMNS[0], COLUMNS[5], {"code": "note", "zh": "说明", "en": "Note", "required_where": WHERE}]
    table = a_question("table", "results", required=True, columns=columns)
    answer = Answer(value=(row,))

    told = open_faults(
        [a_questionnaire(table)],
        open_required([a_questionnaire(table)], {table.id: answer}),
        {table.id: answer},
    )

    assert [fault.message_en.partition(": ")[2] for fault in told] == faults
    assert all("“无疫”为“否”时必须填写" in fault.message_zh for fault in told)


def test_how_the_limits_of_others_are_met_is_required_where_they_are_not_the_chinese() -> None:
    for questionnaire in load().values():
        for question in all_questions([questionnaire]):
            if question.id.endswith(".standards_differences"):
                (where,) = (each.required_where for each in question.columns if each.required_where)
                assert (where.column, where.any_of) == ("comparison", ("looser", "different", "none"))


def test_a_table_has_its_least_rows_and_each_prepared_row_once() -> None:
    table = a_table(required=True, min_rows=2)
    assert missing(table, Answer(value=({"tested": "1"},))) == (Missing.VALUE,)
    assert not missing(table, Answer(value=({"tested": "1"}, {"tested": "2"})))
    twice = [{"species": "cattle", "tested": "1"}] * 2
    assert [code for code, _ in said(a_table(prepared=SPECIES), twice)] == ["row_twice"]


def test_a_row_is_named_as_the_table_is_shown_and_a_cell_is_told_with_its_place() -> None:
    question = a_table(prepared=SPECIES)
    given = answers(results=[{"tested": "x"}, {"species": "sheep", "tested": "-1"}])
    faults = format_faults([a_questionnaire(question)], given, TODAY)
    assert [(each.row, each.column) for each in faults if isinstance(each, CellFault)] == [
        (2, "tested"),
        (3, "tested"),
    ]
    assert [each.message_en.partition(": ")[2] for each in faults] == [
        "row 2, “Tested”: can't be less than 0.",
        "row 3, “Tested”: must be a number, without a unit.",
    ]


def test_a_table_of_its_prepared_rows_alone_takes_no_other() -> None:
    rows = [{"species": code, "tested": "1"} for code in ("cattle", "sheep", "goats")]
    assert not said(a_table(prepared=SPECIES), rows)
    assert said(a_table(prepared=SPECIES, only_prepared=True), rows) == [
        ("row_not_prepared", "Row 3 is none of the given rows; empty it.")
    ]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"tested": "8", "positive": "8"}, []),
        ({"tested": "8", "positive": "9"}, [("too_large", "row 1, “Rate”: the result is 112.5; it can't be more than 100.")]),
        ({"tested": "0", "positive": "0"}, []),
        ({"tested": "0", "positive": "2"}, [("too_large", "row 1, “Rate”: “Positive” can't be more than “Tested”.")]),
        ({"tested": "8"}, []),
    ],
)  # fmt: skip
def test_a_part_is_not_larger_than_its_whole_where_the_share_has_a_maximum(
    cells: dict[str, str], told: list[tuple[str, str]]
) -> None:
    limited = [each | ({"limits": {"maximum": 100}} if each["code"] == "rate" else {}) for each in COLUMNS]
    question = a_question("table", "results", columns=limited)
    assert said(question, understood(question, Answer(value=(cells,)))) == told
    assert not said(a_table(), understood(a_table(), Answer(value=(cells,))))


def test_a_count_is_that_of_the_rows_of_its_list() -> None:
    table, count = a_table(), a_question("number", "count", rows_of="aquatic.results")
    rows = [{"tested": "1"}, {"tested": "2"}]
    assert said(count, 3, table, results=rows) == [
        ("not_the_count", "The number is 3, but the list has 2 rows.")
    ]
    assert not said(count, 2, table, results=rows)
    assert not said(count, 3, results=rows), "the list is not asked: what is kept of it counts for nothing"


def test_what_is_kept_of_a_list_that_is_not_asked_is_held_against_no_count_on_the_page_either() -> None:
    gate = a_question("yes_no", "gate")
    table = a_table(relevant=[{"question": "aquatic.gate", "any_of": ["yes"]}])
    asked = [a_questionnaire(gate, table, a_question("number", "count", rows_of="aquatic.results"))]
    kept = {"aquatic.results": Answer(value=({"tested": "1"},)), "aquatic.count": Answer(value=3)}

    assert [*wrong_answers(asked, kept | {"aquatic.gate": Answer(value="yes")}, AT)] == ["aquatic.count"]
    assert not wrong_answers(asked, kept | {"aquatic.gate": Answer(value="no")}, AT)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１２", "12"), ("1,234,567", "1234567"), ("1 234.50", "1234.50"), ("+5", "5"), ("−5", "-5"),
        ("1,234", "1,234"), ("5 t", "5 t"),
    ],
)  # fmt: skip
def test_a_cell_keeps_the_digits_of_the_number_that_was_typed(typed: str, kept: str) -> None:
    assert understood(a_table(), Answer(value=({"positive": typed},))).value == ({"positive": kept},)


def test_empty_cells_and_rows_are_not_kept_so_page_and_workbook_send_the_same() -> None:
    typed = ({"species": "", "tested": "8", "positive": " "}, {"tested": "", "positive": ""})
    assert understood(a_table(), Answer(value=typed)).value == ({"tested": "8"},)
    unseen = ({"species": "\u0007"},)
    assert understood(a_table(), Answer(value=unseen)).value == unseen, "to be refused, not dropped"


@pytest.mark.parametrize(
    ("question", "answer", "lacks"),
    [
        (a_question("choice", choices=[SPECIES[0], SPECIES[1] | {"note": True}]), {"value": "sheep"}, [Missing.NOTE]),
        (a_question("choices", choices=[SPECIES[0], SPECIES[1] | {"note": True}]), {"value": ["sheep"], "note": "Merino"}, []),
        (a_question("choice", choices=[SPECIES[0], SPECIES[1] | {"file": True}]), {"value": "sheep"}, [Missing.ATTACHMENT]),
        (a_question("choice", choices=[SPECIES[0], SPECIES[1] | {"file": True}]), {"value": "cattle"}, []),
        (a_question("yes_no", attachment_if="yes"), {"value": "yes"}, [Missing.ATTACHMENT]),
        (a_question("yes_no", attachment_if="yes"), {"value": "no"}, []),
        (a_question("text", required=True, attachment_required=True, not_applicable=True), {"note": "No vessel lands here."}, []),
        (a_question("text", required=True, attachment_required=True, not_applicable=True),
         {"note": "No vessel lands here, see the letter.", "attachments": ["f1"]}, []),
        (a_question("text", required=True, not_applicable=True), {"attachments": ["f1"]}, [Missing.VALUE]),
        (a_question("text", required=True), {"note": "No vessel lands here.", "attachments": ["f1"]}, [Missing.VALUE]),
        (a_question("text", required=True, not_applicable=True), {"note": " "}, [Missing.VALUE]),
        (a_question("text", required=True), {"note": "No vessel lands here."}, [Missing.VALUE]),
    ],
)  # fmt: skip
def test_an_answer_may_demand_a_note_or_a_file_and_a_reason_may_stand_for_it(
    question: Question, answer: dict[str, Any], lacks: list[Missing]
) -> None:
    assert [*missing(question, Answer.model_validate(answer))] == lacks


def test_of_an_answer_that_lacks_a_note_or_a_file_alone_that_is_said() -> None:
    noted = [SPECIES[0], SPECIES[1] | {"note": True}]
    asked = [a_questionnaire(
        a_question("choice", "note", choices=noted, required=True),
        a_question("yes_no", "both", describe_if="yes", attachment_if="yes"),
        a_question("text", "file", required=True, attachment_required=True),
        a_question("text", "open", required=True, attachment_required=True),
        a_question("choice", "done", choices=noted),
        a_question("choice", "not_asked", choices=noted, relevant=[{"question": "aquatic.both", "is": "no"}]),
    )]  # fmt: skip
    given = answers(note="sheep", both="yes", file="see the file", done="cattle", not_asked="sheep")

    told = {name: (said.zh, said.en) for name, said in lacking_beside(asked_now(asked, given), given).items()}

    assert told == {
        "aquatic.note": ("选择了“羊”，请填写备注。", "The note is missing, since you chose “Sheep”."),
        "aquatic.both": (
            "选择了“是”，请填写备注。选择了“是”，请上传附件。",
            "The note is missing, since you chose “Yes”. The file is missing, since you chose “Yes”.",
        ),
        "aquatic.file": ("请上传附件。", "The file is missing."),
    }


@pytest.mark.parametrize(
    ("cells", "rate"),
    [
        ({"tested": "8", "positive": "1"}, "12.5"), ({"tested": "3", "positive": "1", "rate": "99"}, "33.33"),
        ({"tested": "812000", "positive": "2"}, "0.00025"),
        ({"tested": "7", "positive": "0"}, "0"), ({"tested": "1600", "positive": "2"}, "0.13"),
        ({"tested": "0.0000001", "positive": "999999999999999"}, "999999999999999000000000"),
        ({"tested": "10", "positive": "0"}, "0"), ({"tested": "0", "positive": "0"}, None),
        ({"tested": "x", "positive": "1"}, None),
    ],
)  # fmt: skip
def test_a_rate_is_calculated_whatever_was_given(cells: dict[str, str], rate: str | None) -> None:
    kept = understood(a_table(), Answer(value=(cells,))).value
    assert kept == (
        {key: text for key, text in cells.items() if key != "rate"} | ({"rate": rate} if rate else {}),
    )


def test_no_date_of_anywhere_is_of_the_future() -> None:
    assert latest_day(datetime(2026, 11, 29, 9, 59, tzinfo=UTC)) == date(2026, 11, 29)
    assert latest_day(datetime(2026, 11, 29, 10, 0, tzinfo=UTC)) == date(2026, 11, 30)


@pytest.mark.parametrize("given", [{"is": "a", "any_of": ["b"]}, {}, {"any_of": ["a"], "none_of": ["b"]}])
def test_a_condition_says_one_thing(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"condition|not both"):
        Condition.model_validate({"question": "aquatic.wild", **given})


@pytest.mark.parametrize(
    ("own", "why"),
    [
        (("yes_no", ", relevant: [{question: nothing, is: 'yes'}]"), "there is no question aquatic.nothing"),
        (("yes_no", ", relevant: [{question: own, is: 'yes'}]"), "waits for this question itself"),
        (("yes_no", ", relevant: [{question: name, is: 'yes'}]"), "has no option yes"),
        (("yes_no", ", relevant: [{question: name, at_least: 1}]"), "is no number"),
        (("number", ", limits: {minimum: 5, maximum: 4}"), "nothing is both minimum 5 and maximum 4"),
        (("text", ", limits: {minimum: 0}"), "minimum is for other kinds: text has longest, pattern"),
        (("text", ", limits: {pattern: '['  , pattern_zh: 甲, pattern_en: A}"), "the pattern can't be read"),
        (("text", ", limits: {pattern: '[0-9]'}"), "said in words"),
        (("number", ", rows_of: name"), "aquatic.name is no table"),
        (("text", ", min_rows: 2"), "has no min_rows"),
        (("table", ", min_rows: 501, columns: [{code: a, zh: 甲, en: A}]"), "a table takes at most 500 rows"),
        (("table", ", only_prepared: true, columns: [{code: a, zh: 甲, en: A}]"), "without prepared rows would have none"),
        (("table", ", columns: [{code: a, zh: 甲, en: A, required_where: {column: b, any_of: [c]}}]"),
         "b is no other column with"),
        (("table", f", columns: [{CHOSEN_CELL}, {{code: b, zh: 乙, en: B, required_where: {{column: a, any_of: [y]}}}}]"),
         "a has no option y"),
        (("table", f", columns: [{CHOSEN_CELL}, {{code: b, zh: 乙, en: B, required: true, required_where: {WHERE_X}}}]"),
         "required always, or calculated"),
        (("table", f"{ONE_ROW}, only_prepared: true, min_rows: 2"), "2 are more than the prepared rows"),
        (("table", CALCULATED_WHOLE), "neither required nor whole"),
        (("number", ", unit: 家"), "unit: «家» is in one language alone"),
        (("text", ", attachment_if: 'yes'"), "has no attachment_if"),
        (("choice", ", choices: [{code: a, zh: 甲, en: A, exclusive: true}]"), "has no exclusive choice"),
        (("choice", ", choices: common.nothing"), "choices: nothing shared is named common.nothing"),
        (("text", ", limits: common.nothing"), "limits: nothing shared is named common.nothing"),
        (("number", ", limits: {not_in_future: true}"), "a number that is not_in_future is a year: say whole, too"),
        (("table", ", columns: [{code: a, zh: 甲, en: A, kind: choice}]"), "column a: of kind choice needs choices"),
        (("table", ", columns: [{code: a, zh: 甲, en: A, kind: number, calculated: {sum_of: [b]}}]"), "b is no number column"),
        (("yes_no", ", describe_if: 'no', not_applicable: true"), "both speak of the note"),
    ],
)  # fmt: skip
def test_a_catalogue_that_contradicts_itself_is_refused_with_the_place(
    tmp_path: Path, own: tuple[str, str], why: str
) -> None:
    with pytest.raises(CatalogueError, match=r"aquatic\.yaml: .*question own: ") as refused:
        written(tmp_path, f"include: common.authority\n    - {OWN % own}")
    assert why in str(refused.value)


def test_a_circle_of_conditions_is_refused(tmp_path: Path) -> None:
    circle = "\n    - ".join(
        (OWN % ("yes_no", f", relevant: [{{question: {other}, is: 'yes'}}]")).replace("id: own", f"id: {one}")
        for one, other in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    with pytest.raises(
        CatalogueError, match=r"question a: relevant: aquatic\.b waits for this question itself"
    ):
        written(tmp_path, circle)


def test_guidance_given_as_a_list_is_numbered_in_both_languages(tmp_path: Path) -> None:
    points = "{include: common.seat, help_zh: [城市, 地址], help_en: [City, Address]}"
    (seat,) = all_questions([written(tmp_path, points)["aquatic"]])
    assert (seat.help_zh, seat.help_en) == ("1. 城市\n2. 地址", "1. City\n2. Address")
    with pytest.raises(CatalogueError, match="as many points each"):
        written(tmp_path, points.replace("[City, Address]", "[City]"))


def test_a_draft_is_told_what_contradicts_the_format_with_the_first_places_and_no_word_of_what_is_not_asked() -> (
    None
):
    table, hidden = a_table(), a_question("number", "hidden", limits=COUNT, relevant=[KINDS_WILD])
    asked = [a_questionnaire(table, hidden, a_question("choices", "kinds"))]
    rows = tuple({"tested": "many"} for _ in range(7))
    given = answers(results=rows, hidden=-1)
    at = datetime(2026, 11, 29, tzinfo=UTC)
    (found,) = wrong_answers(asked, given, at).values()
    told = found.said
    assert told.en.startswith("Row 1, “Tested”: must be a number")
    assert told.en.endswith("(and 2 more)")
    assert told.zh.endswith("（另有2处）")
    assert found.cells == {(row, "tested") for row in range(1, 8)}, "all are marked"
    assert set(wrong_answers(asked, given | answers(kinds=("wild",)), at)) == {
        "aquatic.results",
        "aquatic.hidden",
    }
    assert wrong_answers(asked, answers(results=({"tested": "7"},)), at) == {}
