"""Reads an XLSForm as a questionnaire: its rows as a file of the catalogue would have them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.questionnaires.xlsform.columns import (
    CHOICES,
    LABEL_EN,
    LABEL_ZH,
    PART,
    SETTINGS,
    SURVEY,
    YES_NO,
    YES_NO_LIST,
    NotImported,
)
from cli.questionnaires.xlsform.questions import ChoiceLists, column_of, flag, question_of
from cli.questionnaires.xlsform.sheets import FormRow, read_sheets
from services.questionnaire.catalogue.files import Title
from services.questionnaire.catalogue.reading import Common

Raw = dict[str, object]
_BEGIN, _END = re.compile(r"begin[ _](group|repeat)"), re.compile(r"end[ _](group|repeat)")


@dataclass(slots=True)
class Imported:
    """A questionnaire as its file would have it, and the row of each question by its name."""

    raw: Raw
    rows: dict[str, FormRow] = field(default_factory=dict)


def imported(path: Path, common: Common) -> Imported:
    """What the spreadsheet says; NotImported names sheet and row. Whether the questions make sense is for the reader."""
    sheets = read_sheets(path)
    if len(sheets[SETTINGS]) != 1:
        raise NotImported(SETTINGS, None, "holds one row below its headings: that of this questionnaire")
    (settings,) = sheets[SETTINGS]
    if not settings["version"].isdecimal():
        raise settings.refused(f"version is a whole number from 1, not «{settings['version']}»")
    lists = _lists(sheets[CHOICES])
    found = Imported({
        "code": settings["form_id"], "version": int(settings["version"]), "title_zh": settings["fas_title_zh"],
        "title_en": settings["form_title"], "product": {"zh": settings["fas_product_zh"], "en": settings["fas_product_en"]},
        "parts": {},
    })  # fmt: skip
    found.raw["parts"] = dict(_parts(sheets[SURVEY], lists, common, found.rows))
    lists.insist_on_use()
    return found


def _lists(rows: Sequence[FormRow]) -> ChoiceLists:
    found: dict[str, list[Raw]] = {}
    first: dict[str, FormRow] = {}
    for row in rows:
        name = row["list_name"]
        if not name or not row["name"]:
            raise row.refused("a choice has a list_name and a name")
        choice: Raw = {"code": row["name"], "zh": row[LABEL_ZH], "en": row[LABEL_EN]}
        choice |= {key: True for key in ("exclusive", "note", "file") if flag(row, f"fas_{key}")}
        choices = found.setdefault(name, [])
        first.setdefault(name, row)
        if any(each["code"] == choice["code"] for each in choices):
            raise row.refused(f"the list {name} has «{choice['code']}» already")
        choices.append(choice)
    _insist_on_yes_no(found.pop(YES_NO_LIST, None), first.pop(YES_NO_LIST, None))
    return ChoiceLists(found, first)


def _insist_on_yes_no(choices: list[Raw] | None, row: FormRow | None) -> None:
    """Yes and no are the system's own: another wording here would be lost."""
    own = [{"code": code, "zh": zh, "en": en} for code, (zh, en) in YES_NO.items()]
    if row is not None and choices != own:
        raise row.refused(
            f"the list {YES_NO_LIST} can't be changed; make a list of your own for other answers"
        )


def _parts(
    rows: Sequence[FormRow], lists: ChoiceLists, common: Common, places: dict[str, FormRow]
) -> Iterator[tuple[str, list[Raw]]]:
    given = iter(rows)
    seen: set[str] = set()
    for row in given:
        if not (begins := _BEGIN.fullmatch(row["type"])) or begins[1] != "group":
            raise row.refused(
                f"stands in no part: each question stands between begin_group {PART}1 and its end_group"
            )
        number = row["name"].removeprefix(PART)
        if number in seen:
            raise row.refused(f"the part {row['name']} stands twice")
        seen.add(number)
        _insist_on_title(row, {str(key): title for key, title in common.titles.items()})
        yield number, [*_questions(row, given, lists, places)]


def _insist_on_title(row: FormRow, titles: Mapping[str, Title]) -> None:
    number = row["name"].removeprefix(PART)
    if not row["name"].startswith(PART) or number not in titles:
        raise row.refused(
            f"a part is called one of {', '.join(PART + each for each in titles)}, not «{row['name']}»"
        )
    title = titles[number]
    if (row[LABEL_ZH], row[LABEL_EN]) != (title.title_zh, title.title_en):
        raise row.refused(
            f"the title of a part is the same everywhere: «{title.title_zh}», «{title.title_en}»"
        )


def _questions(
    part: FormRow, rows: Iterator[FormRow], lists: ChoiceLists, places: dict[str, FormRow]
) -> Iterator[Raw]:
    for row in rows:
        if ends := _END.fullmatch(row["type"]):
            if ends[1] != "group":
                raise row.refused("ends a table that did not begin")
            return
        if row["name"] in places:
            first = places[row["name"]].number
            raise row.refused(
                f"the name «{row['name']}» stands in row {first} already; give each question its own"
            )
        places[row["name"]] = row
        question = question_of(row, lists)
        if question["kind"] == "table":
            question["columns"] = [*_columns(row, rows, lists)]
        yield question
    raise part.refused(f"the part {part['name']} has no end_group")


def _columns(table: FormRow, rows: Iterator[FormRow], lists: ChoiceLists) -> Iterator[Raw]:
    for row in rows:
        if ends := _END.fullmatch(row["type"]):
            if ends[1] != "repeat":
                raise row.refused(f"the table {table['name']} (row {table.number}) has no end_repeat")
            return
        if _BEGIN.fullmatch(row["type"]):
            raise row.refused(
                f"a table holds columns alone; end {table['name']} (row {table.number}) with end_repeat"
            )
        yield column_of(row, table["name"], lists)
    raise table.refused(f"the table {table['name']} has no end_repeat")
