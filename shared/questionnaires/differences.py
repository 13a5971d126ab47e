"""What differs between two versions of a questionnaire, question by question, and what it means for answers. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from shared.contracts.questionnaires import (
    Question,
    Questionnaire,
    all_questions,
    placed_questions,
    with_check_part,
)

_NAMES = ("code", "question", "number")
"""What a piece of a list is known by: a choice and a column by its code, a condition by its question, a part by its number."""


class Fate(StrEnum):
    """What becomes of an answer to the earlier version."""

    KEPT = "kept"
    IN_PART = "in_part"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One thing that differs: its place, such as `choices`, `bear`, `zh`; None stands for what is not there."""

    place: tuple[str, ...]
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """A question of both versions that is not the same in both."""

    before: Question
    after: Question
    differences: tuple[FieldDifference, ...]

    @property
    def gone(self) -> tuple[str, ...]:
        """The options and columns that an answer may name and the later version does not have."""
        return tuple(
            one.code
            for name in ("choices", "columns", "prepared")
            for one in getattr(self.before, name)
            if one.code not in {each.code for each in getattr(self.after, name)}
        )

    @property
    def fate(self) -> Fate:
        """Lost where the kind is another one, in part where an option or a column is gone."""
        if self.before.kind is not self.after.kind:
            return Fate.LOST
        return Fate.IN_PART if self.gone else Fate.KEPT


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs: `titles` of the questionnaire and its parts; a moved question may be changed as well."""

    titles: tuple[FieldDifference, ...]
    added: tuple[Question, ...]
    removed: tuple[Question, ...]
    changed: tuple[ChangedQuestion, ...]
    moved: tuple[Question, ...]

    def named(self) -> Iterator[str]:
        """Each difference in a few words: titles, then the questions in the order added, removed, changed, moved."""
        yield from (" ".join(each.place) for each in self.titles)
        yield from (f"{each.id} (added)" for each in self.added)
        yield from (f"{each.id} (removed)" for each in self.removed)
        for each in self.changed:
            fields = dict.fromkeys(difference.place[0] for difference in each.differences)
            yield f"{each.after.id} ({', '.join(fields)})"
        yield from (f"{each.id} (moved)" for each in self.moved)


def compared(before: Questionnaire, after: Questionnaire) -> Differences:
    """What differs, whatever the versions are numbered; nothing at all where both are equal."""
    before, after = with_check_part(before), with_check_part(after)
    old, new = _by_id(before), _by_id(after)
    changed = (
        ChangedQuestion(question, new[name], tuple(_differences((), _plain(question), _plain(new[name]))))
        for name, question in old.items()
        if name in new and question != new[name]
    )
    return Differences(
        titles=tuple(_differences((), _titles(before), _titles(after))),
        added=tuple(question for name, question in new.items() if name not in old),
        removed=tuple(question for name, question in old.items() if name not in new),
        changed=tuple(changed),
        moved=tuple(new[name] for name in _moved(before, after)),
    )


def _by_id(questionnaire: Questionnaire) -> dict[str, Question]:
    return {question.id: question for question in all_questions([questionnaire])}


def _plain(question: Question) -> dict[str, object]:
    return question.model_dump(mode="json")


def _titles(questionnaire: Questionnaire) -> dict[str, object]:
    parts = {part.number: part.model_dump(exclude={"questions", "number"}) for part in questionnaire.parts}
    return questionnaire.model_dump(mode="json", exclude={"parts", "version", "check_part"}) | {
        "parts": parts
    }


def _moved(before: Questionnaire, after: Questionnaire) -> list[str]:
    """The questions of both that stand in another part, or in another order; as few as can be."""
    places = {
        question.id: part.number
        for _, part, question in placed_questions([before])
    }  # fmt: skip
    new = {question.id: part.number for _, part, question in placed_questions([after])}
    old_order, new_order = [name for name in places if name in new], [name for name in new if name in places]
    matcher = SequenceMatcher(None, old_order, new_order, autojunk=False)
    stayed = {
        name for start, _, size in matcher.get_matching_blocks() for name in old_order[start : start + size]
    }
    return [name for name in new_order if name not in stayed or places[name] != new[name]]


def _differences(place: tuple[str, ...], before: object, after: object) -> Iterator[FieldDifference]:
    if before == after:
        return
    old, new = _named(before), _named(after)
    if old is None or new is None:
        yield FieldDifference(place, before, after)
        return
    for name in dict.fromkeys((*old, *new)):
        yield from _differences((*place, name), old.get(name), new.get(name))
    if isinstance(before, list) and [*old] != [*new] and set(old) == set(new):
        yield FieldDifference((*place, "order"), [*old], [*new])


def _named(value: object) -> Mapping[str, object] | None:
    """The pieces by their names; None for what has none, or where one name stands for two."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return None
    pieces = {_name_of(each): each for each in value}
    return pieces if len(pieces) == len(value) and None not in pieces else None  # type: ignore[return-value]


def _name_of(piece: Mapping[str, object]) -> str | None:
    return next((str(piece[name]) for name in _NAMES if name in piece), None)


def first_of(names: Sequence[str], most: int) -> str:
    """The first few of them, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
