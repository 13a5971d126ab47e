"""What a part of a questionnaire is called, on the screen, on paper and in the workbook alike (DOMAIN 1.8, 图4-19)."""

from shared.bilingual import Bilingual
from shared.contracts.questionnaires import Part

SUPPLEMENTARY = "supplementary"


def part_name(part: Part) -> Bilingual:
    """第1部分 基本信息 … 第5部分 证书; 补充材料 has no number."""
    if part.number == SUPPLEMENTARY:
        return Bilingual(part.title_zh, part.title_en)
    return Bilingual(f"第{part.number}部分 {part.title_zh}", f"Part {part.number}: {part.title_en}")
