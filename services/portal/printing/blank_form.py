"""What a blank form says of each question, and the room it leaves for an answer. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from services.portal.cases.answering import asked_only_if, asked_only_of, rules_of, rules_of_column
from services.portal.cases.part_names import numbers_of
from services.portal.printing.lines import lines_of
from services.portal.printing.tables import table_of
from services.portal.printing.words import WORDS, Language
from shared.bilingual import Bilingual
from shared.contracts.questionnaires import Column, Question, QuestionKind, Questionnaire, all_questions
from shared.questionnaires.tables import YES_NO, cell_text, laid_out_rows

Form = dict[str, object]
NOT_BLANK: Final[Form] = {"help": [], "rules": [], "columns": []}
"""What an answered questionnaire says of all this."""
SPARE_ROWS = 3
_LINES = {QuestionKind.LONG_TEXT: 6}
"""The height of the room for a text, in lines; 1 where nothing is said."""


class BlankForm:
    """The form in one language; of a case with these specific categories (`specific`), which names no others."""

    def __init__(
        self, questionnaires: Sequence[Questionnaire], language: Language, specific: Sequence[str] | None
    ) -> None:
        self._language, self._words, self._specific = language, WORDS[language], specific
        self._numbers = numbers_of(questionnaires)
        self._known = {question.id: question for question in all_questions(questionnaires)}

    def of(self, question: Question) -> Form:
        """Guidance, rules, what each column takes, and an empty body."""
        return {
            "help": lines_of(question.help_zh if self._language is Language.ZH else question.help_en),
            "rules": [lines_of(rule) for rule in self._rules(question)],
            "columns": [self._column(question, column) for column in question.columns],
            "body": _BODIES.get(question.kind, BlankForm._room)(self, question), "silent": False,
        }  # fmt: skip

    def _column(self, question: Question, column: Column) -> Form:
        rule = self._said(rules_of_column(question, column))
        return {"name": self._said(Bilingual(column.zh, column.en)), "rule": lines_of(rule)}

    def _rules(self, question: Question) -> list[str]:
        conditions = [self._said(each) for each in asked_only_if(question, self._numbers, self._known)]
        told = [self._words.only_if + self._words.between.join(conditions)] if conditions else []
        if only_of := asked_only_of(question, self._specific):
            told.append(self._words.only_of + self._said(only_of))
        return [*told, *(self._said(each) for each in rules_of(question, self._numbers))]

    def _room(self, question: Question) -> Form:
        return {"kind": "room", "lines": _LINES.get(question.kind, 1)}

    def _options(self, question: Question) -> Form:
        named = [Bilingual(choice.zh, choice.en) for choice in question.choices] or [*YES_NO.values()]
        return {"kind": "options", "options": [{"text": self._said(each), "chosen": False} for each in named]}

    def _table(self, question: Question) -> Form:
        spare = 0 if question.only_prepared else SPARE_ROWS
        begun: list[Mapping[str, str]] = [*laid_out_rows(question, ()), *({} for _ in range(spare))]
        rows = [
            [self._said(cell_text(question, column, row.get(column.code, ""))) for column in question.columns]
            for row in begun
        ]
        return dict(
            table_of([self._said(Bilingual(column.zh, column.en)) for column in question.columns], rows)
        )

    def _said(self, text: Bilingual) -> str:
        return text.zh if self._language is Language.ZH else text.en


_BODIES: dict[QuestionKind, Callable[[BlankForm, Question], Form]] = {
    QuestionKind.YES_NO: BlankForm._options, QuestionKind.CHOICE: BlankForm._options,
    QuestionKind.CHOICES: BlankForm._options, QuestionKind.TABLE: BlankForm._table,
}  # fmt: skip
