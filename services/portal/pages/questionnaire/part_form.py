"""A part's form between browser and answers: what was typed to each question, and what of it is new."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData

from services.portal.pages.form_commands import text
from services.portal.pages.formatting import number as shown_number
from services.portal.workbook.content import Content, content_of
from shared.contracts.numbers import number_of
from shared.contracts.questionnaires import NO_ANSWER, Answer, Question, QuestionKind, Value
from shared.contracts.reading import date_of
from shared.questionnaires.tables import Row, rows_of, says_something, understood_row

_DIGEST_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class FormChanges:
    """The answers of a form that differ from those that are saved.

    `conflicts` are questions that somebody else changed meanwhile, and whoever typed, too; `remote_changes` those that
    somebody else alone changed.
    """

    changed: Mapping[str, Answer]
    conflicts: tuple[str, ...]
    remote_changes: tuple[str, ...]


def base_digest(question: Question, answer: Answer) -> str:
    """Of the answer that a page shows, for its hidden field `<question>:base_digest`; files don't count."""
    return _digest(content_of(question, answer))


def read_changes(questions: Iterable[Question], form: FormData, present: Mapping[str, Answer]) -> FormChanges:
    """What of a form is to be saved; `keep` names a question whose answer replaces a colleague's, `take` one left as it is."""
    keep, take = text(form, "keep"), text(form, "take")
    changed: dict[str, Answer] = {}
    conflicts: list[str] = []
    remote_changes: list[str] = []
    for question in questions:
        base = text(form, base_field(question)) or text(
            form, f"{question.id}:seen"
        )  # as it was called on pages that stay open over an upgrade
        if not base or question.id == take:
            continue
        before = present.get(question.id, NO_ANSWER)
        mine = _keep_digits(question, read_content(question, form), before)
        comparable = _comparable(question, mine)
        if comparable == content_of(question, before):
            continue
        if base != base_digest(question, before) and question.id != keep:
            untouched = comparable is not None and _digest(comparable) == base
            (remote_changes if untouched else conflicts).append(question.id)
            continue
        changed[question.id] = before.model_copy(update={"value": mine.value, "note": mine.note})
    return FormChanges(changed, tuple(conflicts), tuple(remote_changes))


def base_field(question: Question) -> str:
    """The name of the hidden field that holds the base digest of a question."""
    return f"{question.id}:base_digest"


def read_content(question: Question, form: FormData) -> Content:
    """The value and the note as they were typed; a number that is none stays a text, which the service refuses by name."""
    return Content(_READ[question.kind](question, form), text(form, f"{question.id}:note"))


def cell_name(question: str, row: int, column: str) -> str:
    """The name of a cell's field."""
    return f"{question}:row:{row}:{column}"


def calculated_cells(questions: Iterable[Question], form: FormData) -> dict[str, str]:
    """What tables calculate from what was typed, by the cell's name; "" where a number that it needs is missing."""
    found: dict[str, str] = {}
    for question in questions:
        calculated = [column.code for column in question.columns if column.calculated]
        for row, kept in _understood_rows(question, form) if calculated else ():
            found |= {cell_name(question.id, row, code): kept.get(code, "") for code in calculated}
    return found


def as_numbered(
    questions: Iterable[Question], form: FormData, stored: Mapping[str, Answer]
) -> dict[str, Answer]:
    """The tables that are stored as the form has them, with the form's empty rows: what is said of a row has its number there."""
    found: dict[str, Answer] = {}
    for question in (each for each in questions if each.kind is QuestionKind.TABLE):
        typed = tuple(kept for _, kept in _understood_rows(question, form))
        answer = stored.get(question.id, NO_ANSWER)
        if typed and _filled(question, typed) == _filled(question, rows_of(answer.value)):
            found[question.id] = answer.model_copy(update={"value": typed})
    return found


def _filled[R: Row](question: Question, rows: Iterable[R]) -> list[R]:
    return [row for row in rows if says_something(question, row)]


def _digest(content: Content) -> str:
    return content.digest()[:_DIGEST_CHARACTERS]


def _comparable(question: Question, mine: Content) -> Content | None:
    """What was typed, comparable with an answer; None for a number that is none."""
    if question.kind is QuestionKind.NUMBER and isinstance(mine.value, str):
        return None
    return content_of(question, Answer(value=mine.value, note=mine.note))


def _keep_digits(question: Question, mine: Content, before: Answer) -> Content:
    """A number of more digits than a form takes is left alone where its text is."""
    same = question.kind is QuestionKind.NUMBER and mine.value == shown_number(before.value)
    return Content(before.value, mine.note) if same else mine


def _text(question: Question, form: FormData) -> Value:
    return text(form, question.id) or None


def _line(question: Question, form: FormData) -> Value:
    return text(form, question.id).strip() or None


def _date(question: Question, form: FormData) -> Value:
    given = text(form, question.id).strip()
    return date_of(given) or given or None


def _number(question: Question, form: FormData) -> Value:
    given = text(form, question.id).strip()
    number = number_of(given)
    return (given or None) if number is None else number


def _choices(question: Question, form: FormData) -> Value:
    return tuple(str(code) for code in form.getlist(question.id)) or None


def _table(question: Question, form: FormData) -> Value:
    return tuple(_filled(question, (_cells(question, row, form) for row in _rows(question, form)))) or None


def _cells(question: Question, row: int, form: FormData) -> dict[str, str]:
    """A row as it was typed, without what is calculated."""
    return {
        column.code: text(form, cell_name(question.id, row, column.code)).strip()
        for column in question.columns
        if not column.calculated
    }


def _understood_rows(question: Question, form: FormData) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that the form has, by number, as they are kept; empty ones, too."""
    for row in _rows(question, form):
        yield row, understood_row(question, _cells(question, row, form))


def _rows(question: Question, form: FormData) -> list[int]:
    """The numbers of the rows that the form has."""
    found = set()
    for name in form:
        head, _, rest = name.partition(":row:")
        number = rest.partition(":")[0]
        if head == question.id and number.isascii() and number.isdigit():
            found.add(int(number))
    return sorted(found)


def _file(question: Question, form: FormData) -> Value:
    return None


_READ: Mapping[QuestionKind, Callable[[Question, FormData], Value]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.YES_NO: _line,
    QuestionKind.CHOICE: _line,
    QuestionKind.CHOICES: _choices,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
    QuestionKind.TABLE: _table,
    QuestionKind.FILE: _file,
}
