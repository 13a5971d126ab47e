"""Lists of the pages lead on whatever is asked of them: beyond their end to their last page, from a button back to the list."""

import re

import pytest
from ulid import ULID

from shared.contracts.collections import MAILS
from shared.contracts.news import MailKind, MailState
from shared.runtime.clock import now
from shared.runtime.store import Store
from tests.api_client import World
from tests.flow.test_notifications import told
from tests.flow.test_page_access import Browser


async def a_parked_mail(store: Store) -> str:
    """An e-mail that could not be sent: its id."""
    mail = {
        "_id": str(ULID()), "state": MailState.PARKED, "version": 1, "kind": MailKind.NEWS, "username": "nobody.here",
        "authority": "NONE", "notifications": ["n"], "at": now(), "due_at": now(), "next_at": None, "attempts": 9,
        "under_way": False, "last_error": "no such mailbox", "sent_at": None, "case_no": None, "correlation_id": "test",
    }  # fmt: skip
    await store.collection(MAILS.name).insert_one(mail)
    return str(mail["_id"])


@pytest.mark.parametrize("what", ["replay", "dismiss"])
async def test_a_button_without_a_chosen_receipt_leads_back_to_the_list(
    world: World, operator: Browser, what: str
) -> None:
    number, _declaration = await world.submitted()
    parked = await world.receipt("CONSULTATION_COMPLETED", number, "application", outcome="PARKED")
    address = f"/ops/receipts?state=parked&case_no={number}"
    form = re.search(r'<form method="post" action="([^"]+)">', (await operator.client.get(address)).text)
    assert form

    answer = await operator.client.post(
        form[1].replace("&amp;", "&"), data={"csrf": operator.csrf, "what": what}
    )

    assert answer.status_code == 422
    assert "Choose receipts first" in answer.text
    assert parked in answer.text
    assert 'value="parked" selected' in answer.text
    assert f'value="{number}"' in answer.text


@pytest.mark.parametrize("what", ["resend", "dismiss"])
async def test_a_button_without_a_chosen_email_leads_back_to_the_list(
    operator: Browser, store: Store, what: str
) -> None:
    mail = await a_parked_mail(store)

    answer = await operator.client.post("/ops/mails?state=parked", data={"csrf": operator.csrf, "what": what})

    assert answer.status_code == 422
    assert "Choose e-mails first" in answer.text
    assert mail in answer.text
    assert 'value="parked" selected' in answer.text


async def test_an_email_that_is_parked_no_more_is_told_above_the_list(
    operator: Browser, store: Store
) -> None:
    mail = await a_parked_mail(store)
    form = {"csrf": operator.csrf, "what": "dismiss", "id": mail}

    done = await operator.client.post("/ops/mails?state=parked", data=form)
    again = await operator.client.post("/ops/mails?state=parked", data=form)

    assert (done.status_code, done.headers["Location"]) == (303, "/ops/mails?state=parked")
    assert again.status_code == 409
    assert "not parked any more" in again.text
    assert 'value="parked" selected' in again.text


async def test_beyond_its_end_a_list_leads_to_its_last_page(
    world: World, operator: Browser, officer: Browser, store: Store
) -> None:
    number, declaration = await world.submitted()
    await world.receipt("SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="Add it.")
    await told(world.officer, 4)
    await a_parked_mail(store)
    await a_parked_mail(store)
    lists = {
        officer: ["/notifications?", "/notifications?unread=1&", f"/search?q={number}&", "/assessments?"],
        operator: ["/ops/receipts?", f"/ops/cases?q={number}&", "/ops/mails?state=parked&", "/ops/audit?"],
    }
    for browser, addresses in lists.items():
        for address in addresses:
            answer = await browser.client.get(f"{address}size=1&page=999999")
            assert answer.status_code == 303, address
            led = re.fullmatch(re.escape(f"{address}size=1&page=") + r"(\d+)", answer.headers["Location"])
            assert led, answer.headers["Location"]
            last = await browser.client.get(answer.headers["Location"])
            assert last.status_code == 200, address
            if led[1] != "1":
                assert f"page={int(led[1]) - 1}&amp;size=1" in last.text, address


async def test_the_trail_is_taken_along_with_its_filters(operator: Browser, world: World) -> None:
    whole = (await operator.client.get("/ops/audit.csv")).text
    own = (await operator.client.get(f"/ops/audit.csv?action=sign_in&by={world.operators_name}")).text

    assert "export" in (await operator.client.get("/ops/audit.csv")).text
    assert world.username in whole
    rows = own.strip().splitlines()[1:]
    assert rows
    assert all("sign_in" in each and world.operators_name in each for each in rows)


async def test_the_log_of_emails_is_taken_along_with_its_filter(operator: Browser, store: Store) -> None:
    parked = await a_parked_mail(store)
    page = (await operator.client.get("/ops/mails?state=parked")).text
    assert 'href="/ops/mails.csv?state=parked"' in page
    for state, there in (("parked", True), ("sent", False)):
        file = await operator.client.get(f"/ops/mails.csv?state={state}")
        assert file.headers["Content-Type"].startswith("text/csv")
        assert (parked in file.text) is there, state


async def test_a_filter_that_is_none_leads_to_the_page_without(operator: Browser) -> None:
    answer = await operator.client.get("/ops/receipts?page=0&state=parked")

    assert answer.status_code == 422
    assert 'href="/ops/receipts">The page without filters' in answer.text

    unknown = await operator.client.get("/ops/cases?sort=zz")
    assert unknown.status_code == 422
    assert unknown.text.count("sort is one of") == 1
