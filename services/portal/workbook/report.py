"""What became of an uploaded workbook, answer by answer."""

from typing import Self

from pydantic import BaseModel

from services.portal.workbook.importing import Changes
from services.portal.workbook.refusals import Refusal
from shared.contracts.documents.cases import Case
from shared.contracts.replies import CaseAnswer
from shared.contracts.vocabulary import Stage


class Report(BaseModel):
    """Every question of the workbook is in one of `taken`, `unchanged` and `refused`; a table may have refused cells besides.

    `cleared` names those of `taken` whose cells were emptied. `versions` are the new versions of `taken`. A refusal without
    a question speaks of a row or a sheet; `row` is null where the whole answer is meant.
    """

    id: str
    case_no: str
    stage: Stage
    status: str
    taken: list[str]
    cleared: list[str]
    unchanged: list[str]
    refused: list[Refusal]
    versions: dict[str, int]
    open_required: list[str]

    @classmethod
    def of(cls, case: Case, changes: Changes, saved: CaseAnswer | None) -> Self:
        """The report on changes that were saved, or of which none was left to be saved."""
        stage = case.stages[Stage.QUESTIONNAIRE]
        return cls(
            id=case.id, case_no=case.case_no or "", stage=Stage.QUESTIONNAIRE,
            status=saved.status if saved else stage.status,
            taken=list(changes.answers), unchanged=changes.unchanged, refused=changes.refused,
            cleared=[question for question, answer in changes.answers.items() if answer.value is None and not answer.note],
            versions=saved.versions if saved else {},
            open_required=list(saved.open_required) if saved else list(stage.open_required),
        )  # fmt: skip
