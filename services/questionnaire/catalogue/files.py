"""Reads the files of the catalogue as YAML, and says in which file, where and why one can't be read."""

from collections.abc import Hashable
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from services.questionnaire.catalogue.reasons import reasons_of


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


class CatalogueForm(BaseModel):
    """What a file, or a piece of it, has; an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(CatalogueForm):
    """The title of a part in both languages."""

    title_zh: str
    title_en: str


def parsed[F: CatalogueForm](path: Path, form: type[F]) -> F:
    """The file as this form; CatalogueError where it is not."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError(path.name, "", f"not readable as YAML: {error}") from error
    except OSError as error:
        raise CatalogueError(path.name, "", f"can't be read: {error.strerror}") from error
    return parsed_text(path.name, text, form)


def parsed_text[F: CatalogueForm](name: str, text: str, form: type[F]) -> F:
    """A text as this form; `name` stands for it in CatalogueError."""
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

    def construct_day(self, node: yaml.ScalarNode) -> object:
        """What looks like a day or a time; one that is in no calendar has its line said."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError as error:
            why = f"«{node.value}» is no day of the calendar"
            raise yaml.MarkedYAMLError(problem=why, problem_mark=node.start_mark) from error


_Yaml.add_constructor("tag:yaml.org,2002:timestamp", _Yaml.construct_day)
