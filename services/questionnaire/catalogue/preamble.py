"""Reads what every questionnaire says before its questions, and what some say besides."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from services.questionnaire.catalogue.files import CatalogueError, CatalogueForm, Title, parsed
from services.questionnaire.catalogue.product_words import ProductWords, filled
from shared.contracts.questionnaires import PreamblePoint, PreambleSection

PREAMBLE = "preamble.yaml"


class _Point(CatalogueForm):
    zh: str
    en: str
    only_for: tuple[str, ...] = ()


class _Section(Title):
    code: str
    points: list[_Point]


class _PreambleFile(CatalogueForm):
    sections: list[_Section]


@dataclass(frozen=True, slots=True)
class Preamble:
    """The sections of the file, in order."""

    sections: tuple[_Section, ...] = ()

    def of(self, code: str, product: ProductWords) -> tuple[PreambleSection, ...]:
        """What the questionnaire of this code says; a section that has nothing for it is left out."""
        found = (
            (each, [_said(point, product) for point in each.points if _is_for(point, code)])
            for each in self.sections
        )
        return tuple(
            PreambleSection(code=each.code, title_zh=each.title_zh, title_en=each.title_en, points=tuple(points))
            for each, points in found if points
        )  # fmt: skip


def read_preamble(folder: Path, codes: Collection[str]) -> Preamble:
    """The preamble of a folder, empty where there is none; CatalogueError where a point is for an unknown questionnaire."""
    path = folder / PREAMBLE
    if not path.exists():
        return Preamble()
    sections = tuple(parsed(path, _PreambleFile).sections)
    for section in sections:
        named = {code for point in section.points for code in point.only_for}
        if unknown := sorted(named - set(codes)):
            raise CatalogueError(PREAMBLE, section.code, f"there is no questionnaire {', '.join(unknown)}")
    return Preamble(sections)


def _is_for(point: _Point, code: str) -> bool:
    return not point.only_for or code in point.only_for


def _said(point: _Point, product: ProductWords) -> PreamblePoint:
    return PreamblePoint.model_validate(filled({"zh": point.zh, "en": point.en}, product))
