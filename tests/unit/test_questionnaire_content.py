"""What every questionnaire asks, and how: what is demanded in words is demanded by the format, too."""

import re

import pytest

from services.questionnaire.catalogue import MATERIALS_ONLY, for_case, load
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.questionnaires import Question, QuestionKind, all_questions
from shared.contracts.vocabulary import Kind

CODES = [code for code in load() if code != MATERIALS_ONLY]
ALL = {
    question.id: question
    for specific, about in SPECIFIC.items() if about.questionnaire
    for question in all_questions(for_case([specific], materials_only=False, kind=Kind.RETROSPECTIVE))
}  # fmt: skip
"""Every question, that of a retrospective check included."""
every_questionnaire = pytest.mark.parametrize("code", CODES)

A_YEAR_MAY_HAVE_NONE = {"foreign_audits", "bse_imports", "proficiency"}
"""Tables by year whose years may have nothing to report."""
UPLOADS = re.compile(r"上传|\b[Uu]pload|\b[Aa]ttach(?:\b|ing\b)")
NO_DEMAND = re.compile(r"建议|可以?|suggest|may be|Write an explanation or")


def of(code: str, name: str) -> Question:
    return ALL[f"{code}.{name}"]


def takes_file(question: Question) -> bool:
    """Whether the format demands a file, at least with some answer, or takes it for the answer."""
    return bool(
        question.kind is QuestionKind.FILE or question.attachment_required or question.attachment_suffices
        or question.attachment_if or any(choice.file for choice in question.choices)
    )  # fmt: skip


def sentences(question: Question) -> list[str]:
    said = f"{question.text_zh}。{question.help_zh}\n{question.text_en}. {question.help_en}"
    return [each for each in re.split(r"[。；\n]|(?<=[a-z)])[.;] |\. (?=[A-Z])", said) if each]


def test_there_are_thirteen() -> None:
    assert len(CODES) == 13


@every_questionnaire
def test_all_are_asked_of_the_differences_to_china_with_a_row_for_each_standard(code: str) -> None:
    question = of(code, "standards_differences")
    assert question.required
    assert [row for row in question.prepared if "GB" in row.zh]


@every_questionnaire
def test_the_fields_that_customs_registers_are_columns(code: str) -> None:
    columns = {column.code: column for column in of(code, "establishment_list").columns}
    wanted = {
        "registration",
        "name",
        "address",
        "kind",
        "products",
        "hs_codes",
        "approved",
        "valid_until",
        "contact",
    }
    assert wanted <= columns.keys()
    assert of(code, "establishment_list").min_rows == 1


@every_questionnaire
def test_the_certifying_officers_are_a_table_with_specimens(code: str) -> None:
    question = of(code, "signatories")
    assert {"name", "title", "office", "valid_from", "specimen", "stamp", "change"} <= {
        column.code for column in question.columns
    }
    assert question.attachment_required


@every_questionnaire
def test_it_is_asked_why_something_is_not_monitored(code: str) -> None:
    assert of(code, "residue_scope_details").required


@pytest.mark.parametrize("name", [name for name, each in ALL.items() if each.kind is QuestionKind.TABLE])
def test_figures_of_several_years_are_wanted_for_each_of_them(name: str) -> None:
    question = ALL[name]
    by_year = any(column.code == "year" for column in question.columns)
    if not by_year or question.prepared or name.partition(".")[2] in A_YEAR_MAY_HAVE_NONE:
        return
    assert question.min_rows == (7 if "seven years" in question.text_en else 3)


PATTERNS = {
    "hs_code": (
        ("020714", "0207140010, 020712", "020714，020713", "0303.12", "0303 12 00", "0303.12.00.10", "0207.14-210",
         "0303.12; 0303.13", "0303.12、0303.13"),
        ("0207", "02.07", "02071400101", "0303..12", "0303.12 0303.13", "HS 0303.12", "x"),
    ),
    "telephone": (
        ("+297 585 0200", "00297-585-0200 ext. 12", "+86 (10) 1234567; +86 10 7654321", "无", "+64 4 894 0100 ext. 12",
         "(+64) 4 894 0100", "+64 4 894 0100 Ext 12, +64 21 555 010", "+86 10 6519 4114 转 12", "+86 10 65194114、65194115"),
        ("585 0200", "04 894 0100", "+64", "+64 4 894 0100 ext.", "x"),
    ),
    "email": (
        ("a@b.cn", "a@b.cn, c@d.org", "none", "a@b.cn; c@d.org", "a@b.cn ； c@d.org", "a@b.cn、c@d.org", "a@b.cn,  c@d.org"),
        ("a@b", "a b@c.cn", "a@b.cn c@d.org", "x"),
    ),
    "last_occurrence": (
        ("2019", "2019-03", "2019/3", "2019.03", "2019年3月", "2019年"), ("2019-13", "2019-00", "March 2019", "never", "x"),
    ),
}  # fmt: skip
PATTERNS["hs_codes"] = PATTERNS["hs_code"]


