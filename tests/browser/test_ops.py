"""The operator's console in the browser: what runs, parked receipts replayed and dismissed, ledgers, access, the audit trail."""

import csv

from playwright.async_api import expect
from ulid import ULID

from shared.contracts.collections import AUDIT
from shared.contracts.topology import QUEUES, SERVICES
from shared.runtime.settings import Settings
from shared.runtime.store import Store
from tests.api_client import World, a_check
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES, NARROW, WIDE, Seat
from tests.dead import a_dead_letter


async def operator(sits_down: Sitting, world: World, lang: str) -> Seat:
    return await sits_down(lang, world.operators_name)


async def adds_authority(seat: Seat, code: str) -> None:
    """By the form of /ops/authorities."""
    for field, value in {"code": code, "name_zh": "新西兰初级产业部", "name_en": "MPI"}.items():
        await seat.page.fill(f"#f-{field}", value)
    await seat.page.select_option("#f-country", "NZ")
    await seat.page.check("input[value=aquatic]")
    await seat.page.click("main form .btn-primary")


@LANGUAGES
async def test_what_runs_and_what_waits(sits_down: Sitting, world: World, lang: str) -> None:
    seat = await operator(sits_down, world, lang)
    await expect(seat.page).to_have_url(f"{seat.url}/ops")
    services = seat.page.locator("section[aria-labelledby=services-title] tr")
    for name in SERVICES:  # one that was killed before is told for a while
        row = services.filter(has_text=name).filter(has=seat.page.locator(".status-approved"))
        await expect(row.first).to_be_visible()
    queues = seat.page.locator("section[aria-labelledby=queues-title]")
    await expect(queues.locator(".status-rejected")).to_have_count(0)
    await expect(queues.locator("summary")).to_contain_text(str(len(QUEUES) + 1))  # and the dead letters
    await seat.looks("ops-overview")
    pictures = seat.page.locator("#last-day svg.spark")
    await expect(pictures).to_have_count(2)
    before = await pictures.last.get_attribute("aria-label") or ""
    number, _declaration = await world.submitted()
    parked = await _parked(world, number)
    told = seat.page.locator("#wrong li").filter(has_text=parked)
    await expect(told).to_be_visible(timeout=15_000)
    await expect(pictures.last).not_to_have_attribute("aria-label", before, timeout=15_000)
    assert await pictures.last.locator("rect").count()
    await seat.page.locator("#last-day summary").last.click()
    await expect(seat.page.locator("#last-day tbody").last.locator("td[data-label]").nth(1)).to_be_visible()
    await seat.looks("ops-overview-wrong")
    await seat.page.click("#last-day a")
    await expect(seat.page).to_have_url(f"{seat.url}/ops/figures")
    await seat.goes("/ops")
    await told.locator("a[href^='/ops/runbook']").click()
    await expect(seat.page).to_have_url(f"{seat.url}/ops/runbook#parked-receipts")
    await expect(seat.page.locator("#parked-receipts")).to_be_in_viewport()
    await seat.looks("ops-runbook")
    await seat.goes("/ops")
    await told.locator("a").first.click()
    await expect(seat.page).to_have_url(f"{seat.url}/ops/receipts?state=parked")
    row = seat.page.locator("tr").filter(has_text=parked)
    await expect(row).to_contain_text("完成磋商" if lang == "zh" else "Consultation completed")
    await expect(row).to_contain_text("前" if lang == "zh" else "ago")
    await expect(row).not_to_contain_text("CONSULTATION_COMPLETED")
    await seat.page.fill("#w-message", parked)
    await seat.page.press("#w-message", "Enter")
    await expect(seat.page.locator("tbody tr")).to_have_count(1)
    await expect(seat.page.locator("tbody")).to_contain_text(parked)


async def test_what_is_pressed_is_not_replaced_before_it_is_released(
    sits_down: Sitting, world: World
) -> None:
    """The overview is made anew every few seconds."""
    seat = await operator(sits_down, world, "en")
    link = seat.page.locator("#overview a[href='/ops/figures']")
    await link.hover()
    await seat.page.mouse.down()
    async with seat.page.expect_response(f"{seat.url}/ops") as made_anew:
        await seat.page.locator("#overview").evaluate("(overview) => { overview.dataset.old = ''; }")
    await (await made_anew.value).finished()
    await seat.page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    await seat.page.mouse.up()
    await expect(seat.page).to_have_url(f"{seat.url}/ops/figures")


