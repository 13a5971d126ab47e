"""Puts a questionnaire with its answers together for the template. Pure; the time comes as an argument."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.cases.part_names import numbers_of, part_name
from services.portal.cases.progress import is_required, progress
from services.portal.printing.blank_form import NOT_BLANK, BlankForm
from services.portal.printing.lines import Line, lines_of
from services.portal.printing.tables import table_of
from services.portal.printing.words import WORDS, Language
from shared.contracts.catalogue import CATEGORY, SPECIFIC
from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.documents.cases import Case
from shared.contracts.documents.files import StoredFile
from shared.contracts.documents.people import Authority
from shared.contracts.numbers import number_text
from shared.contracts.places import PLACES, place_label
from shared.contracts.questionnaires import (
    Part,
    PreambleSection,
    Question,
    QuestionKind,
    Questionnaire,
    Value,
    unit_in,
)  # fmt: skip
from shared.contracts.times import CHINA, in_china
from shared.contracts.vocabulary import Stage
from shared.lifecycle.stages import STATUS_LABELS
from shared.questionnaires.answers import NOT_ANSWERED, answer_of, is_filled, is_given
from shared.questionnaires.missing import only_beside
from shared.questionnaires.relevance import asked_now, only_relevant
from shared.questionnaires.tables import cell_text, laid_out_rows

Form = dict[str, object]
_BY_HAND = "_" * 16


@dataclass(frozen=True, slots=True)
class PrintJob:
    """What is printed: the case, its questionnaires, the answers by question (the present ones, or those of a round).

    `officer` and `office` are of who answers for them, empty where that is not known: then they are written by hand.

    `blank`: the form to be filled in by hand, with the guidance and rules of every question, asked as the answers stand or
    not. No case: the form before there is any.
    """

    case: Case | None
    authority: Authority | None
    questionnaires: Sequence[Questionnaire]
    answers: Mapping[str, StoredAnswer]
    open_required: Sequence[str] = ()
    round: int | None = None
    sent_at: datetime | None = None
    blank: bool = False
    officer: str = ""
    office: str = ""


class PdfDocument:
    """One document in one language."""

    def __init__(self, printed: PrintJob, language: Language, at: datetime) -> None:
        self._printed, self._language, self._at = printed, language, at
        self._words, self._open = WORDS[language], frozenset(printed.open_required)
        self._numbers = numbers_of(printed.questionnaires)
        self._answers = {} if printed.blank else only_relevant(printed.questionnaires, printed.answers)
        self._asked = (
            printed.questionnaires if printed.blank else asked_now(printed.questionnaires, printed.answers)
        )
        specific = printed.case.specific if printed.case else None
        self._blank = BlankForm(printed.questionnaires, language, specific) if printed.blank else None

    def form(self) -> Form:
        """The document as the template takes it: words, cover, progress, and every question with its answer."""
        words, case = self._words, self._printed.case
        case_no = str(case.case_no) if case else ""
        titles = [self._said(each, "title") for each in self._printed.questionnaires]
        title = " · ".join(titles)
        return {
            "language": self._language.value, "title": title, "case_no": case_no, "words": words.model_dump(),
            "cover": [{"name": name, "lines": lines_of(text)} for name, text in self._cover()],
            "progress": self._progress(), "pages": words.page_of, "author": self._authority() if case else "",
            "blank": self._printed.blank,
            "questionnaires": [
                {
                    "title": said, "preamble": [self._section(section) for section in each.preamble],
                    "parts": [self._part(part, at) for part in each.parts],
                }
                for at, (each, said) in enumerate(zip(self._asked, titles, strict=True), 1)
            ],
            "declaration": self._declaration(),
        }  # fmt: skip

    def _cover(self) -> list[tuple[str, str]]:
        words, case = self._words, self._printed.case
        versions = [
            words.version.format(title=self._said(each, "title"), version=each.version)
            for each in self._printed.questionnaires
        ]
        if case is None:
            return [
                (words.questionnaire, "\n".join(versions)), (words.content, self._content()),
                (words.printed_at, in_china(self._at)),
            ]  # fmt: skip
        files = sum(len(answer.attachments) for answer in self._answers.values())
        return [
            (words.case_no, str(case.case_no)), (words.authority, self._authority()),
            (words.country, self._country(case)), (words.category, self._named(CATEGORY.get(case.category), case.category)),
            (words.specific, words.between.join(self._named(SPECIFIC.get(code), code) for code in case.specific)),
            (words.questionnaire, "\n".join(versions)), (words.status, self._status(case)), (words.content, self._content()),
            (words.attachments, str(files)), (words.printed_at, in_china(self._at)),
        ]  # fmt: skip

    def _authority(self) -> str:
        authority, case = self._printed.authority, self._printed.case
        code = case.authority if case else ""
        if authority is None:
            return code
        name = {Language.ZH: authority.name_zh, Language.EN: authority.name_en}[self._language]
        return f"{name or authority.name_en} ({code})"

    def _country(self, case: Case) -> str:
        code = case.country
        if self._language is Language.ZH or code not in PLACES:
            return place_label(code)
        return f"{PLACES[code].en} ({code})"

    def _status(self, case: Case) -> str:
        status = case.stages[Stage.QUESTIONNAIRE].status
        return self._named(STATUS_LABELS[status], status.value)

    def _content(self) -> str:
        if self._printed.blank:
            return self._words.blank
        if self._printed.round is None or self._printed.sent_at is None:
            return self._words.present
        return self._words.sent.format(round=self._printed.round, at=in_china(self._printed.sent_at))

    def _progress(self) -> list[Form]:
        return [
            {
                "part": self._named(part_name(part), ""),
                "label": f"part-{at}-{part.number}", "asked": len(part.questions),
                "answered": sum(is_given(self._answers.get(question.id)) for question in part.questions),
                "required": how_far.required, "open": how_far.open,
            }
            for at, each in enumerate(self._asked, 1)
            for part, how_far in zip(each.parts, progress([each], self._printed.open_required), strict=True)
        ]  # fmt: skip

    def _section(self, section: PreambleSection) -> Form:
        points = [lines_of(self._named(point, "")) for point in section.points]
        return {"title": self._said(section, "title"), "points": points}

    def _declaration(self) -> Form:
        """What the responsible officer signs: the statement, and lines of which those are filled in that are known."""
        words, printed = self._words, self._printed
        authority, case_no = (
            (self._authority(), printed.case.case_no) if printed.case else (_BY_HAND, _BY_HAND)
        )
        stated = words.statement.format(authority=authority, case_no=case_no)
        day = printed.sent_at.astimezone(CHINA).date().isoformat() if printed.sent_at else ""
        known = (
            (words.content, self._content()),
            (words.name, printed.officer),
            (words.office, printed.office),
            (words.date, day),
            (words.signature, ""),
        )
        return {
            "statement": lines_of(stated),
            "lines": [{"name": name, "lines": lines_of(text)} for name, text in known],
        }  # fmt: skip

    def _part(self, part: Part, position: int) -> Form:
        return {
            "title": self._named(part_name(part), ""), "label": f"part-{position}-{part.number}",
            "questions": [self._question(each, self._numbers[each.id]) for each in part.questions],
        }  # fmt: skip

    def _question(self, question: Question, number: str) -> Form:
        answer = self._answers.get(question.id, NOT_ANSWERED)
        given = is_filled(answer.value)
        return {
            "number": number, "text": self._said(question, "text"), "required": is_required(question),
            "file_required": question.attachment_required, "open": question.id in self._open,
            "lacks": self._lacks(question, answer),
            "body": self._body(question, answer.value) if given else {"kind": "none"},
            "silent": not given and bool(answer.attachments or answer.note),
            "note": lines_of(answer.note), "mark": lines_of(answer.statement or self._mark(answer)),
            "attachments": [self._file(file) for file in answer.attachments],
        } | (self._blank.of(question) if self._blank else NOT_BLANK)  # fmt: skip

    def _lacks(self, question: Question, answer: StoredAnswer) -> str:
        """What an open question lacks: a note or a file alone by its name."""
        beside = only_beside(question, answer_of(answer))
        return self._named(beside, "") if beside else self._words.still_open

    def _mark(self, answer: StoredAnswer) -> str:
        """That an answer was taken from an earlier case and is to be confirmed."""
        waits = answer.taken if answer.to_be_confirmed else None
        return self._words.to_be_confirmed.format(case_no=waits.case_no) if waits else ""

    def _file(self, file: StoredFile) -> Form:
        size = self._words.size.format(bytes=f"{file.size:,}")
        return {"name": lines_of(file.name), "size": size, "sha256": file.sha256}

    def _body(self, question: Question, value: Value) -> Form:
        return _BODIES[question.kind](self, question, value)

    def _text(self, question: Question, value: Value) -> Form:
        return _lines(lines_of(str(value)))

    def _number(self, question: Question, value: Value) -> Form:
        shown = number_text(value) if isinstance(value, int | float) else str(value)
        return _lines(lines_of(f"{shown} {unit_in(question.unit, self._language.value)}".rstrip()))

    def _yes_no(self, question: Question, value: Value) -> Form:
        words = self._words
        return _options([(words.yes, value == "yes"), (words.no, value == "no")])

    def _choice(self, question: Question, value: Value) -> Form:
        chosen = value if isinstance(value, tuple) else (value,)
        return _options([(self._named(each, each.code), each.code in chosen) for each in question.choices])

    def _table(self, question: Question, value: Value) -> Form:
        names = [self._named(column, column.code) for column in question.columns]
        table = table_of(names, [
            [self._named(cell_text(question, column, row.get(column.code, "")), "") for column in question.columns]
            for row in laid_out_rows(question, value)
        ])  # fmt: skip
        return dict(table)

    def _named(self, found: object, otherwise: str) -> str:
        return str(getattr(found, self._language.value)) if found else otherwise

    def _said(self, thing: Questionnaire | PreambleSection | Question, what: str) -> str:
        return str(getattr(thing, f"{what}_{self._language}"))


_BODIES: dict[QuestionKind, Callable[[PdfDocument, Question, Value], Form]] = {
    QuestionKind.TEXT: PdfDocument._text, QuestionKind.LONG_TEXT: PdfDocument._text, QuestionKind.DATE: PdfDocument._text,
    QuestionKind.FILE: PdfDocument._text, QuestionKind.NUMBER: PdfDocument._number, QuestionKind.YES_NO: PdfDocument._yes_no,
    QuestionKind.CHOICE: PdfDocument._choice, QuestionKind.CHOICES: PdfDocument._choice, QuestionKind.TABLE: PdfDocument._table,
}  # fmt: skip


def _lines(lines: list[Line]) -> Form:
    return {"kind": "text", "lines": lines}


def _options(options: Sequence[tuple[str, bool]]) -> Form:
    return {"kind": "options", "options": [{"text": text, "chosen": chosen} for text, chosen in options]}
