"""What an author may write shorter than it is kept: shared lists, numbered guidance, names without the code before. Pure."""

from collections.abc import Mapping
from typing import Any

Raw = dict[str, Any]
LISTED = "common."
SHORTEST = 5
"""Characters of a long text that is required, unless the question says otherwise: one letter describes nothing."""


def written_out(raw: Raw, lists: Mapping[str, list[Raw]]) -> Raw:
    """A question with its shared lists and its guidance in full; ValueError says what can't be."""
    found = _listed(raw, lists) | _numbered(raw)
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


def _listed(raw: Raw, lists: Mapping[str, list[Raw]]) -> Raw:
    """The choices, the columns and the prepared rows of a question and of its columns, where they are named."""
    found = dict(raw)
    for key in ("choices", "prepared", "columns"):
        if isinstance(name := raw.get(key), str):
            if not name.startswith(LISTED) or name.removeprefix(LISTED) not in lists:
                raise ValueError(f"{key}: there is no list {name}")
            found[key] = lists[name.removeprefix(LISTED)]
    if isinstance(columns := found.get("columns"), list):
        found["columns"] = [_listed(each, lists) if isinstance(each, dict) else each for each in columns]
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