@LANGUAGES
async def test_a_parked_receipt_is_looked_at_replayed_and_others_dismissed(
    sits_down: Sitting, world: World, store: Store, lang: str
) -> None:
    number, _declaration = await world.submitted()
    parked = await _parked(world, number)
    others = [await _parked(world, number) for _ in range(2)]
    seat = await operator(sits_down, world, lang)
    await seat.goes(f"/ops/receipts?state=parked&case_no={number}")
    await seat.page.click(".chooses a")
    await expect(seat.page.locator("tbody input:checked")).to_have_count(3)
    for size in (NARROW, WIDE):
        await seat.page.set_viewport_size(size)
        await expect(seat.page.locator("button[value=replay]")).to_be_in_viewport()
    await seat.looks("ops-receipts")
    await seat.page.click(f"a:text-is('{parked}')")
    await expect(seat.page.locator("#raw")).to_contain_text("<Opinion>&lt;script&gt;alert(1)")
    await expect(seat.page.locator("#laid-out")).to_contain_text(
        "\n    <Opinion>&lt;script&gt;alert(1)", use_inner_text=True
    )
    await seat.looks("ops-receipt")
    await seat.page.click("button[value=replay]")
    await expect(seat.page.locator("tbody")).to_contain_text("再次被搁置" if lang == "zh" else "parked again")
    await seat.looks("ops-replay")
    seat.expected = (422,)
    await seat.page.click("main form .btn-primary")
    await expect(seat.page.locator("#prompt-why")).not_to_be_empty()
    await seat.page.fill("#f-why", "customs corrected the authority's file")
    await seat.page.click("main form .btn-primary")
    await expect(seat.page.locator("h1")).to_have_text("已重放" if lang == "zh" else "Replayed")
    await seat.looks("ops-replayed")
    await seat.goes(f"/ops/receipts/{parked}")
    await expect(seat.page.locator("#receipt li")).to_contain_text("customs corrected")
    await seat.looks("ops-receipt-replayed")
    await seat.goes(f"/ops/receipts?state=parked&case_no={number}")
    for each in others:
        await seat.page.check(f"input[value='{each}']")
    await expect(seat.page.locator("button[value=dismiss]")).to_be_in_viewport()
    await seat.page.click("button[value=dismiss]")
    await seat.page.fill("#f-why", "sent by mistake, customs says")
    await seat.looks("ops-dismiss")
    await seat.page.click("main form .btn-outline-danger")
    await expect(seat.page.locator("h1")).to_have_text("已作废" if lang == "zh" else "Dismissed")
    for each in others:
        assert (await store.collection("receipts").find_one({"_id": each}) or {})["state"] == "dismissed"
    trail = await store.collection(AUDIT.name).find({"subject": {"$in": [parked, *others]}})
    assert sorted(each["action"] for each in trail) == [
        "dismiss_receipt",
        "dismiss_receipt",
        "replay_receipt",
    ]
    assert all(each["outcome"] == "done" and each["why"] for each in trail)
    await seat.goes("/ops/audit")
    await seat.looks("ops-audit")
    async with seat.page.expect_download() as download:
        await seat.page.click("a[href='/ops/audit.csv']")
    rows = list(csv.DictReader((await (await download.value).path()).read_text("utf-8-sig").splitlines()))
    assert {parked, *others} <= {row["subject"] for row in rows}


@LANGUAGES
async def test_a_dead_letter_is_looked_at_and_dismissed_by_the_keyboard(
    sits_down: Sitting, world: World, settings: Settings, store: Store, lang: str
) -> None:
    letter = await a_dead_letter(settings, store)
    seat = await operator(sits_down, world, lang)
    await seat.goes("/ops/dead?state=replayed")
    await seat.looks("ops-dead-none")
    await seat.goes("/ops/dead")
    await seat.looks("ops-dead")
    await seat.page.focus(f"a[href='/ops/dead/{letter['_id']}']")
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.locator(".raw")).to_contain_text(letter["case_no"])
    await seat.looks("ops-dead-letter")
    await seat.page.focus("#f-why")
    await seat.page.keyboard.type("nothing to mend")
    await seat.page.focus("button[value=dismiss]")
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.locator("#letter .status")).to_have_text("已作废" if lang == "zh" else "Dismissed")
    await expect(seat.page.locator("#letter li")).to_contain_text("nothing to mend")
    await seat.looks("ops-dead-letter-dismissed")


