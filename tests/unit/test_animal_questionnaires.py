"""The questionnaires on animal products (DOMAIN 1.7, part 3): each kind of food is asked about what concerns it."""

import pytest

from services.questionnaire.catalogue import for_case, load
from shared.contracts.catalogue import CATEGORY
from shared.contracts.questionnaires import Question, all_questions

WRITTEN = ("meat", "dairy", "casings", "eggs", "bee_products", "birds_nest")
SPECIFIC_OF = [(code, item.code) for code in WRITTEN for item in CATEGORY[code].specific]


def asked(*specific: str) -> list[Question]:
    (questionnaire,) = for_case(specific, materials_only=False)
    return [*all_questions([questionnaire])]


def names(*specific: str) -> set[str]:
    return {question.id.partition(".")[2] for question in asked(*specific)}


@pytest.mark.parametrize(("code", "specific"), SPECIFIC_OF)
def test_a_case_about_one_kind_of_food_is_asked_its_own_questionnaire(code: str, specific: str) -> None:
    questions = asked(specific)
    assert {question.id.partition(".")[0] for question in questions} == {code}


@pytest.mark.parametrize("code", WRITTEN)
def test_every_question_is_asked_of_someone(code: str) -> None:
    reached = {question.id for item in CATEGORY[code].specific for question in asked(item.code)}
    assert reached == {question.id for question in all_questions([load()[code]])}


@pytest.mark.parametrize("code", WRITTEN)
def test_a_questionnaire_says_nothing_twice(code: str) -> None:
    said = [
        text
        for question in all_questions([load()[code]])
        for text in (question.text_zh, question.text_en, question.help_zh, question.help_en)
    ]  # fmt: skip
    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize(
    ("specific", "its_own"),
    [
        ("beef", {"cattle_diseases", "bse_status", "srm_removal", "ruminant_feed_ban", "fmd_control"}),
        ("pork", {"pig_diseases", "asf_control", "csf_control", "trichinella_control", "fmd_control"}),
        ("sheep_goat", {"sheep_goat_diseases", "scrapie_programme", "ppr_sheep_pox", "ruminant_feed_ban"}),
        ("equine", {"equine_diseases", "equine_infections", "equine_drug_history", "trichinella_control"}),
        ("poultry", {"poultry_diseases", "hpai_control", "newcastle_control", "poultry_pathogen_reduction"}),
        ("rabbit", {"rabbit_diseases", "rhd_control", "tularaemia_control"}),
        ("deer", {"deer_diseases", "cwd_control", "hunting_control", "protected_animals"}),
        ("camel", {"camel_diseases", "camel_mers", "tb_brucellosis"}),
        ("bear", {"bear_diseases", "bear_legality", "trichinella_control", "protected_animals"}),
        ("kangaroo", {"kangaroo_diseases", "kangaroo_quota", "kangaroo_tags", "hunting_control"}),
        ("dog", {"dog_diseases", "dog_legality", "dog_rabies", "trichinella_control"}),
        ("other_meat", {"other_animal_diseases", "other_species_profile", "other_inspection_rules"}),
    ],
)
def test_a_meat_case_is_asked_about_the_animal_that_it_names(specific: str, its_own: set[str]) -> None:
    assert its_own <= names(specific)


@pytest.mark.parametrize(
    ("specific", "not_its_own"),
    [
        ("beef", {"asf_control", "hpai_control", "scrapie_programme"}),
        ("pork", {"bse_status", "hpai_control", "ruminant_feed_ban", "newcastle_control"}),
        ("poultry", {"bse_status", "asf_control", "fmd_control", "trichinella_control"}),
        ("kangaroo", {"feed_control", "holding_registration", "growth_promoters", "bse_status"}),
    ],
)
def test_a_meat_case_is_not_asked_about_other_animals(specific: str, not_its_own: set[str]) -> None:
    assert not_its_own <= names(*(item.code for item in CATEGORY["meat"].specific))
    assert not not_its_own & names(specific)


def test_infant_formula_and_other_dairy_products_are_asked_apart() -> None:
    formula = {"formula_rules", "formula_ingredients", "powder_hygiene", "formula_release"}
    other = {"raw_milk_products", "cultures_and_cheese", "chilled_shelf_life"}
    assert names("infant_formula") - names("pasteurised_and_other") == formula
    assert names("pasteurised_and_other") - names("infant_formula") == other


@pytest.mark.parametrize(
    ("specific", "its_own"),
    [
        ("pig", {"pig_diseases", "asf_control", "csf_control", "pig_virus_inactivation"}),
        ("sheep", {"sheep_goat_diseases", "scrapie_programme", "ppr_sheep_pox"}),
        ("cattle", {"cattle_diseases", "bse_status", "cattle_gut_parts", "ruminant_feed_ban"}),
        ("deer_casing", {"deer_diseases", "cwd_control", "deer_gut_origin"}),
        ("other_casing", {"other_animal_diseases", "other_gut_origin"}),
    ],
)
def test_a_case_about_casings_is_asked_about_the_animal_that_it_names(
    specific: str, its_own: set[str]
) -> None:
    others = (item.code for item in CATEGORY["casings"].specific if item.code != specific)
    assert names(specific) - names(*others) == its_own
