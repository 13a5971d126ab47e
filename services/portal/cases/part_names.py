"""What a part of a questionnaire is called, on the screen, on paper and in the workbook alike (DOMAIN 1.8, 图4-19)."""

from collections.abc import Iterable, Iterator

from shared.bilingual import Bilingual
from shared.contracts.questionnaires import Part, Question, Questionnaire, all_parts

SUPPLEMENTARY = "supplementary"


def part_name(part: Part) -> Bilingual:
    """第1部分 基本信息 … 第5部分 证书; 补充材料 has no number."""
    if part.number == SUPPLEMENTARY:
        return Bilingual(part.title_zh, part.title_en)
    return Bilingual(f"第{part.number}部分 {part.title_zh}", f"Part {part.number}: {part.title_en}")


def number_questions(part: Part) -> Iterator[tuple[str, Question]]:
    """The questions of a part with the number that each has everywhere: 3.12, and S.1 in 补充材料."""
    prefix = "S" if part.number == SUPPLEMENTARY else part.number
    for position, question in enumerate(part.questions, 1):
        yield f"{prefix}.{position}", question


def numbers_of(questionnaires: Iterable[Questionnaire]) -> dict[str, str]:
    """The number of every question, by its id."""
    return {
        question.id: number
        for _, part in all_parts(questionnaires)
        for number, question in number_questions(part)
    }
