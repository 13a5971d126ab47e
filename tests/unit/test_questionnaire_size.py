"""What is declared fits into one message to customs, or the officer is told before it is declared."""

from datetime import UTC, datetime

from services.customs_gateway.declarations.translation import write_declaration
from services.questionnaire.answers import size_faults
from shared.contracts.events import AnsweredQuestion, AnswersSubmission, SubmissionDeclared
from shared.contracts.parts import FileRef
from shared.contracts.questionnaires import Answer, QuestionKind
from shared.contracts.vocabulary import Stage

FILE = FileRef(id="f", name="证" * 80 + ".pdf", media_type="application/pdf", size=4_000_000, sha256="0" * 64)


def answers(
    number: int, text: str, files: int = 0, name: str = "question_number"
) -> tuple[AnsweredQuestion, ...]:
    """So many answers with this text."""
    return tuple(
        AnsweredQuestion(
            questionnaire="aquatic", version=1, question=f"aquatic.{name}_{n}", kind=QuestionKind.LONG_TEXT,
            answer=Answer(value=text), attachments=(FILE,) * files,
        )
        for n in range(number)
    )  # fmt: skip


def written(given: tuple[AnsweredQuestion, ...]) -> int:
    """How long the declaration is, in bytes."""
    submission = AnswersSubmission(answers=given)
    return len(
        write_declaration(
            SubmissionDeclared(
                declaration_id="D", case_id="C", case_no="202611000000000001", authority="AW-01", round=1,
                stage=Stage.QUESTIONNAIRE, at=datetime(2026, 11, 1, tzinfo=UTC), submission=submission,
            )
        )
    )  # fmt: skip


def test_whatever_passes_the_check_can_be_declared() -> None:
    for text, files in (
        ("鱼" * 20_000, 0),
        ("<&>" * 6_600, 0),
        ("\r\n" * 9_000, 0),
        ("\x01" * 20_000, 0),
        ("x", 20),
        ("鱼" * 3_000, 20),
    ):
        number = 1
        while not size_faults(answers(number + 1, text, files)):
            number += 1
        assert written(answers(number, text, files)) <= 1024 * 1024


def test_too_much_text_is_refused_at_the_longest_answers() -> None:
    given = (*answers(20, "鱼" * 20_000), *answers(40, "short", name="short"))

    faults = size_faults(given)

    assert len(faults) == 5
    assert {fault.code for fault in faults} == {"submission_too_large"}
    assert all("附件" in fault.message_zh and "attach" in fault.message_en for fault in faults)
