"""Every fault of questionnaires in one line each: what the reader refuses, and what the check of the catalogue finds."""

from collections.abc import Iterator
from pathlib import Path

from cli.questionnaires.sources import FOLDER, SPREADSHEET, codes, questionnaire_of_file
from cli.questionnaires.xlsform.columns import NotImported
from services.questionnaire.catalogue.checking import faults_in, questionnaires_missing
from services.questionnaire.catalogue.files import CatalogueError
from services.questionnaire.catalogue.reading import BESIDE, read_common
from shared.contracts.questionnaires import Questionnaire


def faults_of_all() -> Iterator[str]:
    """The faults of the whole catalogue, file by file."""
    try:
        read_common(FOLDER)
    except CatalogueError as error:
        yield str(error)
        return
    read: dict[str, Questionnaire] = {}
    for code in codes():
        try:
            read[code] = questionnaire_of_file(FOLDER / f"{code}.yaml")[0]
        except CatalogueError as error:
            yield str(error)
        else:
            yield from (f"{code}.yaml: {fault}" for fault in faults_in(read[code]))
    if len(read) == len(codes()):
        yield from questionnaires_missing(read)


def faults_of_file(path: Path) -> Iterator[str]:
    """The faults of one file."""
    try:
        if path.name in BESIDE:
            read_common(path.parent)
            return
        if path.suffix not in (".yaml", ".yml", SPREADSHEET):
            yield f"{path}: is neither .yaml nor .xlsx"
            return
        questionnaire = questionnaire_of_file(path)[0]
    except CatalogueError as error:
        yield str(error)
    except NotImported as error:
        yield f"{path.name}: {error}"
    else:
        yield from (f"{path.name}: {fault}" for fault in faults_in(questionnaire))
