"""A questionnaire before any case is asked it: as a page for a browser, and as the blank form on paper."""

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.portal.cases.answering import asked_only_if, asked_only_of, rules_of, rules_of_column
from services.portal.cases.part_names import numbers_of, part_name
from services.portal.cases.progress import is_required
from services.portal.printing.pdf_document import PdfDocument, PrintJob
from services.portal.printing.pdf_renderer import PdfRenderer
from services.portal.printing.words import WORDS, Language
from shared.bilingual import Bilingual
from shared.contracts.questionnaires import (
    Column,
    Question,
    Questionnaire,
    all_questions,
    unit_in,
    with_check_part,
)
from shared.questionnaires.tables import cell_text, laid_out_rows, options_of

_TAGS = {Language.ZH: "zh-CN", Language.EN: "en"}
_HERE = Path(__file__).parent


def page_of(questionnaire: Questionnaire, language: Language) -> bytes:
    """One HTML file with everything in it, without scripts; what is typed into it goes nowhere."""
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    questionnaire = with_check_part(questionnaire)
    page = _Page(questionnaire, language)
    html = environment.get_template("preview.html").render(
        page=page, questionnaire=questionnaire, words=WORDS[language], tag=_TAGS[language],
        style=(_HERE / "preview.css").read_text(encoding="utf-8"),
    )  # fmt: skip
    return html.encode()


async def pdf_of(questionnaire: Questionnaire, language: Language) -> bytes:
    """The blank form as a PDF, as the portal prints it for a case."""
    at = datetime.now(UTC)
    printed = PrintJob(None, None, [with_check_part(questionnaire)], {}, blank=True)
    return await PdfRenderer().print(PdfDocument(printed, language, at).form(), at)


class _Page:
    """What the template asks of a questionnaire, in one language."""

    def __init__(self, questionnaire: Questionnaire, language: Language) -> None:
        self._language = language
        self.numbers = numbers_of([questionnaire])
        self._known = {question.id: question for question in all_questions([questionnaire])}
        self.is_required, self.part_name, self.rows = is_required, part_name, laid_out_rows

    def said(self, thing: object, what: str = "") -> str:
        """A text of the questionnaire, or words of ours, in this language."""
        return str(getattr(thing, f"{what}_{self._language}" if what else self._language.value))

    def unit(self, question: Question) -> str:
        """The unit in this language."""
        return unit_in(question.unit, self._language.value)

    def conditions(self, question: Question) -> list[str]:
        """When the question is asked; nothing where always."""
        return [self.said(each) for each in asked_only_if(question, self.numbers, self._known)]

    def categories(self, question: Question) -> str:
        """Which specific categories are asked; nothing where all are."""
        named = asked_only_of(question)
        return self.said(named) if named else ""

    def rules(self, question: Question) -> list[str]:
        """What an answer may be."""
        return [self.said(each) for each in rules_of(question, self.numbers)]

    def column_rule(self, question: Question, column: Column) -> str:
        """What a cell may be."""
        return self.said(rules_of_column(question, column))

    def choices(self, question: Question) -> list[str]:
        """What an answer is chosen from: its options, or yes and no."""
        words = WORDS[self._language]
        return [self.said(each) for each in question.choices] or [words.yes, words.no]

    def options(self, question: Question, column: Column) -> list[str]:
        """What a cell is chosen from."""
        return [self.said(each) for each in options_of(question, column).values()]

    def cell(self, question: Question, column: Column, text: str) -> str:
        """What stands in a prepared row."""
        shown: Bilingual = cell_text(question, column, text)
        return self.said(shown)
