"""The questionnaires on animal products (DOMAIN 1.7, part 3): each kind of food is asked about what concerns it."""

import pytest

from services.questionnaire.catalogue import for_case, load
from services.questionnaire.completeness import open_required
from shared.contracts.catalogue import CATEGORY
from shared.contracts.questionnaires import Answer, Question, Value, all_questions
from shared.questionnaires.relevance import asked_now

WRITTEN = ("meat", "aquatic", "dairy", "casings", "eggs", "animal_fats", "bee_products", "birds_nest")
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
        ("rabbit", {"rabbit_diseases", "rhd_control", "tularaemia_control", "terrestrial_wildlife"}),
        ("deer", {"deer_diseases", "cwd_control", "hunting_control", "protected_animals"}),
        ("camel", {"camel_diseases", "camel_mers", "tb_brucellosis", "terrestrial_wildlife"}),
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
    formula = {"formula_rules", "formula_ingredients", "powder_hygiene", "powder_results", "formula_release"}
    other = {"raw_milk_products", "cultures_and_cheese"}
    assert names("infant_formula") - names("pasteurised_and_other") == formula
    assert names("pasteurised_and_other") - names("infant_formula") == other


@pytest.mark.parametrize(
    ("specific", "its_own"),
    [
        ("pig", {"pig_diseases", "asf_control", "csf_control", "pig_virus_inactivation"}),
        ("sheep", {"sheep_goat_diseases", "scrapie_programme", "ppr_sheep_pox"}),
        (
            "cattle",
            {
                "cattle_diseases",
                "bse_status",
                "bse_application",
                "bse_imports",
                "cattle_gut_parts",
                "ruminant_feed_ban",
            },
        ),
        ("deer_casing", {"deer_diseases", "cwd_control", "deer_gut_origin"}),
        ("other_casing", {"other_animal_diseases", "other_gut_origin"}),
    ],
)
def test_a_case_about_casings_is_asked_about_the_animal_that_it_names(
    specific: str, its_own: set[str]
) -> None:
    others = (item.code for item in CATEGORY["casings"].specific if item.code != specific)
    assert names(specific) - names(*others) == its_own


RUMINANT = {
    "bse_status",
    "bse_imports",
    "ruminant_feed_ban",
    "risk_materials",
    "insoluble_impurities",
    "cattle_diseases",
}
STORED = {"chilled_shelf_life", "frozen_shelf_life", "commercial_sterility", "dry_shelf_life"}


@pytest.mark.parametrize(
    ("specific", "answers", "is_asked", "is_not"),
    [
        ("animal_fat", {"animals": ("pigs",)}, {"asf_control", "csf_control", "pig_diseases"}, RUMINANT | {"hpai_control"}),
        ("animal_fat", {"animals": ("cattle",)}, RUMINANT | {"fmd_control"}, {"asf_control", "scrapie_programme"}),
        ("animal_fat", {"animals": ("chickens",)}, {"hpai_control", "poultry_diseases"}, RUMINANT | {"fmd_control"}),
        ("animal_fat", {"refining_degrees": ("rendered",)}, set(), {"refining"}),
        ("animal_fat", {"refining_degrees": ("rendered", "refined")}, {"refining"}, set()),
        ("egg_product", {"product_types": ("shell_eggs",)}, {"shell_egg_cold_chain"}, {"breaking_plant", "heat_treatment"}),
        ("egg_product", {"product_types": ("cooked",)}, {"heat_treatment"}, {"breaking_plant", "shell_egg_cold_chain"}),
        ("egg_product", {"product_types": ("preserved",)}, {"preserved_eggs"}, {"breaking_plant", "heat_treatment"}),
        ("wild", {"product_groups": ("bivalves",)}, {"shellfish_areas", "shellfish_toxins"}, {"fish_diseases"}),
        ("farmed", {"product_groups": ("crustaceans",)}, {"crustacean_diseases"}, {"shellfish_areas", "mollusc_diseases"}),
        ("wild", {"processing_types": ("eaten_raw",)}, {"raw_consumption"}, {"heat_treatment"}),
        ("farmed", {"radionuclides": "yes"}, {"radionuclide_results"}, set()),
        ("beef", {"product_types": ("heat_treated",)}, {"heat_treatment", "raw_cooked_separation"}, {"curing"}),
        ("pork", {"product_types": ("cured", "frozen")}, {"curing"}, {"heat_treatment", "raw_cooked_separation"}),
        ("beef", {"bse_status": "controlled"}, {"bse_application"}, set()),
        ("beef", {"bse_status": "negligible"}, set(), {"bse_application"}),
        ("kangaroo", {"wild_or_farmed": "wild"}, {"hunting_control"}, set()),
        ("deer", {"wild_or_farmed": "farmed"}, {"terrestrial_wildlife"}, {"hunting_control"}),
        ("pasteurised_and_other", {"storage_kinds": ("ambient_dry",)}, {"dry_shelf_life"}, STORED - {"dry_shelf_life"}),
        ("pasteurised_and_other", {"storage_kinds": ("frozen",)}, {"frozen_shelf_life"}, STORED - {"frozen_shelf_life"}),
        ("infant_formula", {"storage_kinds": ("ambient_sterile",)}, {"commercial_sterility"}, {"chilled_shelf_life"}),
        ("pasteurised_and_other", {"milk_animals": ("camel",)}, {"camel_mers", "fmd_control"}, {"cattle_diseases"}),
        ("pasteurised_and_other", {"milk_animals": ("equine",)}, {"equine_diseases"}, {"fmd_control", "tb_brucellosis"}),
        ("bee_product", {"product_types": ("royal_jelly",)}, {"other_bee_products"}, {"moisture_limit", "heating_blending"}),
        ("birds_nest_products", {"product_types": ("raw_uncleaned",)}, {"uncleaned_export"}, {"ready_to_eat"}),
    ],
)  # fmt: skip
def test_a_question_is_asked_where_it_concerns_the_product_and_nowhere_else(
    specific: str, answers: dict[str, Value], is_asked: set[str], is_not: set[str]
) -> None:
    (questionnaire,) = for_case([specific], materials_only=False)
    given = {f"{questionnaire.code}.{name}": Answer(value=value) for name, value in answers.items()}
    now = {question.id.partition(".")[2] for question in all_questions(asked_now([questionnaire], given))}
    assert is_asked <= now
    assert is_not <= names(specific)
    assert not is_not & now


def _open(specific: str, answers: dict[str, Answer]) -> set[str]:
    (questionnaire,) = for_case([specific], materials_only=False)
    given = {f"{questionnaire.code}.{name}": answer for name, answer in answers.items()}
    return {each.partition(".")[2] for each in open_required([questionnaire], given)}


def test_products_that_are_smoked_cold_alone_have_no_heat_treatment_to_state() -> None:
    smoked = {"processing_types": Answer(value=("smoked",))}
    assert "heat_treatment" in _open("wild", smoked)
    assert "heat_treatment" not in _open(
        "wild", smoked | {"heat_treatment": Answer(note="Smoked cold, at 24 °C.")}
    )


def test_farmed_fish_that_need_no_freezing_have_no_core_temperature_to_state() -> None:
    row = {"product": "Salmon", "treatment": "Exempt: dry feed", "microbes": "GB 29921", "records": "Feed"}
    raw = {
        "processing_types": Answer(value=("eaten_raw",)),
        "raw_consumption": Answer(value=(row,)),
    }
    assert "raw_consumption" not in _open("farmed", raw)
