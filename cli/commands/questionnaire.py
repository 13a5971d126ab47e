"""`fas questionnaire`: check, look at, compare questionnaires, take one into a spreadsheet and back (docs/questionnaires.md).

What reads spreadsheets and sets pages is imported by the command that needs it: it takes longer than any other command.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.commands.failing import fail
from services.portal.printing.words import Language
from shared.runtime.errors import DependencyUnavailable, RequestRejected

app = typer.Typer(
    help="Questionnaires: check, preview, diff, export to a spreadsheet and import.", no_args_is_help=True
)
ALL = "all"
GUIDE = "docs/questionnaires.md says how a questionnaire is written."


class PreviewFormat(StrEnum):
    """What a preview is."""

    PAGE = "page"
    PDF = "pdf"


_GIVEN = "A file (.yaml, .xlsx), a code such as meat, or a stored version such as meat@2."
Given = Annotated[str, typer.Argument(metavar="QUESTIONNAIRE", help=_GIVEN)]
Later = Annotated[str | None, typer.Argument(metavar="[LATER]", help="The later one, given in the same way.")]
Files = Annotated[
    list[str], typer.Argument(metavar="FILE...|all", help="Files (.yaml, .xlsx), or all of the catalogue.")
]
Spreadsheet = Annotated[
    Path, typer.Argument(metavar="FILE", help="An XLSForm (.xlsx) as `export` writes it.")
]
Format = Annotated[
    PreviewFormat, typer.Option("--format", help="A page for a browser, or the blank form on paper.")
]
Lang = Annotated[Language, typer.Option("--lang", help="The language that is read.")]
To = Annotated[
    Path | None, typer.Option("--to", metavar="FILE", help="Where to; in this folder, named by its code.")
]
Replace = Annotated[bool, typer.Option("--replace", help="Write over the file where it is there already.")]
Stored = Annotated[
    bool, typer.Option("--stored", help="Compare with what the database has: this version, or the newest.")
]


@app.command("check")
def check(files: Files) -> None:
    """Say what is wrong in questionnaires: file, question, reason. No server is needed. Status 1 where something is."""
    from cli.questionnaires.checked import faults_of_all, faults_of_file

    faults = [
        fault
        for given in files
        for fault in (faults_of_all() if given == ALL else faults_of_file(Path(given)))
    ]
    if faults:
        typer.echo("\n".join(faults))
        fail(f"{len(faults)} to put right. {GUIDE}")
    typer.echo("Nothing is wrong.")


@app.command("preview")
def preview(
    given: Given, format: Format = PreviewFormat.PAGE, lang: Lang = Language.ZH, to: To = None, replace: Replace = False
) -> None:  # fmt: skip
    """Write the questionnaire as its authority will see it, with guidance, options, columns, conditions and limits."""
    from cli.questionnaires.previews import page_of, pdf_of
    from cli.questionnaires.sources import questionnaire_of

    with _told():
        questionnaire = questionnaire_of(given)
        match format:
            case PreviewFormat.PAGE:
                made, ending = page_of(questionnaire, lang), "html"
            case PreviewFormat.PDF:
                made, ending = asyncio.run(pdf_of(questionnaire, lang)), "pdf"
    _write(to or Path(f"{questionnaire.code}-{lang}.{ending}"), made, replace)


@app.command("diff")
def diff(earlier: Given, later: Later = None, stored: Stored = False, lang: Lang = Language.EN) -> None:
    """Tell what differs, question by question, and what it means for answers that were given."""
    from cli.questionnaires.difference_lines import DifferenceLines
    from cli.questionnaires.sources import newest_stored, questionnaire_of

    if stored is (later is not None):
        fail("Name two questionnaires, or one and --stored.")
    with _told():
        after = questionnaire_of(later or earlier)
        before = newest_stored(after.code, after.version) if stored else questionnaire_of(earlier)
    typer.echo("\n".join(DifferenceLines(before, after, lang).lines()))


@app.command("export")
def export(given: Given, to: To = None, replace: Replace = False) -> None:
    """Write the questionnaire as an XLSForm (.xlsx), to be edited in a spreadsheet."""
    from cli.questionnaires.sources import with_product
    from cli.questionnaires.xlsform.exporting import xlsform_of

    with _told():
        questionnaire, product = with_product(given)
        made = xlsform_of(questionnaire, product)
    _write(to or Path(f"{questionnaire.code}.xlsx"), made, replace)


@app.command("import")
def import_(file: Spreadsheet, to: To = None, replace: Replace = False) -> None:
    """Read an XLSForm and write the questionnaire's file; what can't be read is named with sheet and row, and stops it."""
    from cli.questionnaires.sources import read_spreadsheet

    with _told():
        questionnaire, text = read_spreadsheet(file)
    _write(to or Path(f"{questionnaire.code}.yaml"), text.encode(), replace)


@contextmanager
def _told() -> Iterator[None]:
    """What can't be done ends the command with its sentence."""
    from cli.questionnaires.sources import NotFound
    from cli.questionnaires.xlsform.columns import NotImported
    from cli.questionnaires.xlsform.exporting import NotExported
    from services.questionnaire.catalogue import CatalogueError

    try:
        yield
    except (
        NotFound, NotImported, NotExported, CatalogueError, RequestRejected, DependencyUnavailable,
    ) as error:  # fmt: skip
        fail(str(error))


def _write(path: Path, content: bytes, replace: bool) -> None:
    try:
        with path.open("wb" if replace else "xb") as file:
            file.write(content)
    except FileExistsError:
        fail(f"{path} is there already; --replace writes over it, --to names another file.")
    except OSError as error:
        fail(f"{path} can't be written: {error.strerror or error}.")
    typer.echo(f"{path}: written.")
