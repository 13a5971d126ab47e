"""Writes a questionnaire's file as one of the catalogue is written: a choice, a column, a condition in one line."""

from collections.abc import Mapping
from itertools import zip_longest

import yaml

from services.questionnaire.catalogue.product_words import is_chinese

Raw = Mapping[str, object]
_LINE, _INDENT = 120, 12
_IN_ONE_LINE = frozenset({"choices", "prepared", "columns", "relevant", "limits", "calculated"})
_TEXTS = frozenset({"text_zh", "text_en", "help_zh", "help_en"})


class _Short(dict[str, object]):
    """A mapping that is written in one line."""


class _Long(str):
    """A text that is written below its key, folded."""

    __slots__ = ()


class _Quoted(str):
    """A text in quotation marks, as the numbers of parts are."""

    __slots__ = ()


class _Writer(yaml.SafeDumper):
    """The safe writer: what stands twice is written twice, and lists stand under their key."""

    def ignore_aliases(self, data: object) -> bool:
        """References are hard to read."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists, too."""
        super().increase_indent(flow, False)


_MAP, _STR = "tag:yaml.org,2002:map", "tag:yaml.org,2002:str"
_Writer.add_representer(_Short, lambda writer, each: writer.represent_mapping(_MAP, each, flow_style=True))
_Writer.add_representer(_Long, lambda writer, each: writer.represent_scalar(_STR, str(each), style=">"))
_Writer.add_representer(_Quoted, lambda writer, each: writer.represent_scalar(_STR, str(each), style='"'))


def as_yaml(raw: Raw) -> str:
    """The text of the file; reading it gives the same again."""
    return yaml.dump(_whole(raw), Dumper=_Writer, allow_unicode=True, sort_keys=False, width=_LINE)


def _whole(raw: Raw) -> dict[str, object]:
    parts = raw["parts"]
    assert isinstance(parts, Mapping)  # noqa: S101 - the importer makes one
    return dict(raw) | {"parts": {_Quoted(number): [*map(_question, each)] for number, each in parts.items()}}


def _question(raw: Raw) -> dict[str, object]:
    """Without what is understood anyway."""
    kept = {key: value for key, value in raw.items() if value is not False}
    if not kept.get("limits") and (kept["kind"], kept.get("required")) != ("long_text", True):
        kept.pop("limits", None)
    return {key: _value(key, value) for key, value in kept.items()}


def _value(key: str, value: object) -> object:
    if key in _TEXTS and isinstance(value, str) and len(value) > _LINE - len(key):
        return _Long(_breakable(value))
    if key == "columns" and isinstance(value, list):
        value = [_column(each) for each in value]
    return _in_lines(value) if key in _IN_ONE_LINE else value


def _breakable(text: str) -> str:
    """Chinese has no spaces at which a line could end: one where it must, which the reader of the catalogue takes away."""
    pieces, column, room = [], 0, _LINE - _INDENT + 4
    for each, after in zip_longest(text, text[1:], fillvalue=""):
        full = column > room
        breaks = full and is_chinese(each) and is_chinese(after)
        pieces.append(f"{each} " if breaks else each)
        column = 0 if breaks or each == "\n" or (full and each == " ") else column + 1
    return "".join(pieces)


def _column(raw: Raw) -> dict[str, object]:
    left_out = {"kind": "text", "limits": {}} | ({"required": False} if "calculated" in raw else {})
    return {key: value for key, value in raw.items() if left_out.get(key, ...) != value}


def _in_lines(value: object) -> object:
    """Each mapping in one line, where it has room there."""
    if isinstance(value, list):
        return [_in_lines(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    pieces = {key: _in_lines(each) for key, each in value.items()}
    return pieces if len(str(value)) > _LINE - _INDENT else _Short(pieces)
