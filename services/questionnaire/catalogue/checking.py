"""`python -m services.questionnaire.catalogue.checking`: what is wrong with the catalogue, if anything (part of `make check`)."""

import re
import sys
from collections.abc import Iterator, Mapping

from services.questionnaire.catalogue import MATERIALS_ONLY, CatalogueError, for_case, load
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.questionnaires import (
    Choice,
    Column,
    Question,
    Questionnaire,
    all_questions,
    parts_of_check,
)

FEWEST = 40
"""How many questions the authority of one specific category is asked at least; there is no most: a question earns its place."""
PARTS = ("1", "2", "3", "4", "5", "supplementary")
PREAMBLE = ("legal_basis", "definitions", "language", "confidentiality")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]")
_FULL_WIDTH = re.compile("[\u3000-\u9fff\uff00-\uffef]")
_LEFT_OVER = re.compile(r"[{}]|  |\n(?!\d+\. )")


def faults_of(catalogue: Mapping[str, Questionnaire]) -> Iterator[str]:
    """Each fault in one line; ids, kinds and included questions were checked when the files were read."""
    yield from questionnaires_missing(catalogue)
    for questionnaire in catalogue.values():
        yield from faults_in(questionnaire)


def faults_in(questionnaire: Questionnaire) -> Iterator[str]:
    """The faults of one questionnaire by itself."""
    if questionnaire.code != MATERIALS_ONLY:
        yield from _parts(questionnaire)
    yield from _preamble(questionnaire)
    for part in parts_of_check(questionnaire):
        for question in part.questions:
            yield from _languages(question)


def questionnaires_missing(catalogue: Mapping[str, Questionnaire]) -> Iterator[str]:
    """Every specific category of DOMAIN 1.7 leads to its questionnaire, and is not asked too little."""
    for specific in SPECIFIC.values():
        if specific.questionnaire is None:
            continue
        if specific.questionnaire not in catalogue:
            yield f"{specific.code}: there is no questionnaire {specific.questionnaire}"
            continue
        asked = sum(1 for _ in all_questions(for_case([specific.code], False, catalogue)))
        if asked < FEWEST:
            yield f"{specific.code}: is asked {asked} questions, {FEWEST} are wanted at least"


def _parts(questionnaire: Questionnaire) -> Iterator[str]:
    """Five parts and 补充材料 (DOMAIN B12), none without a question."""
    if tuple(part.number for part in questionnaire.parts) != PARTS:
        yield f"{questionnaire.code}: its parts are not {', '.join(PARTS)}"
    for part in questionnaire.parts:
        if not part.questions:
            yield f"{questionnaire.code}: part {part.number} asks nothing"
    if questionnaire.check_part is None or not questionnaire.check_part.questions:
        yield f"{questionnaire.code}: asks retrospective checks nothing of their own"


def _preamble(questionnaire: Questionnaire) -> Iterator[str]:
    """Every questionnaire says all that a preamble has to, in both languages."""
    if tuple(section.code for section in questionnaire.preamble) != PREAMBLE:
        yield f"{questionnaire.code}: its preamble has not {', '.join(PREAMBLE)}"
    for section in questionnaire.preamble:
        said = [(section.title_zh, section.title_en), *((point.zh, point.en) for point in section.points)]
        yield from (
            fault for zh, en in said for fault in _two_languages(f"{questionnaire.code} preamble", zh, en)
        )


def _languages(question: Question) -> Iterator[str]:
    """Chinese in the Chinese text, English in the English one, and nothing of the format left over."""
    options: list[Choice | Column] = [*question.choices, *question.columns, *question.prepared]
    options += [choice for column in question.columns for choice in column.choices]
    said = [(question.text_zh, question.text_en), (question.help_zh, question.help_en)]
    yield from (fault for zh, en in said for fault in _two_languages(question.id, zh, en))
    for option in options:
        if not _CHINESE.search(option.zh):
            yield f"{question.id}: no Chinese in «{option.zh}»"
        if not _LATIN.search(option.en) or _FULL_WIDTH.search(option.en):
            yield f"{question.id}: not English: «{option.en}»"


def _two_languages(where: str, zh: str, en: str) -> Iterator[str]:
    if not _CHINESE.search(zh):
        yield f"{where}: no Chinese in «{zh}»"
    if not _LATIN.search(en) or _FULL_WIDTH.search(en):
        yield f"{where}: not English: «{en}»"
    for text in (zh, en):
        if _LEFT_OVER.search(text):
            yield f"{where}: a placeholder, a line break or a gap is left in «{text}»"


def main() -> None:
    """Print the faults; exit status 1 where there is one."""
    try:
        faults = [*faults_of(load())]
    except CatalogueError as error:
        faults = [str(error)]
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
