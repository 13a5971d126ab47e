"""Finds a questionnaire: a file (.yaml, .xlsx), one of the catalogue by its code, or a stored version (CODE@VERSION)."""

from collections.abc import Callable
from pathlib import Path

from cli.commands.output import with_store
from cli.questionnaires.xlsform.as_yaml import as_yaml
from cli.questionnaires.xlsform.columns import SURVEY, NotImported
from cli.questionnaires.xlsform.importing import imported
from services.questionnaire import catalogue
from services.questionnaire.catalogue.files import CatalogueError
from services.questionnaire.catalogue.product_words import ProductWords
from services.questionnaire.catalogue.reading import (
    COMMON,
    Common,
    questionnaire_files,
    read_common,
    read_questionnaire,
    read_text,
)
from shared.contracts.questionnaires import Questionnaire
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.store import Store

FOLDER = Path(catalogue.__file__).parent
"""The catalogue of this installation."""
SPREADSHEET = ".xlsx"
_FILES = (".yaml", ".yml", SPREADSHEET)


class NotFound(Exception):
    """There is no such questionnaire; says what may be given."""


def questionnaire_of(given: str) -> Questionnaire:
    """The questionnaire that is meant; NotFound, CatalogueError or NotImported says why there is none."""
    return with_product(given)[0]


def with_product(given: str) -> tuple[Questionnaire, ProductWords]:
    """The same with its word for the product; of a stored version that of its file today, or its title where there is none."""
    if Path(given).suffix in _FILES:
        return questionnaire_of_file(Path(given))
    code, at, version = given.partition("@")
    if at:
        stored = _stored(code, version)
        return stored, _product_of(stored)
    if code not in codes():
        raise NotFound(
            f"There is no questionnaire {given}. Give a file (.yaml or .xlsx), one of {', '.join(codes())}, "
            "or a stored version such as meat@2."
        )
    return questionnaire_of_file(FOLDER / f"{code}.yaml")


def codes() -> list[str]:
    """The codes of the catalogue."""
    return [path.stem for path in questionnaire_files(FOLDER)]


def questionnaire_of_file(path: Path) -> tuple[Questionnaire, ProductWords]:
    """The questionnaire of a file; one in YAML includes from the `common.yaml` beside it, or from the catalogue's."""
    if path.suffix == SPREADSHEET:
        questionnaire, text = read_spreadsheet(path)
        return questionnaire, read_text(path.name, text, read_common(FOLDER))[1]
    return read_questionnaire(path, _common_for(path))


def read_spreadsheet(path: Path) -> tuple[Questionnaire, str]:
    """The questionnaire of an XLSForm, and its file in YAML; NotImported names sheet and row, also where the reader refuses."""
    common = read_common(FOLDER)
    found = imported(path, common)
    text = as_yaml(found.raw)
    try:
        return read_text(path.name, text, common)[0], text
    except CatalogueError as error:
        row = found.rows.get(error.question)
        raise NotImported(
            SURVEY if row else "",
            row.number if row else None,
            f"question {error.question}: {error.why}" if row else str(error),
        ) from error


def newest_stored(code: str, version: int) -> Questionnaire:
    """What the database has of this version, or else its newest one; NotFound where it has none."""
    found, _ = _in_database(code, lambda known: known.stored((code, version)) or known.newest(code))
    if found is None:
        raise NotFound(_none_stored(code))
    return found


def _in_database(
    code: str, pick: Callable[[QuestionnaireRepository], Questionnaire | None]
) -> tuple[Questionnaire | None, list[int]]:
    """What is picked of all stored versions, and which there are of this questionnaire."""

    async def read(store: Store) -> tuple[Questionnaire | None, list[int]]:
        repository = QuestionnaireRepository(store)
        await repository.load()
        return pick(repository), repository.versions(code)

    return with_store(read)


def _stored(code: str, version: str) -> Questionnaire:
    wanted = int(version) if version.isdecimal() else 0
    found, present = _in_database(code, lambda known: known.stored((code, wanted)))
    if found is not None:
        return found
    if not present:
        raise NotFound(_none_stored(code))
    named = ", ".join(f"{code}@{each}" for each in present)
    raise NotFound(f"{code}@{version} is not stored in the database of FAS_MONGO_URL; there is {named}.")


def _none_stored(code: str) -> str:
    return f"No version of {code} is stored in the database of FAS_MONGO_URL."


def _product_of(stored: Questionnaire) -> ProductWords:
    if stored.code in codes():
        return questionnaire_of_file(FOLDER / f"{stored.code}.yaml")[1]
    return ProductWords(stored.title_zh, stored.title_en)


def _common_for(path: Path) -> Common:
    return read_common(path.parent if (path.parent / COMMON).exists() else FOLDER)
