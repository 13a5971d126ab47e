"""The page of a case and the query lists, as the officer sees them (DOMAIN D, E)."""

from datetime import UTC, datetime

from playwright.async_api import expect

from deploy.local.system import RunningSystem
from shared.runtime.clock import now
from shared.runtime.store import Store
from simulator.files import pdf
from tests.api_client import FORM, World
from tests.browser.conftest import Sitting
from tests.browser.looking import BOTH_LANGUAGES, LANGUAGES, WIDE, Seat
from tests.faults.proxy import Proxy
from tests.waiting import until

_COLOURS = """() => ["[data-sentence] .sentence", "#history .status-approved"]
    .map((one) => getComputedStyle(document.querySelector(one)).color)"""

_WHOLE = """() => [...document.querySelectorAll("#course svg.course text")]
    .every((each) => each.getBoundingClientRect().right <= document.documentElement.clientWidth)"""


@LANGUAGES
async def test_the_lists_show_filter_sort_and_page(sits_down: Sitting, world: World, lang: str) -> None:
    seat = await sits_down(lang, world.username)
    await seat.goes("/assessments")
    await seat.looks("assessments-empty")
    for _ in range(3):
        await world.draft()
    number, declaration = await world.submitted(overview="金枪鱼 tuna Thunnus albacares")
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="请补充公章页。"
    )
    for _ in range(8):
        await world.draft(specific=["wild"])
    await seat.goes("/assessments")
    told = "显示第 1 到第 10 条记录，总共 12 条记录" if lang == "zh" else "Showing records 1 to 10 of 12"
    assert told in await seat.page.inner_text(".pager")
    await seat.looks("assessments")
    await seat.page.click("a[rel=next]")
    assert "11" in await seat.page.inner_text("tbody tr:first-child td:first-child")
    await seat.page.select_option("#w-status", "supplement")
    await expect(seat.page.locator("#list tbody tr")).to_have_count(1)
    assert "status=supplement" in seat.page.url
    await seat.page.click("#list a[href$='/opinion']")
    await seat.page.wait_for_selector("dialog.shown >> text=请补充公章页。")
    assert await seat.found_by_axe() == []
    await seat.page.keyboard.press("Escape")
    await expect(seat.page.locator("dialog.shown")).to_have_count(0)
    await seat.page.click("#list a[href$='/overview']")
    await seat.page.wait_for_selector("dialog.shown >> text=Thunnus albacares")
    await seat.page.keyboard.press("Escape")
    await expect(seat.page.locator("dialog.shown")).to_have_count(0)
    await seat.page.fill("#w-q", "nothing like this")
    await seat.page.keyboard.press("Enter")
    await seat.page.wait_for_selector("#list .empty")
    await seat.page.click(".filters a.btn")
    await seat.page.wait_for_selector(f"#list >> text={told}")
    await seat.goes("/checks")
    await seat.looks("checks-empty")
    await world.check_initiated()
    await seat.page.wait_for_selector("#list tbody tr")
    await seat.looks("checks")


@BOTH_LANGUAGES
async def test_a_case_says_where_it_stands_and_lets_nobody_into_a_future_step(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    await world.signed(number)
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}/protocol_signing")
    assert number in await seat.page.inner_text("h1")
    expected = "当前为议定书签订完成状态" if lang == "zh" else "The protocol is signed"
    assert expected in await seat.page.inner_text("[data-sentence]")
    colours = await seat.page.evaluate(_COLOURS)
    assert colours[0] == colours[1], "the sentence has the colour that the same status has in the history"
    assert "2026-1" in await seat.page.inner_text("#about")
    await seat.page.click("summary:has-text('办理历史')" if lang == "zh" else "summary:has-text('History')")
    await seat.looks("protocol-signing")
    async with seat.page.expect_download() as saved:
        await seat.page.click("#files a")
    assert (await (await saved.value).path()).read_bytes() == pdf("protocol")
    seat.expected = (409,)
    await seat.page.click(".stages a[href$='/certificate_confirmation']")
    sentence = "未进入该阶段，不允许此操作!" if lang == "zh" else "This stage has not been entered"
    await seat.page.wait_for_selector(f"dialog.shown >> text={sentence}")
    assert await seat.found_by_axe() == []
    await seat.page.click("dialog.shown .actions a")
    await expect(seat.page.locator("dialog.shown")).to_have_count(0)
    await seat.goes(f"/cases/{number}/evaluation")
    assert sentence in await seat.page.inner_text("[role=alert]")
    await seat.looks("not-entered")
    await seat.page.click("main .actions a")
    await seat.page.wait_for_url("**/certificate_consultation")


