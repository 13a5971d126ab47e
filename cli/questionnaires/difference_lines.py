"""The difference of two questionnaires as lines to read, in Chinese or English. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from cli.questionnaires.field_names import place_in_words
from services.portal.cases.part_names import numbers_of
from shared.bilingual import Bilingual
from shared.contracts.questionnaires import Question, Questionnaire, all_questions, with_check_part
from shared.questionnaires.differences import ChangedQuestion, Differences, Fate, FieldDifference, compared

_SHORT = 40
"""Characters; longer texts stand on lines of their own, before and after."""
_FATES = {
    Fate.KEPT: Bilingual("答案保留", "answers carry over"),
    Fate.IN_PART: Bilingual("答案部分保留，已取消：{}", "answers carry over in part; gone: {}"),
    Fate.LOST: Bilingual("答案不保留：题型由{}改为{}", "answers are lost: the kind was {} and is {}"),
}
_SAME = Bilingual("两者相同。", "The two are the same.")
_HEADS = (
    ("titles", Bilingual("标题", "Titles")), ("added", Bilingual("新增", "Added")), ("removed", Bilingual("删除", "Removed")),
    ("changed", Bilingual("修改", "Changed")), ("moved", Bilingual("移动", "Moved")),
)  # fmt: skip
_SUMMARY = Bilingual(
    "已有答案：{kept}题保留，{part}题部分保留，{lost}题不保留；新问题{added}题。",
    "Answers to the earlier one: {kept} carry over, {part} in part, {lost} are lost; {added} questions are new.",
)
_YES, _NO, _NOTHING = Bilingual("是", "yes"), Bilingual("否", "no"), Bilingual("无", "nothing")


class DifferenceLines:
    """Two questionnaires compared, told in one language (`zh` or `en`)."""

    def __init__(self, before: Questionnaire, after: Questionnaire, language: str) -> None:
        before, after = with_check_part(before), with_check_part(after)
        self._before, self._after, self._language = before, after, language
        self._found = compared(before, after)
        self._old, self._new = numbers_of([before]), numbers_of([after])

    def lines(self) -> Iterator[str]:
        """All of it: what differs, group by group, and what it means for answers."""
        before, after = self._before, self._after
        title = getattr(after, f"title_{self._language}")
        yield f"{before.code}@{before.version} → {after.code}@{after.version}  {title}"
        sections = {
            "titles": [line for each in self._found.titles for line in self._difference(each, "  ")],
            "added": [self._head(each, self._new) for each in self._found.added],
            "removed": [self._head(each, self._old) for each in self._found.removed],
            "changed": [line for each in self._found.changed for line in self._changed(each)],
            "moved": [self._moved(each) for each in self._found.moved],
        }
        if not any(sections.values()):
            yield self._said(_SAME)
            return
        for name, head in _HEADS:
            if sections[name]:
                yield f"\n{self._said(head)} ({len(getattr(self._found, name))})"
                yield from sections[name]
        yield f"\n{self._summary()}"

    def _head(self, question: Question, numbers: Mapping[str, str]) -> str:
        text = getattr(question, f"text_{self._language}")
        return f"  {numbers[question.id]} {question.id}  {text}"

    def _moved(self, question: Question) -> str:
        return f"  {self._old[question.id]} → {self._head(question, self._new).strip()}"

    def _changed(self, changed: ChangedQuestion) -> Iterator[str]:
        yield self._head(changed.after, self._new)
        for each in changed.differences:
            yield from self._difference(each, "     ")
        yield f"     ⇒ {self._fate(changed)}"

    def _fate(self, changed: ChangedQuestion) -> str:
        told = self._said(_FATES[changed.fate])
        if changed.fate is Fate.LOST:
            return told.format(changed.before.kind, changed.after.kind)
        return told.format(", ".join(changed.gone))

    def _difference(self, difference: FieldDifference, indent: str) -> Iterator[str]:
        name = self._said(place_in_words(difference.place))
        before, after = self._value(difference.before), self._value(difference.after)
        if max(len(before), len(after)) <= _SHORT:
            yield f"{indent}{name}: {before} → {after}"
            return
        yield f"{indent}{name}:"
        yield from (f"{indent}  {mark} {text}" for mark, text in (("-", before), ("+", after)))

    def _value(self, value: object) -> str:
        """A value in words; a piece of a list by its name in this language, or by what stands in it."""
        match value:
            case None | "" | []:
                return self._said(_NOTHING)
            case bool():
                return self._said(_YES if value else _NO)
            case list():
                return ", ".join(map(self._value, value))
            case {"code": str(code), **rest} if self._language in rest:
                return f"{rest[self._language]} ({code})"
            case dict():
                given = {key: each for key, each in value.items() if each not in (None, "", [], {}, False)}
                return ", ".join(
                    f"{self._said(place_in_words((key,)))} {self._value(each)}" for key, each in given.items()
                )
        return str(value).replace("\n", " ")

    def _summary(self) -> str:
        return self._said(_SUMMARY).format(**_counts(self._found, [*all_questions([self._before])]))

    def _said(self, text: Bilingual) -> str:
        return str(getattr(text, self._language))


def _counts(found: Differences, earlier: Sequence[Question]) -> dict[str, int]:
    fates = [each.fate for each in found.changed]
    lost, part = fates.count(Fate.LOST) + len(found.removed), fates.count(Fate.IN_PART)
    return {"kept": len(earlier) - lost - part, "part": part, "lost": lost, "added": len(found.added)}