@every_questionnaire
def test_codes_and_ways_to_reach_somebody_have_a_pattern(code: str) -> None:
    columns = [
        column
        for name, each in ALL.items() if name.startswith(f"{code}.")
        for column in each.columns if column.code in PATTERNS
    ]  # fmt: skip
    assert {"hs_code", "hs_codes", "telephone", "email"} <= {column.code for column in columns}
    for column in columns:
        right, wrong = PATTERNS[column.code]
        assert [each for each in right if not re.fullmatch(column.limits.pattern, each)] == []
        assert [each for each in wrong if re.fullmatch(column.limits.pattern, each)] == []


@pytest.mark.parametrize("name", [name for name, each in ALL.items() if not takes_file(each)])
def test_a_file_that_nothing_demands_is_not_demanded_in_words(name: str) -> None:
    assert [
        each for each in sentences(ALL[name]) if UPLOADS.search(each) and not NO_DEMAND.search(each)
    ] == []


@pytest.mark.parametrize(
    "name", [name for name, each in ALL.items() if name.endswith((".product_limits", ".weeds"))]
)
def test_what_a_table_has_to_hold_at_least_are_prepared_rows(name: str) -> None:
    said = ALL[name].help_zh + ALL[name].help_en
    assert "至少" not in said
    assert "at least" not in said.casefold()


WITH_ROWS_THAT_DO_NOT_CONCERN = (".product_limits", ".weeds", ".formula_ingredients", ".contact_points")


@pytest.mark.parametrize(
    "name",
    [name for name, each in ALL.items() if name.endswith(WITH_ROWS_THAT_DO_NOT_CONCERN) and each.prepared],
)
def test_it_is_said_what_the_required_cells_of_a_row_hold_that_does_not_concern(name: str) -> None:
    question = ALL[name]
    assert "填写“无”" in question.help_zh
    assert "write “none”" in question.help_en


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("edible_grain.weeds", 4), ("grain_milling.weeds", 4), ("malt.weeds", 4), ("dairy.formula_ingredients", 9),
        ("eggs.product_limits", 10), ("dairy.product_limits", 7), ("edible_grain.product_limits", 16),
    ],
)  # fmt: skip
def test_the_items_of_a_table_are_given(name: str, rows: int) -> None:
    assert len(ALL[name].prepared) == rows


@pytest.mark.parametrize(
    ("name", "with_note"),
    [
        ("edible_grain.gm_crops", {"trials", "other_crops", "grown"}),
        ("nuts_seeds.gm_crops", {"trials", "other_crops", "grown"}),
        ("bee_products.bee_import_rules", {"banned", "queens", "permitted"}),
    ],
)
def test_a_note_that_guidance_asks_for_is_demanded_by_the_option(name: str, with_note: set[str]) -> None:
    assert {choice.code for choice in ALL[name].choices if choice.note} == with_note


def test_returned_products_are_no_raw_material_of_edible_fat_whatever_they_were_made_for() -> None:
    question = of("animal_fats", "edible_definition")
    assert "退货" in question.help_zh
    assert "returns" in question.help_en
    assert "清真" not in question.help_zh


def test_live_animals_are_no_aquatic_products_and_amphibians_and_reptiles_are() -> None:
    groups = of("aquatic", "product_groups")
    said = "".join(choice.zh for choice in (*groups.choices, *of("aquatic", "processing_types").choices))
    assert "鲜活" not in said
    assert "两栖" in said
    assert "爬行" in said


def test_aquatic_products_are_attested_and_listed_with_their_species() -> None:
    assert of("aquatic", "attestations").required
    assert {"scientific_name", "hs_code"} <= {column.code for column in of("aquatic", "products").columns}


def test_uncleaned_nest_is_not_asked_to_be_free_of_feathers() -> None:
    question = of("birds_nest", "uncleaned_export")
    assert "羽毛此时尚未去除" in question.help_zh
    assert "feathers are not removed yet" in question.help_en


def test_the_nests_of_each_house_are_weighed_against_its_capacity() -> None:
    codes = [column.code for column in of("birds_nest", "house_balance").columns]
    assert codes[:4] == ["house", "capacity", "harvested", "delivered"]