@LANGUAGES
async def test_what_customs_asks_for_is_in_view_and_why_a_case_ended(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number, declaration = await world.submitted(overview="鱼 fish " * 60)
    seal = ("公章页 sample.pdf", pdf("sample"))
    await world.receipt(
        "SUPPLEMENT", number, "application", in_reply_to=declaration, opinion="请补充加盖公章的页面。", attachments=[seal]
    )  # fmt: skip
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}")
    assert "请补充加盖公章的页面。" in await seat.page.inner_text("#opinion")
    async with seat.page.expect_download() as saved:
        await seat.page.click("#opinion a[download]")
    assert (await (await saved.value).path()).read_bytes() == seal[1]
    await seat.page.click(".about-case > summary")
    await seat.page.dblclick("#about a[data-dialog]")
    await seat.page.wait_for_selector("dialog.shown h1")
    await seat.page.wait_for_load_state("networkidle")
    assert await seat.page.locator("dialog.shown").count() == 1, "a double click opens one"
    await seat.page.keyboard.press("Escape")
    await expect(seat.page.locator("#course .bead")).to_have_count(2)  # one of them in the legend
    await expect(seat.page.locator("#course line.today")).to_have_count(2)
    await seat.page.focus("#course summary")
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.locator("#course tbody tr")).to_have_count(1)
    await expect(seat.page.locator("#course tbody")).to_contain_text("1（" if lang == "zh" else "1 (")
    await seat.looks("case-supplement")
    await seat.page.set_viewport_size({"width": 718, "height": 1000})  # A4 between its margins
    await seat.page.emulate_media(media="print")
    assert await seat.page.evaluate(_WHOLE), "the course is printed to its end"
    await seat.page.emulate_media(media="screen")
    await seat.page.set_viewport_size(WIDE)
    await world.receipt("NOT_APPROVED", number, "application", opinion="不符合要求，审核不通过。")
    await seat.page.wait_for_selector("#opinion >> text=不符合要求，审核不通过。")
    await seat.page.wait_for_selector("[data-turn=nobody]")
    await seat.goes(f"/cases/{number}/completed")
    assert seat.page.url.endswith("/application"), "the page of a closed case is that of its last stage"
    await seat.page.click("a[href*='/opinion?stage=']")
    await seat.page.wait_for_selector("dialog.shown >> text=请补充加盖公章的页面。")
    await seat.page.keyboard.press("Escape")
    await expect(seat.page.locator("#course line.today")).to_have_count(0)
    await seat.looks("case-closed")


