"""The whole assessment and both retrospective checks, clicked through in Chinese and in English."""

from hashlib import sha256
from pathlib import Path

from playwright.async_api import expect
from ulid import ULID

from simulator.files import pdf
from tests.api_client import World, a_check
from tests.browser.conftest import Sitting
from tests.browser.looking import LANGUAGES
from tests.browser.walking import CONTACT, BrowserWalk, told_number


async def walk(sits_down: Sitting, world: World, lang: str, folder: Path) -> BrowserWalk:
    return BrowserWalk(await sits_down(lang, world.username), world, folder)


@LANGUAGES
async def test_an_assessment_from_the_first_click_to_the_certificates(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    case = await walk(sits_down, world, lang, tmp_path)
    await _applies(case)
    await _is_asked_to_correct(case)
    await _answers_the_questionnaire(case)
    await _rectifies(case)
    await _consults(case, "protocol_consultation")
    await _downloads_the_protocol(case)
    await _consults(case, "certificate_consultation")
    await _declares_signatories(case)
    await _ends(case)


@LANGUAGES
async def test_a_check_is_agreed_to_and_ends_without_revision(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    case = await walk(sits_down, world, lang, tmp_path)
    await _check_begins(case)
    await case.confirms("main .btn-primary")
    declared = await case.declared("CHECK_ANSWER")
    await case.customs("RECEIVED", "acceptance", in_reply_to=declared.message_id)
    opinion = "请提交最新的残留监控计划。 Please submit the latest residue monitoring plan."
    await case.customs("QUESTIONNAIRE_OPENED", "questionnaire", opinion=opinion, materials_only="true")
    await case.answers_everything()
    await case.seat.looks("questionnaire-materials")
    await case.confirms(".sticky .btn-primary")
    answered = await case.declared("QUESTIONNAIRE_ANSWERS")
    await case.customs("RECEIVED", "questionnaire", in_reply_to=answered.message_id)
    await case.customs("CASE_CLOSED", "completed", result="APPROVED")
    await case.seat.goes("/checks")
    await expect(case.seat.page.locator(f"tr:has-text('{case.number}')")).to_contain_text(
        "审核通过" if lang == "zh" else "Approved"
    )


@LANGUAGES
async def test_a_check_is_refused_and_ends_when_customs_received_the_refusal(
    sits_down: Sitting, world: World, lang: str, tmp_path: Path
) -> None:
    case = await walk(sits_down, world, lang, tmp_path)
    await _check_begins(case)
    await case.confirms("main .btn-outline-danger")
    declared = await case.declared("CHECK_ANSWER")
    assert declared.body["Answer"] == "REFUSE"
    await case.customs("RECEIVED", "acceptance", in_reply_to=declared.message_id)
    await case.seat.goes("/checks")
    await expect(case.seat.page.locator(f"tr:has-text('{case.number}')")).to_contain_text(
        "审核不通过" if lang == "zh" else "Not approved"
    )


async def _check_begins(case: BrowserWalk) -> None:
    case.number = str(ULID())
    files = [("plan.pdf", pdf("plan"))]
    await case.world.receipt(
        "CHECK_INITIATED", case.number, "acceptance", attachments=files, **a_check(case.world.authority)
    )
    await case.seat.goes("/checks")
    await case.seat.page.click(f"a:has-text('{case.number}')")
    await case.fills(CONTACT)


async def _applies(case: BrowserWalk) -> None:
    page = case.seat.page
    await page.click("nav a[href='/assessments/new']")
    await page.check("input[value=aquatic]")
    await page.check("input[value=farmed]")
    await page.click("main form button")
    await page.wait_for_selector("#application")
    overview = "养殖南美白对虾 Farmed whiteleg shrimp (Litopenaeus vannamei)"
    await case.fills(CONTACT | {"department": "Fisheries", "overview": overview})
    await case.uploads("#file-attachments", "letter.pdf")
    await case.confirms(".sticky .btn-primary")
    case.number = await told_number(page)
    declared = await case.declared("APPLICATION")
    await page.wait_for_selector("[data-transport=sent]")
    await case.customs("RECEIVED", "application", in_reply_to=declared.message_id)
    await page.wait_for_selector("[data-transport=received]")


async def _is_asked_to_correct(case: BrowserWalk) -> None:
    items = [("field:overview", "INCOMPLETE", "请补充养殖区域。 Please name the farming areas.")]
    await case.customs("SUPPLEMENT", "application", opinion="概述不完整。 Incomplete.", items=items)
    await case.seat.goes("/")
    await expect(case.seat.page.locator("main")).to_contain_text(case.number)
    await case.seat.looks("start-waiting")
    await case.seat.page.click(f"#waiting tr:has-text('{case.number}') a")
    await expect(case.seat.page.locator(".pinned")).to_contain_text("Please name the farming areas.")
    await case.fills({"overview": "养殖南美白对虾 shrimp; Santa Cruz, Savaneta"})
    await case.confirms(".sticky .btn-primary")
    declared = await case.declared("APPLICATION")
    assert "Savaneta" in declared.body["Overview"]
    await case.customs("RECEIVED", "application", in_reply_to=declared.message_id)
    await case.customs("APPROVED", "application")


async def _answers_the_questionnaire(case: BrowserWalk) -> None:
    await case.customs("QUESTIONNAIRE_OPENED", "questionnaire", opinion="请填写水产品问卷。")
    await case.answers_everything()
    await case.seat.looks("questionnaire-answered")
    await case.confirms(".sticky .btn-primary")
    declared = await case.declared("QUESTIONNAIRE_ANSWERS")
    assert len(declared.answers) > 40
    await case.customs("RECEIVED", "questionnaire", in_reply_to=declared.message_id)
    await case.customs("APPROVED", "questionnaire")


async def _rectifies(case: BrowserWalk) -> None:
    page = case.seat.page
    for turn in (1, 2):
        await case.customs(
            "RECTIFICATION_REQUIRED", "evaluation", rectification_no=f"ZG{turn}", issued_on=f"2026-11-0{turn}",
            requirement="完善实验室能力验证。", opinion="见附件。", attachments=[("requirement.pdf", pdf(f"{turn}"))],
        )  # fmt: skip
        await case.goes_to("evaluation")
        if turn == 1:
            case.seat.expected = (422,)
            await page.click(".sticky .btn-primary")
            await page.wait_for_selector(".alert-danger")
        await case.fills({"statement": f"整改已完成（第{turn}次）。 Corrected, round {turn}."})
        await case.uploads("#file-attachments", f"evidence-{turn}.pdf")
        await case.seat.looks(f"evaluation-{turn}")
        await case.confirms(".sticky .btn-primary")
        declared = await case.declared("RECTIFICATION")
        assert declared.round == turn
        await case.customs("RECEIVED", "evaluation", in_reply_to=declared.message_id)
    await case.customs("APPROVED", "evaluation")
    await case.goes_to("evaluation")
    await expect(page.locator("#earlier .card")).to_have_count(2)
    await case.seat.looks("evaluation-read")


async def _consults(case: BrowserWalk, stage: str) -> None:
    page = case.seat.page
    for turn in (1, 2):
        await case.customs(
            "CONSULTATION_OPENED", stage, text_zh=f"草案第{turn}稿：输华水产品应当来自注册企业。" + "附件已更新。" * (turn - 1),
            text_en="Please confirm.", attachments=[("draft.pdf", pdf(f"draft {turn}"))],
        )  # fmt: skip
        await case.goes_to(stage)
        await case.fills(
            {"text_en": f"We have no objection to version {turn}.", "text_zh": f"对第{turn}稿无异议。"}
        )
        await case.uploads("#file-attachments", f"comments-{turn}.pdf")
        await case.seat.looks(f"{stage}-{turn}")
        await case.confirms("#reply .btn-primary")
        declared = await case.declared("CONSULTATION_REPLY")
        await case.customs("RECEIVED", stage, in_reply_to=declared.message_id)
    await case.goes_to(f"{stage}/compare")
    await expect(page.locator("ins").first).to_be_visible()
    await case.seat.looks(f"{stage}-compare")
    await case.goes_to(f"{stage}/history/1")
    await expect(page.locator("main")).to_contain_text("草案第1稿")
    await case.seat.looks(f"{stage}-round")
    await case.goes_to(stage)
    await case.customs("CONSULTATION_COMPLETED", stage)
    await case.goes_to(stage)
    await case.seat.looks(f"{stage}-completed")


async def _downloads_the_protocol(case: BrowserWalk) -> None:
    await case.customs(
        "PROTOCOL_SIGNED", "protocol_signing", attachments=[("议定书 protocol.pdf", pdf("signed"))]
    )
    await _downloads(case, "protocol_signing", pdf("signed"))
    await case.seat.looks("protocol-signing")
    about = {"announcement_no": "2026-1", "title": "公告", "published_on": "2026-11-01"}
    await case.customs("ANNOUNCEMENT_PUBLISHED", "announcement", **about)


async def _downloads(case: BrowserWalk, stage: str, data: bytes) -> None:
    """The file is the one that customs sent, and its digest stands beside it."""
    page = case.seat.page
    await case.goes_to(stage)
    async with page.expect_download() as download:
        await page.locator("#files .files a").first.click()
    assert (await (await download.value).path()).read_bytes() == data
    assert await page.locator("#files .digest").first.inner_text() == sha256(data).hexdigest()


async def _declares_signatories(case: BrowserWalk) -> None:
    page = case.seat.page
    (case.folder / "seals.pdf").write_bytes(pdf("seals"))
    await page.set_input_files("#signatory-files", case.folder / "seals.pdf")
    await page.click("form[action$=signatories] .btn-primary")
    await page.click("#confirm [value=yes]")
    await page.wait_for_selector("#signatories .declared")
    declared = await case.declared("SIGNATORIES")
    assert len(declared.files) == 1
    await case.world.receipt(
        "RECEIVED", case.number, "certificate_consultation", in_reply_to=declared.message_id
    )
    await page.reload()
    await case.seat.looks("signatories")


async def _ends(case: BrowserWalk) -> None:
    files = [("certificate.pdf", pdf("certificate"))]
    await case.customs("CERTIFICATE_CONFIRMED", "certificate_confirmation", attachments=files)
    await _downloads(case, "certificate_confirmation", pdf("certificate"))
    await case.customs("CASE_CLOSED", "completed", result="APPROVED", opinion="准予办结。")
    await case.seat.goes(f"/cases/{case.number}")
    await expect(case.seat.page.locator("[data-turn=nobody]")).to_be_visible()
    await case.seat.looks("certificate-confirmation")
