"""The questionnaires as data (DOMAIN 1.7): what is asked of whom, in both languages."""

from pathlib import Path

import pytest

from services.questionnaire.catalogue import CatalogueError, for_case, load
from services.questionnaire.catalogue.reading import read_catalogue
from shared.contracts.catalogue import CATEGORIES, SPECIFIC
from shared.contracts.questionnaires import Question, Questionnaire, all_questions

COMMON = """
parts:
  "1": {title_zh: 基本信息, title_en: Basic information}
groups:
  authority:
    - {id: name, kind: text, text_zh: "{product}主管当局", text_en: "Authority for {product}", help_zh: 名称, help_en: Name}
    - {id: seat, kind: text, text_zh: 所在地, text_en: Seat, help_zh: 城市, help_en: City}
"""
AQUATIC = """
code: aquatic
version: 1
title_zh: 水产品问卷
title_en: Aquatic products
product: {zh: 水产品, en: aquatic products}
parts:
  "1":
"""
OWN = "{id: own, kind: %s, text_zh: 问题, text_en: Question, help_zh: 说明, help_en: Guidance%s}"


def asked(*specific: str, materials_only: bool = False) -> list[Question]:
    return [*all_questions(for_case(specific, materials_only))]


def names(questions: list[Question]) -> set[str]:
    return {question.id.partition(".")[2] for question in questions}


def written(folder: Path, entry: str, common: str = COMMON) -> dict[str, Questionnaire]:
    (folder / "common.yaml").write_text(common, encoding="utf-8")
    (folder / "aquatic.yaml").write_text(f"{AQUATIC}    - {entry}", encoding="utf-8")
    return read_catalogue(folder)


DECREE_249 = {
    "1 law": {"legislation_list", "legislation_powers", "transparency"},
    "2 authority": {
        "authority_structure",
        "authority_duties",
        "authority_resources",
        "internal_audit",
        "staff",
    },
    "4 pathogens and residues": {"monitoring_plan", "monitoring_results", "residue_follow_up"},
    "5 hygiene": {
        "hygiene_verification",
        "haccp_plans",
        "haccp_validation",
        "haccp_records",
        "haccp_oversight",
    },
    "6 export": {"approval_procedure", "inspection_frequency", "export_control"},
    "7 protection, tracing, recall": {"food_defence", "traceability", "recall", "non_compliant_products"},
    "8 warning and emergency": {
        "early_warning",
        "food_emergency",
        "contact_points",
        "foodborne_disease",
        "consumer_complaints",
    },
    "9 technical support": {"laboratories", "proficiency", "methods", "sampling"},
}
"""Items of Decree 249, Article 13, by number; what each asks in every questionnaire (3 and 10 differ by food)."""
ALL = [*all_questions(load().values())]
every_questionnaire = pytest.mark.parametrize("questionnaire", load().values(), ids=lambda each: each.code)


def test_every_question_has_an_id_of_its_own() -> None:
    ids = [question.id for question in ALL]
    assert len(set(ids)) == len(ids)


@every_questionnaire
def test_a_questionnaire_has_the_five_parts_of_the_manual_and_ends_with_supplementary_materials(
    questionnaire: Questionnaire,
) -> None:
    titles = {part.number: part.title_zh for part in questionnaire.parts}
    manual = {
        "1": "基本信息", "2": "法律、法规和标准", "3": "官方控制及监督", "4": "实验室检测", "5": "证书",
        "supplementary": "补充材料",
    }  # fmt: skip
    wanted = {"supplementary": "补充材料"} if questionnaire.code == "materials_only" else manual
    assert list(titles.items()) == list(wanted.items())
    assert questionnaire.parts[-1].questions[-1].id == f"{questionnaire.code}.supplementary"


@pytest.mark.parametrize("specific", SPECIFIC)
def test_every_specific_category_gets_its_questionnaire_or_materials_only(specific: str) -> None:
    wanted = SPECIFIC[specific].questionnaire
    expected = wanted if wanted in load() else "materials_only"
    assert [each.code for each in for_case([specific], materials_only=False)] == [expected]