@BOTH_LANGUAGES
async def test_what_is_not_sent_yet_is_never_said_to_be_submitted(
    sits_down: Sitting, world: World, store: Store, lang: str
) -> None:
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{await world.draft()}")
    assert {"zh": "海关尚不知悉", "en": "customs does not know of"}[lang] in await seat.page.inner_text(
        "#standing"
    )
    assert {"zh": "暂存，尚未提交", "en": "Draft, not submitted"}[lang] in await seat.page.inner_text("h1")
    number, declaration = await world.submitted()
    await until(lambda: _is_told(store, declaration))
    later = datetime(2026, 12, 24, 6, 5, tzinfo=UTC)
    tried = {"state": "queued", "attempts": 3, "next_at": later, "last_error": "away"}
    await store.collection("declarations").update_one({"_id": declaration}, {"$set": tried})
    stands: dict[str, object] = {
        "status": "declared", "stages.application.status": "declared", "turn": "system", "submissions.0.at": now(),
    }  # fmt: skip
    await store.collection("cases").update_one({"case_no": number}, {"$set": stands})
    await seat.goes(f"/cases/{number}")
    told = await seat.page.inner_text("[data-transport=queued]")
    assert told.strip() == {"zh": "正在发往海关…", "en": "Being sent to customs…"}[lang], "submitted just now"
    long_ago = {"submissions.0.at": datetime(2025, 12, 24, tzinfo=UTC)}
    await store.collection("cases").update_one({"case_no": number}, {"$set": long_ago})
    await seat.goes(f"/cases/{number}")
    told = await seat.page.inner_text("[data-transport=queued]")
    assert {"zh": "3 次。 下次", "en": "so far. Next attempt"}[lang] in told
    assert {"zh": "尚未发往海关。", "en": "Not sent to customs yet."}[lang] in told
    assert "2026-12-24 14:05" in told, "the next attempt, in Beijing's time"
    assert {"zh": "无需贵方操作", "en": "Nothing for you to do"}[lang] in told
    everything = await seat.page.inner_text("#standing")
    assert "已提交" not in everything
    assert "Submitted" not in everything
    await seat.page.wait_for_selector("[data-turn=system]")
    await seat.looks("case-not-sent")


async def test_a_page_says_that_customs_moved_the_case_and_keeps_what_is_typed(
    officer: Seat, world: World
) -> None:
    number = await world.check_initiated()
    await officer.goes(f"/cases/{number}")
    field = "[name='contact.name']"
    await officer.page.fill(field, "Maria Croes, who is typing")
    await world.receipt("NOT_APPROVED", number, "acceptance", opinion="检查取消。 The check is cancelled.")
    await officer.page.wait_for_selector("#notices >> text=Something has changed on this page")
    await officer.page.wait_for_selector("#notices >> text=the case is now at: Completed, Not approved.")
    await officer.page.wait_for_selector("#notices >> text=What you are typing stays.")
    await officer.page.wait_for_selector("#opinion >> text=The check is cancelled.")
    assert await officer.page.input_value(field) == "Maria Croes, who is typing"
    assert await officer.page.evaluate("document.activeElement.name") == "contact.name"


async def test_a_page_is_made_once_more_only_when_its_case_has_changed(officer: Seat, world: World) -> None:
    number, declaration = await world.submitted()
    asked: list[str] = []
    officer.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    async with officer.page.expect_response("**/version"):
        await officer.goes(f"/cases/{number}/application")
    await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)
    await officer.page.wait_for_selector("[data-transport=received]")
    made = [each for each in asked if each in ("application", "version", "live")]
    assert made == ["application", "live", "version", "application"]


async def test_a_page_that_lost_its_line_comes_back_by_itself_with_what_happened_meanwhile(
    sits_down: Sitting, world: World, system: RunningSystem
) -> None:
    number, declaration = await world.submitted()
    line = Proxy(int(system.portal_url.rpartition(":")[2]), seed=1)
    await line.start()
    try:
        seat = await sits_down("en")
        seat.url = f"http://127.0.0.1:{line.port}"
        await seat.signs_in(world.username, world.password)
        async with seat.page.expect_response("**/live"):
            await seat.goes(f"/cases/{number}")
        line.become("refuse")
        line.reset()
        await seat.page.wait_for_selector("#notices >> text=The live connection is lost")
        await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)
        line.become("pass")
        await seat.page.wait_for_selector("#notices >> text=Connected again")
        await seat.page.wait_for_selector("[data-transport=received]")
    finally:
        await line.stop()


async def test_the_history_stays_open_and_the_keyboard_where_it_was_when_customs_moves_the_case(
    officer: Seat, world: World
) -> None:
    number, declaration = await world.submitted()
    await officer.goes(f"/cases/{number}")
    await officer.page.focus("#history summary")
    await officer.page.keyboard.press("Enter")
    await world.receipt("RECEIVED", number, "application", in_reply_to=declaration)
    await officer.page.wait_for_selector("#history li >> text=Received by customs >> nth=0")
    assert await officer.page.evaluate("document.activeElement.localName") == "summary"


