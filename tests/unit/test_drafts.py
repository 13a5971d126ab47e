"""A draft that two officers have open: what each of them changed is saved, what both changed is asked about."""

import pytest
from starlette.datastructures import FormData

from services.portal.pages.application.form import FIELDS, draft_of, form_of, inputs_of
from services.portal.pages.drafts import base_digest, merge_form
from services.portal.pages.language import Lang
from shared.contracts.parts import ApplicationForm

SHOWN = {"name": "Maria", "title": "Director"}


def form(shown: dict[str, str], **fields: str) -> FormData:
    return FormData({"base_digest": base_digest(shown), **fields})


def test_each_officers_field_stays() -> None:
    draft = merge_form(form(SHOWN), SHOWN | {"title": "Minister"}, SHOWN | {"name": "Ana"})

    assert draft.values == {"name": "Ana", "title": "Minister"}
    assert draft.remote_changes == {"title": "Minister"}
    assert draft.all_saved


def test_what_both_changed_stays_as_it_is_stored_and_as_it_is_typed() -> None:
    draft = merge_form(form(SHOWN), SHOWN | {"name": "Eva"}, {"name": "Ana", "title": "Chief"})

    assert draft.values == {"name": "Eva", "title": "Chief"}
    assert draft.conflicts == {"name": "Eva"}
    assert draft.shown == {"name": "Ana", "title": "Chief"}
    assert not draft.all_saved


def test_the_page_goes_on_remembering_what_it_showed_where_both_wrote() -> None:
    stored = {"name": "Eva", "title": "Chief"}
    first = merge_form(form(SHOWN), SHOWN | {"name": "Eva"}, {"name": "Ana", "title": "Chief"})
    again = merge_form(
        FormData({"base_digest": first.base_digest(stored)}), stored, {"name": "Ana Maria", "title": "Chief"}
    )

    assert again.conflicts == {"name": "Eva"}
    assert again.values["title"] == "Chief"


def test_ones_own_is_kept_when_one_says_so() -> None:
    draft = merge_form(
        form(SHOWN, keep="mine"), SHOWN | {"name": "Eva", "title": "Chief"}, SHOWN | {"name": "Ana"}
    )

    assert draft.values == {"name": "Ana", "title": "Chief"}
    assert draft.all_saved


def test_both_writing_the_same_is_no_conflict() -> None:
    draft = merge_form(form(SHOWN), SHOWN | {"name": "Ana"}, SHOWN | {"name": "Ana"})

    assert draft.all_saved
    assert not draft.remote_changes


@pytest.mark.parametrize("keep", [{}, {"keep": "mine"}])
def test_another_round_takes_nothing_unless_one_says_so(keep: dict[str, str]) -> None:
    draft = merge_form(form({"round": "1", **SHOWN}, **keep), {"round": "2", "name": "", "title": ""}, SHOWN)

    assert draft.stale_round is not bool(keep)
    assert draft.values == SHOWN


def test_a_page_that_remembers_nothing_overwrites_nothing() -> None:
    draft = merge_form(FormData({}), SHOWN, SHOWN | {"name": "Ana"})

    assert draft.conflicts == {"name": "Maria"}


def test_an_application_is_the_same_after_it_was_taken_apart() -> None:
    whole = ApplicationForm.model_validate(
        {
            "category": "aquatic", "specific": ["wild", "farmed"], "department": "d", "overview": "o",
            "contact": {"name": "n", "title": "t", "email": "e", "phone": {"country": "1", "area": "", "number": "2"}},
        }
    )  # fmt: skip
    draft = draft_of(whole.model_dump(mode="json"))

    assert form_of(draft) == whole
    assert inputs_of("food", draft["food"]) == {"category": ["aquatic"], "specific": ["wild", "farmed"]}
    assert FIELDS.words("contact.phone", draft["contact.phone"], Lang.EN) == "+1 2"
    assert FIELDS.words("food", draft["food"], Lang.ZH) == "水产品: 野生水产; 养殖水产"
