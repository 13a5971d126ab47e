"""What a workbook was exported from, on a hidden sheet: the case, its questionnaires, and each answer's version and digest."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.portal.workbook.refusals import workbook_refusal

SHEET = "_fas"
LISTS = "_lists"
_CHUNK = 30_000


class Exported(BaseModel):
    """An answer when it was exported: its version in the portal, and the digest of its content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=0)]
    digest: str


class Identity(BaseModel):
    """Written as rows of text on a sheet of its own, which sorting, inserting and renaming other sheets leaves alone.

    The last row is the SHA-256 of the others, so that a damaged hidden sheet is refused. It guards against accidents, not
    against officers: they may save the same answers by `PUT`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["fas-workbook-1"] = "fas-workbook-1"
    case_no: str
    exported_at: str
    questionnaires: tuple[tuple[str, int], ...]
    answers: dict[str, Exported]

    def rows(self) -> list[str]:
        """The texts of the hidden sheet, one a row."""
        told = self.model_dump_json()
        chunks = [told[start : start + _CHUNK] for start in range(0, len(told), _CHUNK)]
        return [*chunks, _sealed(chunks)]

    @classmethod
    def of_rows(cls, rows: Sequence[str]) -> Self:
        """The identity as `rows` wrote it; RequestRejected where it is not there (`not_our_workbook`) or damaged."""
        if not rows:
            raise workbook_refusal("not_our_workbook")
        *chunks, seal = rows
        try:
            if seal != _sealed(chunks):
                raise workbook_refusal("workbook_damaged")
            return cls.model_validate_json("".join(chunks))
        except ValidationError as error:
            raise workbook_refusal("workbook_damaged") from error

    def export_of(self, question: str) -> Exported:
        """Version and digest of an answer when it was exported; of no answer where the workbook does not name the question."""
        return self.answers.get(question, _NEVER)

    def insist_on(self, case_no: str, questionnaires: Sequence[tuple[str, int]]) -> None:
        """Refuse a workbook of another case, or of other versions of the questionnaires than the case has."""
        if self.case_no != case_no:
            raise workbook_refusal("workbook_of_another_case", case_no=case_no)
        if list(self.questionnaires) != list(questionnaires):
            raise workbook_refusal("workbook_outdated")


def _sealed(chunks: Sequence[str]) -> str:
    return sha256("".join(chunks).encode()).hexdigest()


_NEVER = Exported(version=0, digest="")