@BOTH_LANGUAGES
async def test_a_check_that_was_refused_says_so_and_asks_customs_for_no_reason(
    sits_down: Sitting, world: World, lang: str
) -> None:
    number = await world.check_initiated()
    path = f"/cases/{number}/stages/acceptance/refuse"
    await world.officer.ask("POST", path, 202, json={"contact": FORM["contact"]})
    refused = await world.customs.next_declaration(type="CHECK_ANSWER", case_no=number)
    await world.receipt("RECEIVED", number, "acceptance", in_reply_to=refused.message_id)
    await world.officer.stands(number, "completed", "not_approved")
    seat = await sits_down(lang, world.username)
    await seat.goes(f"/cases/{number}")
    step = seat.page.locator(".stages li:has([href$='/acceptance'])")
    await expect(step.locator(".step-mark")).to_have_text("×")
    await expect(step).to_contain_text({"zh": "已拒绝", "en": "refused"}[lang])
    standing = seat.page.locator("#standing")
    await expect(standing.locator(".status")).to_contain_text(
        {"zh": "贵方已于", "en": "You refused this check on"}[lang]
    )
    for wrong in (
        "✓",
        "Received by customs",
        "成功接收",
        "Customs gave no reason",
        "海关未说明理由",
        "opinion says why",
    ):
        await expect(standing).not_to_contain_text(wrong)
    await seat.looks("check-refused")
    await seat.goes(f"/cases/{number}/overview")
    await expect(seat.page.locator("h1")).to_have_text(
        {"zh": "检查概述", "en": "What the check is about"}[lang]
    )


@LANGUAGES
async def test_lists_and_steps_work_without_scripts(sits_down: Sitting, world: World, lang: str) -> None:
    number, _declaration = await world.submitted()
    await world.draft()
    seat = await sits_down(lang, world.username, java_script_enabled=False)
    await seat.goes("/assessments")
    await seat.page.select_option("#w-status", "draft")
    await seat.page.click(".filters button")
    await expect(seat.page.locator("#list tbody tr")).to_have_count(1)
    await seat.page.click(".filters a.btn")
    await expect(seat.page.locator("#list tbody tr")).to_have_count(2)
    await seat.page.click("#list a[href$='/overview'] >> nth=0")
    assert "Sardina" in await seat.page.inner_text("main")
    await seat.goes(f"/cases/{number}")
    seat.expected = (409,)
    await seat.page.click(".stages a[href$='/questionnaire']")
    sentence = "未进入该阶段，不允许此操作!" if lang == "zh" else "This stage has not been entered"
    assert sentence in await seat.page.inner_text("[role=alert]")


async def test_the_chosen_row_is_marked_on_the_way_back(officer: Seat, world: World) -> None:
    number, _declaration = await world.submitted()
    await world.draft()
    await officer.goes("/assessments")
    await officer.page.click(f"#list >> text={number}")
    await officer.page.wait_for_selector("h1")
    await officer.page.go_back()
    await expect(officer.page.locator("#list tr[aria-current=true]")).to_contain_text(number)


async def test_the_page_of_one_stage_follows_the_case_into_others(officer: Seat, world: World) -> None:
    number = await world.questionnaire_opened()
    await world.answered(number)
    await world.signed(number)
    await officer.goes(f"/cases/{number}/protocol_signing")
    await officer.page.evaluate("window.stays = 1")
    await world.replied(number, "certificate_consultation")
    await officer.page.wait_for_selector("[data-transport=sent]")
    await world.receipt("CONSULTATION_COMPLETED", number, "certificate_consultation")
    files = [("certificate.pdf", pdf("certificate"))]
    await world.receipt("CERTIFICATE_CONFIRMED", number, "certificate_confirmation", attachments=files)
    await officer.page.wait_for_selector(".stage-current a[href$='/certificate_confirmation']")
    told = officer.page.locator("#notices .visually-hidden")  # all of it is shown already
    await expect(told).to_contain_text("Something has changed on this page")
    assert await officer.page.evaluate("window.stays") == 1


async def _is_told(store: Store, declaration: str) -> bool:
    """Whether the case knows that it was sent, after which its ledger stays as it is."""
    return (await store.collection("declarations").find_one({"_id": declaration, "told": True})) is not None
