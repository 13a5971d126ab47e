"""Reads questionnaires from YAML: includes what is common, names file and question where something is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, ValidationError

from services.questionnaire.catalogue.contradictions import contradictions
from services.questionnaire.catalogue.files import CatalogueError, CatalogueForm, Title, parsed, parsed_text
from services.questionnaire.catalogue.preamble import PREAMBLE, Preamble, read_preamble
from services.questionnaire.catalogue.product_words import ProductWords, filled
from services.questionnaire.catalogue.reasons import reasons_of
from services.questionnaire.catalogue.shorthand import Raw, Shared, named_fully, written_out
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.questionnaires import Part, PartNumber, Question, Questionnaire, parts_of_check

COMMON, CHECK = "common.yaml", "retrospective_check.yaml"
BESIDE = (COMMON, CHECK, PREAMBLE)
"""What stands beside the questionnaires: the first is always there."""
_INCLUDED = "common."
_MATERIALS = ("supplementary",)
"""The parts of a questionnaire for materials alone, which a retrospective check is asked as it is (DOMAIN F10)."""


class _CommonFile(CatalogueForm):
    parts: dict[PartNumber, Title]
    lists: dict[str, list[Raw]] = Field(default_factory=dict)
    limits: dict[str, Raw] = Field(default_factory=dict)
    groups: dict[str, list[Raw]]


class _CheckFile(Title):
    questions: list[Raw]


class _QuestionnaireFile(Title):
    code: str
    version: int
    product: ProductWords
    parts: dict[PartNumber, list[Raw]]


@dataclass(frozen=True, slots=True)
class Common:
    """What questionnaires share; `named` is what `include` finds: each group, and each question alone."""

    titles: Mapping[PartNumber, Title]
    shared: Shared
    check: _CheckFile | None
    preamble: Preamble
    named: dict[str, list[Raw]] = field(default_factory=dict)


def read_catalogue(folder: Path) -> dict[str, Questionnaire]:
    """Every questionnaire of the folder by its code; CatalogueError at the first fault."""
    common = read_common(folder)
    return {path.stem: read_questionnaire(path, common)[0] for path in questionnaire_files(folder)}


def questionnaire_files(folder: Path) -> list[Path]:
    """The files of a folder that are questionnaires, in the order of their codes."""
    return sorted(path for path in folder.glob("*.yaml") if path.name not in BESIDE)


def read_common(folder: Path) -> Common:
    """What the questionnaires of a folder share; CatalogueError at the first fault."""
    path, check = folder / COMMON, folder / CHECK
    read = parsed(path, _CommonFile)
    common = Common(
        read.parts, Shared(read.lists, read.limits), check=parsed(check, _CheckFile) if check.exists() else None,
        preamble=read_preamble(folder, [each.stem for each in questionnaire_files(folder)]),
    )  # fmt: skip
    for group, questions in read.groups.items():
        for position, raw in enumerate(questions, 1):
            where = f"group {group}, {_name_of(raw, position)}"
            question = _question(path.name, where, "common", ProductWords("", ""), raw, common)
            _name(path.name, common, question.id.removeprefix(_INCLUDED), [raw])
        _name(path.name, common, group, questions)
    return common


def _name(file: str, common: Common, name: str, questions: list[Raw]) -> None:
    if name in common.named:
        raise CatalogueError(file, name, "names two questions or groups")
    common.named[name] = questions


def read_questionnaire(path: Path, common: Common) -> tuple[Questionnaire, ProductWords]:
    """A file that is named as its questionnaire, and its word for the product; CatalogueError at the first fault."""
    read = parsed(path, _QuestionnaireFile)
    if read.code != path.stem:
        why = f"code is {read.code}, the file is named {path.stem}; give both one name"
        raise CatalogueError(path.name, "", why)
    return _composed(path.name, read, common), read.product


def read_text(name: str, text: str, common: Common) -> tuple[Questionnaire, ProductWords]:
    """The same of a text in YAML; `name` stands for it in CatalogueError."""
    read = parsed_text(name, text, _QuestionnaireFile)
    return _composed(name, read, common), read.product


def _composed(name: str, read: _QuestionnaireFile, common: Common) -> Questionnaire:
    parts = tuple(_part(name, number, read, common) for number in read.parts)
    try:
        questionnaire = Questionnaire(
            code=read.code, version=read.version, title_zh=read.title_zh, title_en=read.title_en, parts=parts,
            preamble=common.preamble.of(read.code, read.product), check_part=_check_part(read, common),
        )  # fmt: skip
    except ValidationError as error:
        raise CatalogueError(name, "", reasons_of(error)) from error
    asked_of_checks = questionnaire.model_copy(update={"parts": parts_of_check(questionnaire)})
    for each in (questionnaire, asked_of_checks):
        for question, why in contradictions(each):
            raise CatalogueError(name, f"question {question.partition('.')[2]}", why)
    return questionnaire


def _part(file: str, number: PartNumber, read: _QuestionnaireFile, common: Common) -> Part:
    if number not in common.titles:
        raise CatalogueError(file, f"part {number}", f"has no title in {COMMON}")
    title = common.titles[number]
    questions = tuple(_questions(file, f"part {number}", read, read.parts[number], common))
    return Part(number=number, title_zh=title.title_zh, title_en=title.title_en, questions=questions)


def _check_part(read: _QuestionnaireFile, common: Common) -> Part | None:
    check = common.check
    if check is None or tuple(read.parts) == _MATERIALS:
        return None
    questions = tuple(_questions(CHECK, "", read, check.questions, common))
    return Part(number="6", title_zh=check.title_zh, title_en=check.title_en, questions=questions)


def _questions(
    file: str, part: str, read: _QuestionnaireFile, entries: list[Raw], common: Common
) -> Iterator[Question]:
    for position, entry in enumerate(entries, 1):
        where = ", ".join(filter(None, (part, _name_of(entry, position))))
        for raw in _included(file, where, entry, common):
            place = ", ".join(filter(None, (part, _name_of(raw, position))))
            question = _question(file, place, read.code, read.product, raw, common)
            foreign = [code for code in question.only_for if not _asks(read.code, code)]
            if foreign:
                raise CatalogueError(
                    file, where, f"only_for has what {read.code} is not asked of: {', '.join(foreign)}"
                )
            yield question


def _included(file: str, where: str, entry: Raw, common: Common) -> list[Raw]:
    """The entry itself, or what it includes; the keys beside `include` replace those of the one question included."""
    if "include" not in entry:
        return [entry]
    name = str(entry["include"])
    found = common.named.get(name.removeprefix(_INCLUDED)) if name.startswith(_INCLUDED) else None
    if found is None:
        raise CatalogueError(file, where, f"there is no group or question {name}")
    changes = {key: value for key, value in entry.items() if key != "include"}
    if changes and len(found) > 1:
        raise CatalogueError(
            file, where, "a group is included as it is; include its questions one by one to change them"
        )
    if "id" in changes:
        raise CatalogueError(file, where, "an included question keeps its id")
    return [raw | changes for raw in found]


def _question(file: str, where: str, code: str, product: ProductWords, raw: Raw, common: Common) -> Question:
    try:
        written = filled(written_out(raw, common.shared), product)
        return Question.model_validate(named_fully(written, code) | {"id": f"{code}.{raw.get('id', '')}"})
    except ValidationError as error:
        raise CatalogueError(file, where, reasons_of(error)) from error
    except ValueError as error:
        raise CatalogueError(file, where, str(error)) from error


def _asks(code: str, specific: str) -> bool:
    return specific in SPECIFIC and SPECIFIC[specific].questionnaire == code


def _name_of(entry: Raw, position: int) -> str:
    return f"question {entry.get('id') or entry.get('include') or position}"
