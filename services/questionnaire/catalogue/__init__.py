"""The questionnaires as data (YAML beside this file), and which of them a case is asked."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from services.questionnaire.catalogue.files import CatalogueError
from services.questionnaire.catalogue.reading import read_catalogue
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.questionnaires import Questionnaire
from shared.contracts.vocabulary import Kind
from shared.questionnaires.repository import for_categories

__all__ = ["MATERIALS_ONLY", "CatalogueError", "for_case", "load"]

MATERIALS_ONLY = "materials_only"


@cache
def load() -> dict[str, Questionnaire]:
    """Every questionnaire by its code, in its present version; CatalogueError names file and question."""
    return read_catalogue(Path(__file__).parent)


def for_case(
    specific: Sequence[str], materials_only: bool, catalogue: Mapping[str, Questionnaire] | None = None, *,
    kind: Kind = Kind.ASSESSMENT,
) -> tuple[Questionnaire, ...]:  # fmt: skip
    """The questionnaires of a case's specific categories (DOMAIN 1.7), each with the questions that these and its kind are asked.

    Where there is none, or none written yet, or customs said MaterialsOnly, 补充材料 alone is asked.
    """
    written = load() if catalogue is None else catalogue
    named = [MATERIALS_ONLY] if materials_only else [_questionnaire_of(code, written) for code in specific]
    return tuple(for_categories(written[code], specific, kind) for code in dict.fromkeys(named))


def _questionnaire_of(specific: str, written: Mapping[str, Questionnaire]) -> str:
    code = SPECIFIC[specific].questionnaire
    return code if code is not None and code in written else MATERIALS_ONLY
