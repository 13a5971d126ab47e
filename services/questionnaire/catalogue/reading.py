"""Reads questionnaires from YAML: includes what is common, names file and question where something is wrong."""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from services.questionnaire.catalogue.contradictions import contradictions
from services.questionnaire.catalogue.shorthand import Raw, named_fully, written_out
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.questionnaires import Part, PartNumber, Question, Questionnaire

COMMON = "common.yaml"
_INCLUDED = "common."
_PLACEHOLDER = "{product}"
_CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef\u2018-\u201d"
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{_CHINESE}]) (?=[{_CHINESE}])")


class CatalogueError(Exception):
    """A questionnaire can't be read; says in which file, at which question, and why."""

    def __init__(self, file: str, where: str, why: str) -> None:
        super().__init__(": ".join(part for part in (file, where, why) if part))
        self.file = file
        self.where = where


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Words(_Form):
    zh: str
    en: str


class _Title(_Form):
    title_zh: str
    title_en: str


class _CommonFile(_Form):
    parts: dict[PartNumber, _Title]
    lists: dict[str, list[Raw]] = {}
    groups: dict[str, list[Raw]]


class _QuestionnaireFile(_Form):
    code: str
    version: int
    title_zh: str
    title_en: str
    product: _Words
    parts: dict[PartNumber, list[Raw]]


@dataclass(frozen=True, slots=True)
class _Common:
    """What `include` finds: the questions of each group, and each question alone; and `lists` of choices that several offer."""

    titles: Mapping[PartNumber, _Title]
    lists: Mapping[str, list[Raw]]
    named: dict[str, list[Raw]] = field(default_factory=dict)


def read_catalogue(folder: Path) -> dict[str, Questionnaire]:
    """Every questionnaire of the folder by its code; CatalogueError at the first fault."""
    common = _read_common(folder / COMMON)
    paths = sorted(path for path in folder.glob("*.yaml") if path.name != COMMON)
    return {path.stem: _read_questionnaire(path, common) for path in paths}


def _read_common(path: Path) -> _Common:
    read = _parsed(path, _CommonFile)
    common = _Common(read.parts, read.lists)
    for group, questions in read.groups.items():
        for position, raw in enumerate(questions, 1):
            where = f"group {group}, {_name_of(raw, position)}"
            question = _question(path.name, where, "common", _Words(zh="", en=""), raw, common)
            _name(path.name, common, question.id.removeprefix(_INCLUDED), [raw])
        _name(path.name, common, group, questions)
    return common


def _name(file: str, common: _Common, name: str, questions: list[Raw]) -> None:
    if name in common.named:
        raise CatalogueError(file, name, "names two questions or groups")
    common.named[name] = questions


def _read_questionnaire(path: Path, common: _Common) -> Questionnaire:
    read = _parsed(path, _QuestionnaireFile)
    if read.code != path.stem:
        raise CatalogueError(path.name, "", f"code is {read.code}, the file is named {path.stem}")
    parts = []
    for number, entries in read.parts.items():
        if number not in common.titles:
            raise CatalogueError(path.name, f"part {number}", f"has no title in {COMMON}")
        title = common.titles[number]
        questions = tuple(_questions(path.name, f"part {number}", read, entries, common))
        parts.append(
            Part(number=number, title_zh=title.title_zh, title_en=title.title_en, questions=questions)
        )
    try:
        questionnaire = Questionnaire(
            code=read.code, version=read.version, title_zh=read.title_zh, title_en=read.title_en, parts=tuple(parts)
        )  # fmt: skip
    except ValidationError as error:
        raise CatalogueError(path.name, "", _why(error)) from error
    for question, why in contradictions(questionnaire):
        raise CatalogueError(path.name, f"question {question.partition('.')[2]}", why)
    return questionnaire


def _questions(
    file: str, part: str, read: _QuestionnaireFile, entries: list[Raw], common: _Common
) -> Iterator[Question]:
    for position, entry in enumerate(entries, 1):
        where = f"{part}, {_name_of(entry, position)}"
        for raw in _included(file, where, entry, common):
            question = _question(
                file, f"{part}, {_name_of(raw, position)}", read.code, read.product, raw, common
            )
            foreign = [code for code in question.only_for if not _asks(read.code, code)]
            if foreign:
                raise CatalogueError(
                    file, where, f"only_for has what {read.code} is not asked of: {', '.join(foreign)}"
                )
            yield question


def _included(file: str, where: str, entry: Raw, common: _Common) -> list[Raw]:
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


def _question(file: str, where: str, code: str, product: _Words, raw: Raw, common: _Common) -> Question:
    try:
        filled = _filled(written_out(raw, common.lists), product)
        return Question.model_validate(named_fully(filled, code) | {"id": f"{code}.{raw.get('id', '')}"})
    except ValidationError as error:
        raise CatalogueError(file, where, _why(error)) from error
    except ValueError as error:
        raise CatalogueError(file, where, str(error)) from error


def _filled(raw: Mapping[str, object], product: _Words) -> dict[str, object]:
    """The values with the product's word, in the language of their key, and with Chinese lines joined."""
    return {
        key: _with_word(each, product.zh if str(key).endswith("zh") else product.en, product)
        for key, each in raw.items()
    }


def _with_word(value: object, word: str, product: _Words) -> object:
    if isinstance(value, dict):
        return _filled(value, product)
    if isinstance(value, list):
        return [_with_word(each, word, product) for each in value]
    if isinstance(value, str):
        return _BREAK_IN_CHINESE.sub("", value.replace(_PLACEHOLDER, word))
    return value


def _asks(code: str, specific: str) -> bool:
    return specific in SPECIFIC and SPECIFIC[specific].questionnaire == code


def _name_of(entry: Raw, position: int) -> str:
    return f"question {entry.get('id') or entry.get('include') or position}"


def _parsed[F: _Form](path: Path, form: type[F]) -> F:
    try:
        return form.model_validate(_Yaml(path.read_text(encoding="utf-8")).get_single_data())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogueError(path.name, "", f"not readable as YAML: {error}") from error
    except ValidationError as error:
        raise CatalogueError(path.name, "", _why(error)) from error


def _why(error: ValidationError) -> str:
    places = ((".".join(map(str, each["loc"])), each["msg"]) for each in error.errors())
    return "; ".join(f"{place}: {message}" if place else message for place, message in places)


class _Yaml(yaml.CSafeLoader):
    """The safe loader, which also refuses a key that stands twice: YAML would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        keys = [str(key.value) for key, _ in node.value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            name = next((f"question {value.value}: " for key, value in node.value if key.value == "id"), "")
            raise yaml.MarkedYAMLError(
                problem=f"{name}{', '.join(twice)} stands twice", problem_mark=node.start_mark
            )
        return super().construct_mapping(node, deep=deep)
