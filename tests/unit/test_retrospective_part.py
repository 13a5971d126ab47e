"""The part that retrospective checks are asked, and what stands before the questions: read, numbered, asked, refused if wrong."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.portal.cases.part_names import numbers_of, part_name
from services.questionnaire.answers import submission_faults
from services.questionnaire.catalogue import MATERIALS_ONLY, CatalogueError, for_case, load
from services.questionnaire.catalogue.checking import faults_of
from services.questionnaire.catalogue.reading import read_catalogue
from services.questionnaire.completeness import open_required
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.questionnaires import Answer, Questionnaire, all_questions
from shared.contracts.vocabulary import Kind
from shared.questionnaires.relevance import relevant_questions
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.store import Store
from tests.unit.test_questionnaire_catalogue import AQUATIC, COMMON, OWN

AT = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
CHECK = "title_zh: 回顾性检查\ntitle_en: Retrospective check\nquestions:\n"
ASKED = [code for code, specific in SPECIFIC.items() if specific.questionnaire]
PREAMBLE = """
sections:
  - code: legal_basis
    title_zh: 法律依据
    title_en: Legal basis
    points:
      - {zh: "与{product}有关的法律", en: "Law on {product}"}
      - {only_for: [%s], zh: 另一部法律, en: Another law}
"""


def for_check(*specific: str) -> tuple[Questionnaire, ...]:
    return for_case(specific, materials_only=False, kind=Kind.RETROSPECTIVE)


def numbers(asked: Sequence[Questionnaire]) -> list[str]:
    return [part.number for each in asked for part in each.parts]


def written(folder: Path, **files: str) -> Questionnaire:
    """The questionnaire of a folder with these files besides what is common."""
    named = {"common": COMMON, "aquatic": f"{AQUATIC}    - {OWN % ('yes_no', '')}", **files}
    for name, text in named.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return read_catalogue(folder)["aquatic"]


@pytest.mark.parametrize("specific", ASKED)
def test_a_check_is_asked_a_sixth_part_before_the_supplementary_material_and_an_assessment_is_not(
    specific: str,
) -> None:
    assert numbers(for_check(specific)) == ["1", "2", "3", "4", "5", "6", "supplementary"]
    assert numbers(for_case([specific], False)) == ["1", "2", "3", "4", "5", "supplementary"]


def test_a_check_asks_all_that_an_assessment_asks_with_the_same_numbers() -> None:
    first, check = numbers_of(for_case(["beef"], False)), numbers_of(for_check("beef"))
    assert {name: check[name] for name in first} == first
    own = {number for name, number in check.items() if name not in first}
    assert own == {f"6.{position}" for position in range(1, 8)}


def test_its_part_has_a_name_and_its_questions_the_word_for_the_product() -> None:
    (asked,) = for_check("farmed")
    part = asked.parts[-2]
    assert (part_name(part).zh, part_name(part).en) == ("第6部分 回顾性检查", "Part 6: Retrospective check")
    assert part.questions[0].id == "aquatic.check_changed"
    assert "aquatic products" in part.questions[0].text_en


def test_for_materials_alone_a_check_asks_nothing_more() -> None:
    """DOMAIN F10."""
    for asked in (for_check("seasonings"), for_case(["beef"], True, kind=Kind.RETROSPECTIVE)):
        assert [each.code for each in asked] == [MATERIALS_ONLY]
        assert numbers(asked) == ["supplementary"]


def test_the_tables_of_changes_and_refusals_are_asked_where_there_were_any() -> None:
    asked, tables = for_check("malt"), {"malt.check_changes", "malt.check_refusals"}
    assert not relevant_questions(asked, {}) & tables
    none = {"malt.check_changed": Answer(value="no"), "malt.check_refused": Answer(value="no")}
    assert not relevant_questions(asked, none) & tables
    some = {"malt.check_changed": Answer(value="yes"), "malt.check_refused": Answer(value="yes")}
    assert relevant_questions(asked, some) >= tables
    assert {*open_required(asked, some)} >= tables


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("check_exports", {"period": "last_year", "year": "2025", "consignments": "-3", "tonnes": "1", "refused": "0"}, "批次"),
        ("check_exports", {"period": "last_year", "year": "25", "consignments": "3", "tonnes": "1", "refused": "0"}, "年份"),
        ("check_establishments", {"number": "1", "name": "x", "status": "closed"}, "状态"),
        ("check_establishments", {"number": "1", "name": "x", "status": "added", "since": "2999-01-01"}, "变动日期"),
    ],
)  # fmt: skip
def test_a_cell_of_nonsense_is_refused_where_it_stands(name: str, row: dict[str, str], said: str) -> None:
    asked = for_check("malt")
    faults = submission_faults(asked, {f"malt.{name}": Answer(value=(row,))}, AT)
    assert [
        fault.message_zh
        for fault in faults
        if fault.field == f"malt.{name}" and f"“{said}”" in fault.message_zh
    ]


def test_a_version_from_before_asks_a_check_what_it_asked() -> None:
    before = load()["malt"].model_copy(update={"version": 1, "check_part": None, "preamble": ()})
    stored: dict[str, Any] = {"_id": "malt@1", **before.model_dump(mode="json")}
    for key in ("check_part", "preamble"):
        del stored[key]
    assert numbers(from_store(stored, Kind.RETROSPECTIVE)) == ["1", "2", "3", "4", "5", "supplementary"]


@pytest.mark.parametrize(("kind", "parts"), [(Kind.ASSESSMENT, 6), (Kind.RETROSPECTIVE, 7)])
def test_what_is_stored_is_asked_again_as_it_was(kind: Kind, parts: int) -> None:
    (asked,) = from_store({"_id": "malt@x", **load()["malt"].model_dump(mode="json")}, kind)
    assert len(asked.parts) == parts
    assert (asked,) == for_case(["malt"], False, kind=kind)
    assert asked.preamble


def from_store(stored: dict[str, Any], kind: Kind) -> tuple[Questionnaire, ...]:
    async def find(asked: object) -> list[dict[str, Any]]:
        return [stored]

    store = SimpleNamespace(collection=lambda name: SimpleNamespace(find=find))
    repository = QuestionnaireRepository(cast(Store, store))
    coroutine = repository.of_case([(stored["code"], stored["version"])], ["malt"], kind)
    with pytest.raises(StopIteration) as ended:
        coroutine.send(None)
    return cast(tuple[Questionnaire, ...], ended.value.value)


def test_a_question_of_all_cases_cannot_wait_for_one_of_checks_alone(tmp_path: Path) -> None:
    waits = AQUATIC + "    - " + OWN % ("text", ", relevant: [{question: seen, is: 'yes'}]")
    check = CHECK + "  - " + OWN.replace("own", "seen") % ("yes_no", "")
    with pytest.raises(
        CatalogueError, match=r"aquatic\.yaml: question own: .*there is no question aquatic\.seen"
    ):
        written(tmp_path, aquatic=waits, retrospective_check=check)


def test_a_question_of_checks_may_wait_for_one_of_all_cases(tmp_path: Path) -> None:
    check = CHECK + "  - " + OWN.replace("own", "seen") % ("text", ", relevant: [{question: own, is: 'yes'}]")
    read = written(tmp_path, retrospective_check=check)
    assert read.check_part
    assert [question.id for question in read.check_part.questions] == ["aquatic.seen"]


def test_a_fault_in_the_part_of_checks_names_its_file_and_question(tmp_path: Path) -> None:
    check = CHECK + "  - " + OWN % ("fish", "")
    with pytest.raises(CatalogueError, match=r"retrospective_check\.yaml: question own: kind"):
        written(tmp_path, retrospective_check=check)


def test_an_id_may_not_stand_in_both(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"question named twice: aquatic\.own"):
        written(tmp_path, retrospective_check=CHECK + "  - " + OWN % ("text", ""))


def test_a_preamble_speaks_of_the_product_and_some_points_are_for_some_questionnaires(tmp_path: Path) -> None:
    other = AQUATIC.replace("aquatic\n", "eggs\n", 1) + "    - " + OWN % ("text", "")
    read = written(tmp_path, preamble=PREAMBLE % "eggs", eggs=other)
    (section,) = read.preamble
    assert [(point.zh, point.en) for point in section.points] == [
        ("与水产品有关的法律", "Law on aquatic products")
    ]
    assert len(read_catalogue(tmp_path)["eggs"].preamble[0].points) == 2


def test_a_point_for_an_unknown_questionnaire_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"preamble\.yaml: legal_basis: there is no questionnaire fish"):
        written(tmp_path, preamble=PREAMBLE % "fish")


@pytest.mark.parametrize("questionnaire", load().values(), ids=lambda each: each.code)
def test_every_questionnaire_says_its_legal_basis_definitions_language_and_confidentiality(
    questionnaire: Questionnaire,
) -> None:
    said = [section.code for section in questionnaire.preamble]
    assert said == ["legal_basis", "definitions", "language", "confidentiality"]
    basis = " ".join(point.zh for point in questionnaire.preamble[0].points)
    assert ("野生动物" in basis) is (questionnaire.code == "meat")
    assert ("第八十一条" in basis) is (questionnaire.code == "dairy")


def test_what_lacks_in_preamble_or_check_is_a_fault_of_the_catalogue() -> None:
    malt = load()["malt"]
    without = malt.model_copy(update={"preamble": malt.preamble[1:], "check_part": None})
    faults = [*faults_of(load() | {"malt": without})]
    assert faults == [
        "malt: asks retrospective checks nothing of their own",
        "malt: its preamble has not legal_basis, definitions, language, confidentiality",
    ]


def test_the_questions_of_a_check_are_checked_as_the_others_are() -> None:
    malt = load()["malt"]
    assert malt.check_part
    first, *rest = malt.check_part.questions
    english = first.model_copy(update={"text_zh": "Only English"})
    wrong = malt.model_copy(
        update={"check_part": malt.check_part.model_copy(update={"questions": (english, *rest)})}
    )
    assert [*faults_of(load() | {"malt": wrong})] == ["malt.check_changed: no Chinese in «Only English»"]
    assert not {each.id for each in all_questions(for_case(["malt"], False))} & {first.id}
