"""An operator changes an authority: the effect is told before, what was seen must still be so, and it is on the trail."""

import re
from typing import Any

from shared.lifecycle.authorities import find_authority
from shared.runtime.store import Store
from tests.api_client import FORM, World
from tests.flow.test_page_access import Browser
from tests.flow.test_second_factor import hidden


async def test_the_effect_is_told_then_it_is_changed(world: World, operator: Browser, store: Store) -> None:
    await world.officer.ask("POST", "/assessments", 201, json=FORM)
    path = f"/ops/authorities/{world.authority}"
    page = (await operator.client.get(path)).text
    form = {
        "csrf": operator.csrf, "seen": hidden(page, "seen"), "name_zh": "阿鲁巴农业部", "name_en": "Aruba Agriculture",
        "scope": ["dairy"], "factor_wanted": "1",
    }  # fmt: skip

    told = await operator.client.post(path, data=form)
    before = await find_authority(store, world.authority)
    assert before is not None
    assert before.name_en == "Aruba", "nothing is changed before it is confirmed"
    assert "From now on it may apply for" in told.text
    assert re.search(
        r"Drafts that name these foods: [1-9]\d*; applications still at that stage: \d", told.text
    )
    assert "Active accounts without a second factor: 1" in told.text

    done = await operator.client.post(path, data={**form, "confirmed": "1"})
    after = await find_authority(store, world.authority)
    assert done.status_code == 303
    assert after is not None
    assert (after.name_zh, after.name_en, after.factor_wanted) == ("阿鲁巴农业部", "Aruba Agriculture", True)
    assert set(after.scope) == {"infant_formula", "pasteurised_and_other"}
    trail = await store.collection("audit").find({"action": "change_authority", "subject": world.authority})
    assert [each["outcome"] for each in trail] == ["done"]

    again = await operator.client.post(path, data={**form, "confirmed": "1"})
    assert again.status_code == 409, "the form shows what is so no more"


async def test_what_is_wrong_is_named_and_nothing_changes(
    world: World, operator: Browser, store: Store
) -> None:
    path = f"/ops/authorities/{world.authority}"
    seen = hidden((await operator.client.get(path)).text, "seen")
    form = {"csrf": operator.csrf, "seen": seen, "name_zh": "", "name_en": "Aruba", "confirmed": "1"}

    refused = await operator.client.post(path, data=form)

    assert refused.status_code == 422
    for field in ("name_zh", "scope"):
        assert re.search(rf'id="prompt-{field}"[^>]*>[^<]', refused.text)
    found = await find_authority(store, world.authority)
    assert found is not None
    assert found.name_zh
    assert (await operator.client.get("/ops/authorities/NO-SUCH")).status_code == 404


async def test_a_country_is_chosen_and_words_are_the_pages_own(operator: Browser) -> None:
    page = (await operator.client.get("/ops/authorities")).text
    assert re.search(r'<select[^>]*id="f-country"', page)
    assert '<option value="AW">Aruba</option>' in page
    form = {"csrf": operator.csrf, "username": "some.officer", "role": "officer", "authority": ""}
    refused = await operator.client.post("/ops/accounts", data=form)
    assert "Choose the authority that the officer acts for." in refused.text
    assert "fas authority" not in refused.text
    assert "None" not in re.findall(r"<option[^>]*>([^<]*)</option>", refused.text)


async def test_the_header_names_the_authority(world: World, system: Any) -> None:
    browser = await Browser(system.portal_url).signs_in(world.username, world.password)
    assert '<span class="acts-for">Aruba</span>' in (await browser.client.get("/")).text
    await browser.client.get("/language/zh")
    assert '<span class="acts-for">阿鲁巴</span>' in (await browser.client.get("/")).text
    await browser.client.aclose()