def test_questionnaires_are_called_as_in_the_manual() -> None:
    """Manual 3.2, DOMAIN 1.8."""
    titles = {each.title_zh for code, each in load().items() if code != "materials_only"}
    assert titles == {
        "肉类产品问卷", "肠衣产品问卷", "燕窝问卷", "蜂产品问卷", "蛋与蛋制品问卷", "食用动物油脂问卷", "食用谷物问卷",
        "谷物制粉问卷", "麦芽问卷", "坚果与籽类问卷", "乳制品问卷", "干果产品问卷", "水产品问卷",
    }  # fmt: skip


def test_the_specific_categories_are_those_of_the_domain() -> None:
    codes = {category.code: {item.questionnaire for item in category.specific} for category in CATEGORIES}
    none = {"dehydrated_vegetables", "plant_seasonings", "processed_grain", "frozen_fruit"}
    assert {code for code, named in codes.items() if named == {None}} == none
    assert codes["milling_malt"] == {"grain_milling", "malt"}
    assert codes["rice"] == {"edible_grain"}
    assert len(set().union(*codes.values()) - {None}) == 13


@pytest.mark.parametrize(
    ("specific", "other", "only_its_own"),
    [
        (
            "farmed",
            "wild",
            {"farming_overview", "farm_registration", "drug_use_control", "veterinary_drug_rules"},
        ),
        ("wild", "farmed", {"fishing_overview", "fleet_overview", "vessel_approval", "catch_legality"}),
    ],
)
def test_a_case_about_farmed_products_alone_is_asked_nothing_about_fishing_and_the_other_way_round(
    specific: str, other: str, only_its_own: set[str]
) -> None:
    assert only_its_own <= names(asked(specific))
    assert not only_its_own & names(asked(other))
    assert not [question.id for question in asked(specific) if question.only_for == (other,)]


def test_a_case_about_both_is_asked_one_questionnaire_with_the_questions_of_both() -> None:
    assert len(for_case(["farmed", "wild"], materials_only=False)) == 1
    assert names(asked("farmed", "wild")) == names(asked("farmed")) | names(asked("wild"))


@pytest.mark.parametrize(
    ("have", "asked_for"),
    [(["malt", "grain_milling"], ["grain_milling", "malt"]), (["malt"], ["materials_only", "malt"])],
)
def test_a_case_is_asked_each_questionnaire_once_in_the_order_of_its_specific_categories(
    have: list[str], asked_for: list[str]
) -> None:
    catalogue = {"materials_only": load()["materials_only"]} | {
        code: Questionnaire(code=code, version=1, title_zh="问卷", title_en="Questionnaire", parts=())
        for code in have
    }
    chosen = for_case(["milled_grain", "malt", "milled_grain"], False, catalogue)
    assert [each.code for each in chosen] == asked_for


def test_materials_only_asks_the_one_question_and_it_is_required() -> None:
    (only,) = asked("farmed", materials_only=True)
    assert (only.id, only.required, only.attachment_suffices) == ("materials_only.supplementary", True, True)


@pytest.mark.parametrize("specific", [code for code, about in SPECIFIC.items() if about.questionnaire])
def test_every_case_is_asked_what_decree_249_has_evaluated(specific: str) -> None:
    given = names(asked(specific))
    assert {item: wanted - given for item, wanted in DECREE_249.items() if not wanted <= given} == {}


def test_supplementary_materials_are_optional_in_a_full_questionnaire() -> None:
    last = asked("farmed")[-1]
    assert (last.id, last.required, last.attachment_required) == ("aquatic.supplementary", False, False)


def test_an_included_question_speaks_of_the_including_questionnaires_product(tmp_path: Path) -> None:
    (name, seat) = all_questions([written(tmp_path, "include: common.authority")["aquatic"]])
    assert (name.id, seat.id) == ("aquatic.name", "aquatic.seat")
    assert (name.text_zh, name.text_en) == ("水产品主管当局", "Authority for aquatic products")


def test_a_question_included_alone_can_be_changed(tmp_path: Path) -> None:
    catalogue = written(tmp_path, "{include: common.name, required: true, text_zh: 渔业主管当局}")
    (name,) = all_questions([catalogue["aquatic"]])
    assert name.required
    assert (name.text_zh, name.text_en) == ("渔业主管当局", "Authority for aquatic products")


