"""What a question still needs as it is answered, and how a note or a file that lacks is said. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Literal

from shared.bilingual import Bilingual
from shared.contracts.questionnaires import (
    NO_ANSWER,
    Answer,
    Question,
    QuestionKind,
    Questionnaire,
    all_questions,
)
from shared.questionnaires.answers import is_filled
from shared.questionnaires.format_checks import demanding, needs_file
from shared.questionnaires.row_checks import AnswerProblem, incomplete_rows
from shared.questionnaires.tables import filled_rows


class Missing(StrEnum):
    """What keeps a question open."""

    VALUE = "value"
    NOTE = "note"
    ATTACHMENT = "attachment"


NOTE_CHARACTERS = 2
"""Letters or digits of a note that answers or is demanded, at least: one describes nothing, two name an animal (羊驼)."""
_NO_NOTE = Bilingual("请填写备注。", "the note is missing")
_NO_WORDS = Bilingual(
    f"备注至少填写{NOTE_CHARACTERS}个字。", f"the note needs at least {NOTE_CHARACTERS} letters or digits"
)
_NO_FILE = Bilingual("请上传附件。", "the file is missing")


def missing(question: Question, answer: Answer) -> tuple[Missing, ...]:
    """What a question still needs before the questionnaire can be submitted."""
    return tuple(_missing(question, answer))


def is_not_applicable(question: Question, answer: Answer) -> bool:
    """Whether the note says why the question does not apply, where it may: there is no value; files may show the reason."""
    return question.not_applicable and not has_value(question, answer) and _describes(answer.note)


def has_value(question: Question, answer: Answer) -> bool:
    """Whether an answer has a value, a table one row at least that says something."""
    if question.kind is QuestionKind.TABLE:
        return any(filled_rows(question, answer.value))
    return is_filled(answer.value)


def demanded(question: Question, answer: Answer, lack: Missing) -> AnswerProblem:
    """The note or the file that is missing, with what was answered where that demands it."""
    what: Literal["note", "file"] = "note" if lack is Missing.NOTE else "file"
    said = _NO_FILE if what == "file" else _NO_WORDS if answer.note.strip() else _NO_NOTE
    zh, en = said.zh, said.en
    if by := demanding(question, answer, what):
        chosen_zh = "、".join(f"“{each.zh}”" for each in by)
        chosen_en = ", ".join(f"“{each.en}”" for each in by)
        return AnswerProblem("required", f"选择了{chosen_zh}，{zh}", f"{en}, since you chose {chosen_en}.")
    return AnswerProblem("required", zh, f"{en}.")


def only_beside(question: Question, answer: Answer) -> Bilingual | None:
    """What lacks besides the value: the note, the file or both. None where the value lacks, too, or nothing does."""
    lacks = missing(question, answer)
    if not lacks or Missing.VALUE in lacks:
        return None
    said = [demanded(question, answer, lack) for lack in lacks]
    en = " ".join(each.en[:1].upper() + each.en[1:] for each in said)
    return Bilingual("".join(each.zh for each in said), en)


def lacking_beside(now_asked: Iterable[Questionnaire], answers: Mapping[str, Answer]) -> dict[str, Bilingual]:
    """What is said of each question, of those that `asked_now` found, that lacks no more than a note or a file."""
    given = ((each, answers.get(each.id, NO_ANSWER)) for each in all_questions(now_asked))
    return {question.id: said for question, answer in given if (said := only_beside(question, answer))}


def _missing(question: Question, answer: Answer) -> Iterator[Missing]:
    if is_not_applicable(question, answer):
        return
    if _lacks_value(question, answer):
        yield Missing.VALUE
    if demanding(question, answer, "note") and not _describes(answer.note):
        yield Missing.NOTE
    if needs_file(question, answer) and not answer.attachments:
        yield Missing.ATTACHMENT


def _describes(note: str) -> bool:
    return sum(map(str.isalnum, note)) >= NOTE_CHARACTERS


def _lacks_value(question: Question, answer: Answer) -> bool:
    """Whether the value is not there, or is a table that lacks rows or cells; a file may answer instead."""
    if has_value(question, answer):
        return question.kind is QuestionKind.TABLE and any(incomplete_rows(question, answer))
    suffices = question.attachment_suffices and bool(answer.attachments)
    return question.required and question.kind is not QuestionKind.FILE and not suffices
