"""Reads questionnaires from YAML: includes what is common, names file and question where something is wrong."""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from services.questionnaire.catalogue.contradictions import contradictions
from services.questionnaire.catalogue.reasons import reasons_of
from services.questionnaire.catalogue.shorthand import Raw, named_fully, written_out
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.questionnaires import Part, PartNumber, Question, Questionnaire

COMMON = "common.yaml"
_INCLUDED = "common."
_PLACEHOLDER = "{product}"
_CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef\u2018-\u201d"
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{_CHINESE}]) (?=[{_CHINESE}])")
_ONE_CHINESE = re.compile(f"[{_CHINESE}]")


class CatalogueError(Exception):
    """A questionnaire can't be read; says in which file, at which question, and why."""

    def __init__(self, file: str, where: str, why: str) -> None:
        super().__init__(": ".join(part for part in (file, where, why) if part))
        self.file, self.where, self.why = file, where, why

    @property
    def question(self) -> str:
        """The name of the question that is meant, without the code before; "" where it is another place."""
        _, found, name = self.where.rpartition("question ")
        return name if found else ""


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Words(_Form):
    zh: str
    en: str


class PartTitle(_Form):
    """What a part is called in every questionnaire."""

    title_zh: str
    title_en: str


class _CommonFile(_Form):
    parts: dict[PartNumber, PartTitle]
    lists: dict[str, list[Raw]] = {}
    groups: dict[str, list[Raw]]


class _QuestionnaireFile(_Form):
    code: str
    version: int
    title_zh: str
    title_en: str
    product: _Words = _Words(zh=_PLACEHOLDER, en=_PLACEHOLDER)
    parts: dict[PartNumber, list[Raw]]


@dataclass(frozen=True, slots=True)
class Common:
    """What `include` finds: the questions of each group, and each question alone; and `lists` of choices that several offer."""

    titles: Mapping[PartNumber, PartTitle]
    lists: Mapping[str, list[Raw]]
    named: dict[str, list[Raw]] = field(default_factory=dict)


def read_catalogue(folder: Path) -> dict[str, Questionnaire]:
    """Every questionnaire of the folder by its code; CatalogueError at the first fault."""
    common = read_common(folder)
    paths = sorted(path for path in folder.glob("*.yaml") if path.name != COMMON)
    return {path.stem: read_questionnaire(path, common) for path in paths}


def read_common(folder: Path) -> Common:
    """What the questionnaires of a folder include; CatalogueError at the first fault."""
    path = folder / COMMON
    read = _parsed(path.name, text_of(path), _CommonFile)
    common = Common(read.parts, read.lists)
    for group, questions in read.groups.items():
        for position, raw in enumerate(questions, 1):
            where = f"group {group}, {_name_of(raw, position)}"
            question = _question(path.name, where, "common", _Words(zh="", en=""), raw, common)
            _name(path.name, common, question.id.removeprefix(_INCLUDED), [raw])
        _name(path.name, common, group, questions)
    return common


def _name(file: str, common: Common, name: str, questions: list[Raw]) -> None:
    if name in common.named:
        raise CatalogueError(file, name, "names two questions or groups")
    common.named[name] = questions


def read_questionnaire(path: Path, common: Common) -> Questionnaire:
    """One file, which is named as its questionnaire; CatalogueError at the first fault."""
    questionnaire = read_text(path.name, text_of(path), common)
    if questionnaire.code != path.stem:
        raise CatalogueError(
            path.name, "", f"code is {questionnaire.code}, the file is named {path.stem}; give both one name"
        )
    return questionnaire


def read_text(name: str, text: str, common: Common) -> Questionnaire:
    """The questionnaire that a text in YAML is; `name` stands for it in CatalogueError."""
    read = _parsed(name, text, _QuestionnaireFile)
    parts = []
    for number, entries in read.parts.items():
        if number not in common.titles:
            raise CatalogueError(name, f"part {number}", f"has no title in {COMMON}")
        title = common.titles[number]
        questions = tuple(_questions(name, f"part {number}", read, entries, common))
        parts.append(
            Part(number=number, title_zh=title.title_zh, title_en=title.title_en, questions=questions)
        )
    try:
        questionnaire = Questionnaire(
            code=read.code, version=read.version, title_zh=read.title_zh, title_en=read.title_en, parts=tuple(parts)
        )  # fmt: skip
    except ValidationError as error:
        raise CatalogueError(name, "", reasons_of(error)) from error
    for question, why in contradictions(questionnaire):
        raise CatalogueError(name, f"question {question.partition('.')[2]}", why)
    return questionnaire


def _questions(
    file: str, part: str, read: _QuestionnaireFile, entries: list[Raw], common: Common
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


def _question(file: str, where: str, code: str, product: _Words, raw: Raw, common: Common) -> Question:
    try:
        filled = _filled(written_out(raw, common.lists), product)
        return Question.model_validate(named_fully(filled, code) | {"id": f"{code}.{raw.get('id', '')}"})
    except ValidationError as error:
        raise CatalogueError(file, where, reasons_of(error)) from error
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


def is_chinese(character: str) -> bool:
    """Whether a line break between this character and another such one leaves no space."""
    return _ONE_CHINESE.fullmatch(character) is not None


def _asks(code: str, specific: str) -> bool:
    return specific in SPECIFIC and SPECIFIC[specific].questionnaire == code


def _name_of(entry: Raw, position: int) -> str:
    return f"question {entry.get('id') or entry.get('include') or position}"


def text_of(path: Path) -> str:
    """The text of a file; CatalogueError where it can't be read, or is no text in UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError(path.name, "", f"is no text in UTF-8: {error}") from error
    except OSError as error:
        raise CatalogueError(path.name, "", f"can't be read: {error.strerror}") from error


def _parsed[F: _Form](name: str, text: str, form: type[F]) -> F:
    try:
        return form.model_validate(_Yaml(text).get_single_data())
    except yaml.YAMLError as error:
        raise CatalogueError(name, "", f"not readable as YAML: {error}") from error
    except ValidationError as error:
        raise CatalogueError(name, "", reasons_of(error)) from error


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
