"""What an author may write shorter than it is kept: what is shared, numbered guidance, names without the code before. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Raw = dict[str, Any]
_SHARED, _LISTS = "common.", ("choices", "prepared", "columns")
SHORTEST = 5
"""Characters of a long text that is required, unless the question says otherwise: one letter describes nothing."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What questions and columns take as `common.name`: choices, rows and columns from `lists`, and limits."""

    lists: Mapping[str, list[Raw]]
    limits: Mapping[str, Raw]


def written_out(raw: Raw, shared: Shared) -> Raw:
    """A question with what it shares and its guidance in full; ValueError says what can't be."""
    found = _taken(raw, shared) | _numbered(raw)
    if isinstance(columns := found.get("columns"), list):
        found["columns"] = [_column(raw, each, at) for at, each in enumerate(columns)]
    if raw.get("kind") == "long_text" and raw.get("required") is True and "limits" not in raw:
        found["limits"] = {"shortest": SHORTEST}
    return found


def named_fully(raw: Raw, code: str) -> Raw:
    """What speaks of other questions, with the questionnaire's code before their names."""
    found = dict(raw)
    if isinstance(name := raw.get("rows_of"), str):
        found["rows_of"] = f"{code}.{name}"
    if isinstance(conditions := raw.get("relevant"), list):
        found["relevant"] = [
            each | {"question": f"{code}.{each.get('question', '')}"} if isinstance(each, dict) else each
            for each in conditions
        ]
    return found


def _taken(raw: Raw, shared: Shared) -> Raw:
    """What a question and its columns name in place of writing it."""
    found = dict(raw)
    kept: Mapping[str, Mapping[str, object]] = dict.fromkeys(_LISTS, shared.lists) | {"limits": shared.limits}
    for key, named in kept.items():
        if isinstance(name := raw.get(key), str):
            if not name.startswith(_SHARED) or name.removeprefix(_SHARED) not in named:
                raise ValueError(f"{key}: nothing shared is named {name}")
            found[key] = named[name.removeprefix(_SHARED)]
    if isinstance(columns := found.get("columns"), list):
        found["columns"] = [_taken(each, shared) if isinstance(each, dict) else each for each in columns]
    return found


def _column(question: Raw, column: Any, position: int) -> Any:
    """What a row is about is always said; where a table is required, so are its other cells, unless they say otherwise."""
    if not isinstance(column, dict) or column.keys() & _SAYS_ITSELF:
        return column
    return column | {"required": position == 0 or question.get("required") is True}


_SAYS_ITSELF = {"required", "required_where", "calculated"}


def _numbered(raw: Raw) -> Raw:
    """Guidance that is given as a list is numbered, point by point in both languages."""
    zh, en = raw.get("help_zh"), raw.get("help_en")
    if not isinstance(zh, list) and not isinstance(en, list):
        return {}
    if not isinstance(zh, list) or not isinstance(en, list) or len(zh) != len(en):
        raise ValueError("help_zh and help_en are lists of as many points each")
    return {"help_zh": _points(zh), "help_en": _points(en)}


def _points(points: list[object]) -> str:
    return "\n".join(f"{number}. {str(point).strip()}" for number, point in enumerate(points, 1))