def test_lines_of_chinese_are_joined_without_a_space(tmp_path: Path) -> None:
    entry = "{include: common.seat, help_zh: 请写明城市，\n      以及地址, help_en: Name the city\n      and the address}"
    (seat,) = all_questions([written(tmp_path, entry)["aquatic"]])
    assert (seat.help_zh, seat.help_en) == ("请写明城市，以及地址", "Name the city and the address")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (OWN % ("essay", ""), "kind"),
        (OWN % ("text", ", text_zh: ''"), "question own: text_zh stands twice"),
        (OWN % ("text", ", requird: true"), "requird"),
        (OWN % ("choice", ""), "needs choices"),
        (OWN % ("text", ", choices: [{code: a, zh: 甲, en: A}]"), "has no choices"),
        (OWN % ("choice", ", choices: [{code: a, zh: 甲, en: A}, {code: a, zh: 乙, en: B}]"), "choice named twice: a"),
        (OWN % ("table", ""), "needs columns"),
        (OWN % ("text", ", unit: kg"), "has no unit"),
        (OWN % ("text", ", describe_if: 'yes'"), "has no describe_if"),
        (OWN % ("file", ", required: true"), "attachment_required"),
        (OWN % ("text", ", only_for: [beef]"), "beef"),
        (OWN % ("text", ", only_for: [fish]"), "fish"),
        ("{id: Own, kind: text, text_zh: 问, text_en: Q, help_zh: 说明, help_en: G}", "id"),
        ("{id: own, kind: text, text_zh: 问, help_zh: 说明, help_en: G}", "text_en"),
        ("{id: own, kind: text, text_zh: ' ', text_en: Q, help_zh: 说明, help_en: G}", "text_zh"),
        ("include: common.nothing", "no group or question common.nothing"),
        ("include: authority", "no group or question authority"),
        ("{include: common.authority, required: true}", "a group is included as it is"),
        ("{include: common.name, id: other}", "an included question keeps its id"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_said_with_its_file_and_its_name(
    tmp_path: Path, entry: str, why: str
) -> None:
    with pytest.raises(CatalogueError, match=r"aquatic\.yaml: .*question [\w.]+: ") as refused:
        written(tmp_path, entry)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", help_en: City", "", r"common\.yaml: group authority, question seat: .*help_en"),
        ("id: seat", "id: name", r"common\.yaml: name: names two questions or groups"),
        ("id: seat", "id: authority", r"common\.yaml: authority: names two questions or groups"),
        ('"1":', '"2":', r"aquatic\.yaml: part 1: has no title"),
    ],
)
def test_a_fault_in_the_common_questions_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=said):
        written(tmp_path, "include: common.name", common=COMMON.replace(old, new))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("include: common.authority\n    - include: common.name", "question named twice: aquatic.name"),
        ("{include: [", "not readable as YAML"),
    ],
)
def test_a_fault_of_the_whole_file_is_named(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=rf"aquatic\.yaml: .*{said}"):
        written(tmp_path, entry)


@pytest.mark.parametrize("text", ["", "- id: own\n", "vegetables\n"])
def test_a_file_that_is_no_questionnaire_is_told_how_one_begins(tmp_path: Path, text: str) -> None:
    written(tmp_path, "include: common.name")
    (tmp_path / "aquatic.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(
        CatalogueError, match=r"aquatic\.yaml: is no questionnaire: a file begins with `code:`"
    ):
        read_catalogue(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"1":', "1:", r'parts, 1 is a number: put it in quotation marks, "1"'),
        (
            "- include: common.name",
            "include: common.name",
            r"parts, 1 is no list: begin each entry with `- `",
        ),
    ],
)
def test_a_part_that_is_written_otherwise_is_told_how(tmp_path: Path, old: str, new: str, said: str) -> None:
    written(tmp_path, "include: common.name")
    path = tmp_path / "aquatic.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(CatalogueError, match=said):
        read_catalogue(tmp_path)


def test_a_questionnaire_stands_in_the_file_of_its_name(tmp_path: Path) -> None:
    written(tmp_path, "include: common.name")
    (tmp_path / "aquatic.yaml").rename(tmp_path / "meat.yaml")
    with pytest.raises(CatalogueError, match=r"meat\.yaml: code is aquatic"):
        read_catalogue(tmp_path)
