"""Reads the files of the catalogue as YAML, and says in which file, where and why one can't be read."""

from collections.abc import Hashable
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError


class CatalogueError(Exception):
    """A questionnaire can't be read; says in which file, at which question, and why."""

    def __init__(self, file: str, where: str, why: str) -> None:
        super().__init__(": ".join(part for part in (file, where, why) if part))
        self.file = file
        self.where = where


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
        return form.model_validate(_Yaml(path.read_text(encoding="utf-8")).get_single_data())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogueError(path.name, "", f"not readable as YAML: {error}") from error
    except ValidationError as error:
        raise CatalogueError(path.name, "", why_of(error)) from error


def why_of(error: ValidationError) -> str:
    """What a model refused, place by place."""
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