@LANGUAGES
async def test_a_check_for_an_unknown_authority_is_opened_once_the_authority_is_there(
    sits_down: Sitting, world: World, lang: str
) -> None:
    code, number = f"C{ULID()}"[-12:].upper(), str(ULID())
    parked = await world.receipt("CHECK_INITIATED", number, "acceptance", outcome="PARKED", **a_check(code))
    seat = await operator(sits_down, world, lang)
    await seat.goes(f"/ops/receipts/{parked}")
    await seat.page.click("button[value=replay]")
    await expect(seat.page.locator("tbody")).to_contain_text("再次被搁置" if lang == "zh" else "parked again")
    await seat.goes("/ops/authorities")
    await adds_authority(seat, code)
    await seat.goes(f"/ops/receipts/{parked}")
    await seat.page.click("button[value=replay]")
    await expect(seat.page.locator("tbody")).to_contain_text(
        "将被办理" if lang == "zh" else "would be applied"
    )
    await seat.looks("ops-replay-opens")
    await seat.page.fill("#f-why", "the authority is added")
    await seat.page.click("main form .btn-primary")
    await seat.goes(f"/ops/receipts/{parked}")
    await expect(seat.page.locator("#receipt > p .status")).to_have_text(
        "已办理" if lang == "zh" else "Applied"
    )
    assert (await world.customs.ack_of(parked)).outcome in ("PARKED", "APPLIED")
    await world.operator.stands(number, "acceptance", "pending")


@LANGUAGES
async def test_ledgers_and_reconciliation(sits_down: Sitting, world: World, lang: str) -> None:
    number = await world.questionnaire_opened()
    waiting, _declaration = await world.submitted()
    await _parked(world, number)
    seat = await operator(sits_down, world, lang)
    await seat.goes(f"/ops/cases?q={number}")
    await seat.looks("ops-cases")
    await seat.page.click(f"a:text-is('{number}')")
    await expect(seat.page.locator("tbody tr.entry-receipt")).to_have_count(3)
    await expect(seat.page.locator("tbody tr.entry-declaration")).to_have_count(1)
    await seat.looks("ops-ledger")
    async with seat.page.expect_download() as download:
        await seat.page.click("a[href$='ledger.csv']")
    assert number in (await download.value).suggested_filename
    await seat.goes("/ops/reconciliation")
    await expect(seat.page.locator("main")).to_contain_text(waiting)
    await seat.page.click("main .btn-primary")
    await expect(seat.page.locator("main")).to_contain_text(waiting)
    await seat.looks("ops-reconciliation")


@LANGUAGES
async def test_authorities_and_accounts_are_made_disabled_and_reset(
    sits_down: Sitting, world: World, store: Store, lang: str
) -> None:
    code, name = f"B{ULID()}"[-12:].upper(), f"new.{str(ULID()).lower()[-10:]}"
    seat = await operator(sits_down, world, lang)
    await seat.goes("/ops/authorities")
    seat.expected = (422,)
    await seat.page.fill("#f-code", "bad code")
    await seat.page.click("main form .btn-primary")
    await expect(seat.page.locator("#prompt-name_zh")).not_to_be_empty()
    wanted = "请选择国家（地区）" if lang == "zh" else "Choose the country"
    await expect(seat.page.locator("#prompt-country")).to_contain_text(wanted)
    await seat.looks("ops-authorities")
    await adds_authority(seat, code)
    await expect(seat.page.locator(".alert-success")).to_contain_text(code)
    await seat.goes("/ops/accounts")
    await seat.page.fill("#f-username", name)
    await seat.page.select_option("#f-authority", code)
    await seat.page.click("main > form .btn-primary, form.card .btn-primary")
    first = await seat.page.inner_text(".password")
    await seat.looks("ops-accounts")
    newcomer = await sits_down(lang)
    await newcomer.signs_in(name, first)
    await expect(newcomer.page.locator(".who")).to_contain_text(name)
    await newcomer.looks("account-first-password")
    await newcomer.page.fill("#f-old", first)
    for field in ("new", "again"):
        await newcomer.page.fill(f"#f-{field}", "a password of my own")
    await newcomer.page.click("main .btn-primary")
    await expect(newcomer.page).to_have_url(f"{newcomer.url}/")
    row = seat.page.locator(f"[id='a-{name}']")
    await row.locator("form[action$=reset] button").click()
    await seat.page.click("#confirm [value=yes]")
    await expect(seat.page.locator(".password")).not_to_have_text(first)
    await row.locator("form[action$=disable] button").click()
    await seat.page.click("#confirm [value=yes]")
    await expect(row.locator(".status-rejected")).to_be_visible()
    await newcomer.goes("/")
    await expect(newcomer.page.locator("#f-password")).to_be_visible()
    trail = await store.collection(AUDIT.name).find({"subject": {"$in": [code, name, "bad code"]}})
    assert {(each["action"], each["outcome"]) for each in trail} == {
        ("add_authority", "refused"), ("add_authority", "done"), ("add_account", "done"), ("reset_password", "done"),
        ("change_password", "done"), ("disable_account", "done"),
    }  # fmt: skip


async def _parked(world: World, number: str) -> str:
    """A receipt for a stage that has no such receipt, with a script in it: its id in the ledger."""
    return await world.receipt(
        "CONSULTATION_COMPLETED",
        number,
        "application",
        opinion="<script>alert(1)</script>请查收",
        outcome="PARKED",
    )
