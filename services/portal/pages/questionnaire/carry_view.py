"""What a part says of earlier answers: how many can be taken, what waits for confirmation, what has no place."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.pages.questionnaire.view_model import Tab
from shared.bilingual import Bilingual
from shared.contracts.documents.cases import Case
from shared.contracts.questionnaires import Questionnaire
from shared.contracts.vocabulary import Kind
from shared.questionnaires.answers import stored_answers, to_be_confirmed
from shared.questionnaires.carrying import Carried, LeftOut, Misfit, to_take

REASONS = {
    Misfit.NOT_ASKED: Bilingual("新版本不再询问", "no longer asked"),
    Misfit.KIND: Bilingual("回答方式已改变", "answered in another way now"),
    Misfit.OPTION: Bilingual("原选项已不再提供", "an option that is no longer offered"),
    Misfit.COLUMN: Bilingual("表格的列已改变", "the table has other columns now"),
    Misfit.ROW: Bilingual("表格的行已固定", "the table has fixed rows now"),
    Misfit.CELL: Bilingual("单元格内容不符合该列现在的要求", "a cell is not what its column takes now"),
}


@dataclass(frozen=True, slots=True)
class CarryView:
    """How many answers can be taken together, in all and `here` in the part; how many wait, and what was left out of it."""

    all: int
    here: int
    waiting: int
    waiting_here: int
    left_out: tuple[LeftOut, ...]
    check: bool

    @classmethod
    def of(cls, case: Case, asked: Sequence[Questionnaire], tab: Tab, found: Carried) -> "CarryView":
        """For one part of a case."""
        stored, here = stored_answers(case), {question.id for question in tab.part.questions}
        wanted = to_take(asked, stored, found.offers)
        waiting = [question.id for question in to_be_confirmed(asked, stored)]
        numbers = [part.number for part in tab.questionnaire.parts]
        left_out = tuple(
            each for each in found.left_out
            if each.earlier.asked.id.startswith(f"{tab.questionnaire.code}.")
            and (each.earlier.part if each.earlier.part in numbers else numbers[-1]) == tab.part.number
        )  # fmt: skip
        return cls(
            len(wanted), len(wanted.keys() & here), len(waiting), len(here.intersection(waiting)), left_out,
            case.kind is Kind.RETROSPECTIVE,
        )  # fmt: skip

    @property
    def shown(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.all or self.waiting or self.left_out)
