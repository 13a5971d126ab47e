"""Which earlier answers fit which question, what is written of those that are taken, and what customs is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.questionnaire.answers import merged, submitted_answers
from services.questionnaire.carrying import confirmed, put_back, statement_of, unconfirmed_faults
from shared.contracts.commands import ConfirmAnswers, PutBackAnswers, SaveAnswers, TakeAnswers
from shared.contracts.documents.answers import StoredAnswer, field_of
from shared.contracts.documents.cases import Case
from shared.contracts.documents.files import StoredFile
from shared.contracts.parts import AnswerSource
from shared.contracts.questionnaires import NO_ANSWER, Answer, Part, Question, Questionnaire
from shared.contracts.vocabulary import Kind, Stage
from shared.lifecycle.movement import RecordContext, StageUpdate
from shared.questionnaires.carrying import (
    Carried,
    EarlierCase,
    Misfit,
    approved_last,
    carried,
    digest_of,
    to_take,
)
from shared.questionnaires.since_approved import changed_since
from shared.runtime.errors import RequestRejected

AT = datetime(2026, 11, 29, 4, tzinfo=UTC)
TABLE: dict[str, Any] = {
    "columns": [
        {"code": "year", "zh": "年", "en": "Year", "kind": "number"},
        {"code": "sort", "zh": "类", "en": "Sort", "kind": "choice", "choices": [{"code": "a", "zh": "甲", "en": "A"}]},
        {"code": "text", "zh": "文", "en": "Text"},
    ]
}  # fmt: skip
OPTIONS: dict[str, Any] = {
    "choices": [{"code": "yes", "zh": "有", "en": "Some"}, {"code": "none", "zh": "无", "en": "None"}]
}


def a_question(name: str, kind: str = "text", words: str = "", **changed: Any) -> Question:
    said = words or f"What of {name}?"
    return Question.model_validate(
        {"id": name, "kind": kind, "text_zh": f"问{said}", "text_en": said, "help_zh": "请填写", "help_en": "Fill in"}
        | changed
    )  # fmt: skip


def a_questionnaire(*questions: Question, version: int = 1) -> Questionnaire:
    code = questions[0].id.partition(".")[0]
    part = Part(number="1", title_zh="一", title_en="One", questions=questions)
    return Questionnaire(code=code, version=version, title_zh="问卷", title_en="Q", parts=(part,))


def an_answer(value: object, **more: Any) -> dict[str, Any]:
    return {
        "value": value, "note": "", "attachments": [], "version": 1, "at": AT - timedelta(days=30), "by": "officer",
    } | more  # fmt: skip


def a_case(name: str, answers: dict[str, dict[str, Any]], **changed: Any) -> Case:
    stage = {
        "status": changed.pop("status", "approved"), "submitted_at": changed.pop("submitted_at", AT - timedelta(days=20)),
        "answers": {field_of(question): answer for question, answer in answers.items()}, "open_required": [],
    }  # fmt: skip
    return Case(
        {
            "_id": name, "case_no": f"No {name}", "kind": "assessment", "category": "meat", "specific": ["beef"],
            "stages": {"questionnaire": stage},
        } | changed
    )  # fmt: skip


def offered(question: Question, earlier: Question, value: object, **more: Any) -> Carried:
    before = a_case("before", {earlier.id: an_answer(value, **more)})
    asked = (a_questionnaire(question, version=2),)
    return carried(a_case("now", {}), asked, [EarlierCase(before, (a_questionnaire(earlier),))])


@pytest.mark.parametrize(
    ("kind", "format", "value"),
    [
        ("text", {}, "words"), ("number", {}, 0), ("yes_no", {}, "no"), ("choice", OPTIONS, "yes"),
        ("choices", OPTIONS, ("yes", "none")), ("date", {}, "2024-05-31"),
        ("table", TABLE, ({"year": "1 200", "sort": "a", "text": "x"}, {"year": "", "sort": ""})),
    ],
)  # fmt: skip
def test_the_same_question_of_the_same_kind_takes_the_answer_of_an_earlier_version(
    kind: str, format: dict[str, Any], value: object
) -> None:
    question = a_question("meat.one", kind, "In other words", **format)

    found = offered(question, a_question("meat.one", kind, **format), value)

    offer = found.offers["meat.one"]
    assert offer.earlier.answer.value == value
    assert offer.together
    assert not offer.same_words
    assert (offer.earlier.source.case_no, offer.earlier.source.approved) == ("No before", True)
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("kind", "format", "earlier_kind", "earlier_format", "value", "why"),
    [
        ("number", {}, "text", {}, "12", Misfit.KIND),
        ("choice", {"choices": OPTIONS["choices"][:1]}, "choice", OPTIONS, "none", Misfit.OPTION),
        ("choices", {"choices": OPTIONS["choices"][:1]}, "choices", OPTIONS, ("yes", "none"), Misfit.OPTION),
        ("table", {"columns": TABLE["columns"][:1]}, "table", TABLE, ({"year": "1", "text": "x"},), Misfit.COLUMN),
        ("table", TABLE, "table", TABLE, ({"year": "many"},), Misfit.CELL),
        ("table", {**TABLE, "prepared": [{"code": "last", "zh": "去年", "en": "Last"}], "only_prepared": True}, "table", TABLE,
         ({"text": "x"},), Misfit.ROW),
        ("table", TABLE, "table", TABLE, ({"year": "1", "sort": "gone"},), Misfit.CELL),
    ],
)  # fmt: skip
def test_what_has_no_place_is_listed_with_the_reason_and_offered_to_nobody(
    kind: str, format: Any, earlier_kind: str, earlier_format: Any, value: object, why: Misfit
) -> None:
    question = a_question("meat.one", kind, **format)

    found = offered(question, a_question("meat.one", earlier_kind, **earlier_format), value)

    assert found.offers == {}
    assert [(each.earlier.asked.id, each.earlier.answer.value, each.why) for each in found.left_out] == [
        ("meat.one", value, why)
    ]


def test_a_question_that_is_gone_is_listed_and_one_for_other_foods_is_not() -> None:
    asked = (a_questionnaire(a_question("meat.stays"), version=2),)
    old = a_questionnaire(a_question("meat.gone"), a_question("meat.pork_only", only_for=("pork",)))
    before = a_case("before", {name: an_answer("x") for name in ("meat.gone", "meat.pork_only")})

    found = carried(a_case("now", {}), asked, [EarlierCase(before, (old,))])

    assert [(each.earlier.asked.id, each.why) for each in found.left_out] == [("meat.gone", Misfit.NOT_ASKED)]


def test_another_questionnaires_question_is_the_same_by_its_name_and_taken_together_by_its_words() -> None:
    asked = (
        a_questionnaire(a_question("meat.one", words="Same?"), a_question("meat.two", words="Of beef?")),
    )
    other = a_questionnaire(a_question("dairy.one", words="Same?"), a_question("dairy.two", words="Of milk?"))
    before = a_case("before", {name: an_answer("x") for name in ("dairy.one", "dairy.two")})

    found = carried(a_case("now", {}), asked, [EarlierCase(before, (other,))])

    assert {name: each.together for name, each in found.offers.items()} == {
        "meat.one": True,
        "meat.two": False,
    }
    assert [*to_take(asked, {}, found.offers)] == ["meat.one"]
    assert found.left_out == (), "another questionnaire is no earlier version"


def test_an_option_of_another_questionnaire_is_the_same_only_by_its_words() -> None:
    other: dict[str, Any] = {"choices": [{"code": "yes", "zh": "是", "en": "Of course"}]}
    before = a_case("before", {"dairy.one": an_answer("yes")})
    asked = (a_questionnaire(a_question("meat.one", "choice", **OPTIONS)),)

    old = a_questionnaire(a_question("dairy.one", "choice", **other))
    assert carried(a_case("now", {}), asked, [EarlierCase(before, (old,))]).offers == {}


def test_what_was_approved_goes_before_what_was_submitted_and_the_newest_of_them_first() -> None:
    asked = (a_questionnaire(a_question("meat.one")),)
    days = {
        "old": (90, "approved"),
        "approved": (60, "approved"),
        "sent": (5, "sent"),
        "supplement": (1, "supplement"),
    }
    cases = {
        name: EarlierCase(
            a_case(
                name, {"meat.one": an_answer(name, at=AT - timedelta(days=before + 1))}, status=status,
                submitted_at=AT - timedelta(days=before),
            ),
            asked,
        )
        for name, (before, status) in days.items()
    }  # fmt: skip

    order = []
    while cases:
        offer = carried(a_case("now", {}), asked, cases.values()).offers["meat.one"]
        order.append(offer.earlier.source.case_id)
        del cases[order[-1]]
    assert order == ["approved", "old", "supplement", "sent"]


def test_a_check_asks_of_what_was_approved_of_the_same_questionnaire() -> None:
    asked = (a_questionnaire(a_question("meat.one", words="Same?")),)
    other = (a_questionnaire(a_question("dairy.one", words="Same?")),)
    own = a_case("own", {"meat.one": an_answer("beef")}, submitted_at=AT - timedelta(days=29))
    newer = a_case("newer", {"dairy.one": an_answer("milk")})
    earlier = [EarlierCase(own, asked), EarlierCase(newer, other)]

    assert carried(a_case("now", {}), asked, earlier).offers["meat.one"].earlier.answer.value == "milk"
    check = a_case("now", {}, kind=Kind.RETROSPECTIVE.value)
    offers = carried(check, asked, earlier).offers
    assert offers["meat.one"].earlier.answer.value == "beef"
    assert approved_last(offers)["meat.one"].case_no == "No own"
    assert approved_last(carried(check, asked, earlier[1:]).offers) == {}


@pytest.mark.parametrize(
    "answer",
    [
        an_answer("", note=" "), an_answer(None), an_answer("later", at=AT), an_answer(({"text": " "},)),
    ],
)  # fmt: skip
def test_nothing_is_offered_of_what_says_nothing_or_was_not_submitted(answer: dict[str, Any]) -> None:
    question = a_question("meat.one")
    before = a_case("before", {"meat.one": answer})

    assert carried(a_case("now", {}), (a_questionnaire(question),), [EarlierCase(before, (a_questionnaire(question),))]) == (
        Carried({}, ())
    )  # fmt: skip


def test_what_was_not_asked_there_is_not_offered_and_what_is_not_asked_here_is_not_taken() -> None:
    condition = [{"question": "meat.first", "is": "yes"}]
    asked = (
        a_questionnaire(a_question("meat.first", "yes_no"), a_question("meat.then", relevant=condition)),
    )

    def found(first: str) -> Carried:
        before = a_case("before", {"meat.first": an_answer(first), "meat.then": an_answer("kept")})
        return carried(a_case("now", {}), asked, [EarlierCase(before, asked)])

    assert [*found("no").offers] == ["meat.first"]
    offers = found("yes").offers
    assert [*to_take(asked, {}, offers)] == ["meat.first", "meat.then"], "it is asked once the first is taken"
    assert [*to_take(asked, {"meat.first": StoredAnswer(an_answer("no"))}, offers)] == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (an_answer("x"), an_answer("x", version=7, by="other"), True), (an_answer("x"), an_answer("y"), False),
        (an_answer("x"), an_answer("x", note="more"), False), (an_answer(None), an_answer(" "), True),
        (an_answer(({"a": "1", "b": ""}, {"a": " "})), an_answer(({"a": "1"},)), True), (an_answer(0), an_answer(None), False),
        (an_answer("x"), an_answer(" x\n"), True), (an_answer(({"a": "1"},)), an_answer(({"a": "1 "},)), True),
    ],
)  # fmt: skip
def test_two_answers_are_the_same_where_they_say_the_same(one: Any, other: Any, same: bool) -> None:
    assert (digest_of(StoredAnswer(one)) == digest_of(StoredAnswer(other))) is same


SOURCE = AnswerSource(
    case_id="before",
    case_no="2026",
    specific=("beef",),
    question="meat.one",
    version=1,
    submitted_at=AT,
    approved=True,
)
ASKED = (a_questionnaire(a_question("meat.one"), a_question("meat.two")),)
HEAD: dict[str, Any] = {"command_id": "c", "authority": "AW-01", "by": "maria", "case_id": "now"}
FILE = {
    "id": "f", "name": "f.pdf", "media_type": "application/pdf", "size": 1, "sha256": "0" * 64, "purpose": None
}  # fmt: skip


def taking(value: str, version: int = 0, **more: Any) -> TakeAnswers:
    answer = Answer(value=value, version=version)
    return TakeAnswers(**HEAD, answers={"meat.one": answer}, sources={"meat.one": SOURCE}, **more)


def written(case: Case, update: StageUpdate) -> Case:
    """The case with what an update sets."""
    stage = {**case.document["stages"]["questionnaire"]}
    answers = {**stage["answers"]}
    for path, value in update.fields.items():
        names = path.split(".")
        if names[0] == "answers":
            answers[names[1]] = value if len(names) == 2 else {**answers[names[1]], names[2]: value}
    return case.changed(stages={"questionnaire": {**stage, "answers": answers}})


def answer_of(case: Case) -> StoredAnswer:
    return case.stages[Stage.QUESTIONNAIRE].answers["meat.one"]


def taken(case: Case, command: TakeAnswers | SaveAnswers) -> Case:
    return written(case, merged(ASKED, case, command, RecordContext(AT, {"f": StoredFile(FILE)})))


def test_a_taken_answer_waits_until_somebody_confirms_what_they_saw() -> None:
    case = taken(a_case("now", {}), taking("theirs"))
    assert answer_of(case).to_be_confirmed
    assert [each.code for each in unconfirmed_faults(ASKED, case.stages[Stage.QUESTIONNAIRE].answers)] == [
        "to_be_confirmed"
    ]

    with pytest.raises(RequestRejected, match=r"meat\.one"):
        confirmed(case, ConfirmAnswers(**HEAD, answers={"meat.one": 9}), AT)
    case = written(case, confirmed(case, ConfirmAnswers(**HEAD, answers={"meat.one": 1, "meat.two": 0}), AT))

    answer = answer_of(case)
    assert not answer.to_be_confirmed
    assert answer.taken
    assert (answer.taken.confirmed_by, answer.taken.confirmed_at, answer.taken.case_no) == (
        "maria",
        AT,
        "2026",
    )
    assert unconfirmed_faults(ASKED, case.stages[Stage.QUESTIONNAIRE].answers) == []
    assert confirmed(case, ConfirmAnswers(**HEAD, answers={"meat.one": 9}), AT).fields == {}, "once is enough"


def test_who_says_that_it_is_still_true_has_confirmed_it() -> None:
    answer = answer_of(taken(a_case("now", {}), taking("theirs", confirmed=True)))
    assert answer.taken
    assert not answer.to_be_confirmed
    assert answer.taken.confirmed_by == "maria"


def test_an_own_answer_comes_back_however_often_another_was_taken_over_it() -> None:
    own = an_answer("mine", note="and why", attachments=[FILE])
    case = taken(a_case("now", {"meat.one": own}), taking("theirs", 1))
    case = taken(case, taking("others", 2))
    assert answer_of(case).value == "others"

    back = put_back(ASKED, case, PutBackAnswers(**HEAD, answers={"meat.one": 3}), AT)

    answer = answer_of(written(case, back))
    assert (answer.value, answer.note, [file.id for file in answer.attachments]) == ("mine", "and why", ["f"])
    assert (answer.version, answer.taken) == (4, None)
    assert back.versions == {"meat.one": 4}


def test_where_nothing_stood_nothing_stands_again() -> None:
    case = taken(a_case("now", {}), taking("theirs"))
    with pytest.raises(RequestRejected):
        put_back(ASKED, case, PutBackAnswers(**HEAD, answers={"meat.one": 7}), AT)
    answer = answer_of(
        written(case, put_back(ASKED, case, PutBackAnswers(**HEAD, answers={"meat.one": 1}), AT))
    )
    assert (answer.value, answer.note, answer.version) == (None, "", 2)


@pytest.mark.parametrize(
    ("change", "still"),
    [({"value": "theirs", "attachments": ("f",)}, True), ({"value": "mine"}, False), ({"value": "theirs", "note": "n"}, False)],
)  # fmt: skip
def test_another_value_or_note_makes_it_ones_own_and_a_file_does_not(
    change: dict[str, Any], still: bool
) -> None:
    case = taken(a_case("now", {}), taking("theirs"))
    saved = SaveAnswers(**HEAD, answers={"meat.one": Answer(version=1, **change)})
    assert answer_of(taken(case, saved)).to_be_confirmed is still


def test_what_was_typed_meanwhile_is_not_taken_over() -> None:
    case = a_case("now", {"meat.one": an_answer("typed")})
    with pytest.raises(RequestRejected) as refusal:
        merged(ASKED, case, taking("theirs"), RecordContext(AT))
    assert refusal.value.status == 409
    assert merged(ASKED, case, taking("typed"), RecordContext(AT)).fields == {"open_required": []}, (
        "it says the same"
    )


def test_every_answer_that_is_taken_names_its_source() -> None:
    with pytest.raises(ValueError, match="source"):
        TakeAnswers(**HEAD, answers={"meat.one": Answer(value="x")}, sources={})


def test_customs_reads_whether_an_answer_is_what_was_approved() -> None:
    before = EarlierCase(a_case("before", {"meat.one": an_answer("x")}), ASKED)
    check = a_case("now", {"meat.one": an_answer("x"), "meat.two": an_answer("y")}, kind="retrospective")
    approved = approved_last(carried(check, ASKED, [before]).offers)

    told = {each.question: each.statement for each in submitted_answers(ASKED, check, approved)}

    assert "一致" in told["meat.one"]
    assert (
        "[Unchanged: as in the approved answer of case No before, submitted 2026-11-09]" in told["meat.one"]
    )
    assert told["meat.two"] == "", "nothing was approved of it"
    assert "有变更" in statement_of(StoredAnswer(an_answer("z")), approved["meat.one"])
    assert "[Changed since" in statement_of(StoredAnswer(an_answer("z")), approved["meat.one"])


def test_customs_reads_that_an_approved_answer_is_not_given_any_more() -> None:
    """Whether it was never typed or emptied; not of a question that is not asked, or was approved never."""
    names = ("one", "two", "three", "four")
    gate = {"question": "meat.one", "any_of": ["yes"]}
    asked = (
        a_questionnaire(
            a_question("meat.one", "yes_no"),
            *(a_question(f"meat.{name}") for name in names[1:]),
            a_question("meat.five", relevant=[gate]),
        ),
    )
    earlier = {f"meat.{name}": an_answer("x") for name in ("two", "three", "five")} | {
        "meat.one": an_answer("yes")
    }
    now = {"meat.one": an_answer("no"), "meat.three": an_answer(" ")}
    check = a_case("now", now, kind="retrospective")
    approved = approved_last(carried(check, asked, [EarlierCase(a_case("before", earlier), asked)]).offers)
    assert set(approved) == {"meat.one", "meat.two", "meat.three", "meat.five"}

    sent = {each.question: each for each in submitted_answers(asked, check, approved)}

    assert set(sent) == {"meat.one", "meat.two", "meat.three"}
    for name in ("meat.two", "meat.three"):
        assert sent[name].statement == (
            "【案件No before中已审核通过的回答（2026-11-09提交），本次未填】"
            "[Not answered now: answered in case No before, submitted 2026-11-09, and approved]"
        )
        assert not (sent[name].answer.value or "").strip()  # type: ignore[union-attr]
        assert sent[name].attachments == ()
    assert "[Changed since" in sent["meat.one"].statement


@pytest.mark.parametrize("emptied", [None, "", " \n", (), [{}, {"year": " "}]])
def test_an_emptied_answer_is_not_sent_unless_it_was_approved_before(emptied: Any) -> None:
    """Then as one that was never given; a note or a file alone is an answer."""
    asked = (a_questionnaire(*(a_question(f"meat.{name}") for name in ("one", "two", "three", "four"))),)
    blank = an_answer(emptied) | {"note": " "}
    now = {
        "meat.one": blank, "meat.two": blank, "meat.three": blank | {"note": "none"},
        "meat.four": blank | {"attachments": [FILE]},
    }  # fmt: skip
    check = a_case("now", now, kind="retrospective")
    before = EarlierCase(a_case("before", {"meat.two": an_answer("x")}), asked)
    approved = approved_last(carried(check, asked, [before]).offers)

    sent = {each.question: each for each in submitted_answers(asked, check, approved)}

    assert [*sent] == ["meat.two", "meat.three", "meat.four"]
    assert sent["meat.two"].answer == NO_ANSWER
    assert "[Not answered now" in sent["meat.two"].statement


def test_who_submits_a_check_is_told_what_customs_will_read() -> None:
    asked = (a_questionnaire(*(a_question(f"meat.{name}") for name in ("one", "two", "three", "four"))),)
    before = a_case("before", {f"meat.{name}": an_answer("x") for name in ("one", "two", "three")})
    now = {
        "meat.one": an_answer("x"),
        "meat.two": an_answer("y"),
        "meat.three": an_answer(""),
        "meat.four": an_answer("x"),
    }
    check = a_case("now", now, kind="retrospective")
    approved = approved_last(carried(check, asked, [EarlierCase(before, asked)]).offers)

    told = changed_since(asked, check.stages[Stage.QUESTIONNAIRE].answers, approved)

    assert (told.same, told.changed, told.not_given) == (["meat.one"], ["meat.two"], ["meat.three"])
