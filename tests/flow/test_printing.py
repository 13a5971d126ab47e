"""A questionnaire on paper: readable in any script, archival, the same each time, and bounded in time and size."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from deploy.demo.answers import VALUES
from deploy.local.programs import ROOT
from services.portal.cases.stage_views import described
from services.portal.printing.fonts import FontsMissing, font_folders
from services.portal.printing.pdf_document import PdfDocument, PrintJob
from services.portal.printing.pdf_renderer import CHARACTERS, PdfRenderer
from services.portal.printing.words import Language
from services.questionnaire.catalogue import for_case
from services.questionnaire.completeness import open_required
from shared.contracts.documents.answers import StoredAnswer
from shared.contracts.questionnaires import Questionnaire, all_questions
from shared.runtime.errors import DependencyUnavailable, RequestRejected
from tests.unit.test_printed_paper import AT, AUTHORITY, CASE, FILE, an_answer
from tests.unit.test_questionnaire_checks import a_question, a_questionnaire

Answers = dict[str, StoredAnswer]
IMAGE = ROOT / "deploy/image"
SCRIPTS = "中文《标准》 English Русский Ελληνικά سلامة الأغذية ความปลอดภัย Tiếng Việt ქართული አማርኛ"


def the_form(questionnaires: tuple[Questionnaire, ...], answers: Answers, language: str) -> dict[str, Any]:
    printed = PrintJob(CASE, AUTHORITY, questionnaires, answers, open_required(questionnaires, {}))
    return PdfDocument(printed, Language(language), AT).form()


def one_answer(kind: str, value: Any, **changed: Any) -> dict[str, Any]:
    return the_form(
        (a_questionnaire(a_question(kind, **changed)),), {"aquatic.origin": an_answer(value)}, "zh"
    )


def filled(questionnaires: tuple[Questionnaire, ...]) -> Answers:
    """An answer to every question, with a file beside each."""
    return {
        question.id: an_answer(tuple(value) if isinstance(value, list) else value, "Since 2019.", (FILE,))
        for question in all_questions(questionnaires)
        for value in [VALUES[question.kind](described(question))]
    }


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def titles(outline: Any) -> Iterator[str]:
    """Every bookmark, whatever its level."""
    for each in outline:
        if isinstance(each, list):
            yield from titles(each)
        else:
            yield each.title


@pytest.mark.parametrize(
    ("language", "said", "tag"),
    [
        ("zh", ("水产品问卷", "第1部分", "申请统一编号", "阿鲁巴兽医局", "必填项，尚未完成"), "zh-CN"),
        (
            "en",
            ("Questionnaire on aquatic products", "Part 1", "Case number", "Aruba", "Required, not complete"),
            "en-GB",
        ),
    ],
)
async def test_a_whole_questionnaire_is_an_archival_document_with_an_outline(
    language: str, said: tuple[str, ...], tag: str
) -> None:
    questionnaires = for_case(["farmed", "wild"], materials_only=False)

    pdf = await PdfRenderer().print(the_form(questionnaires, filled(questionnaires), language), AT)

    reader, text = PdfReader(BytesIO(pdf)), text_of(pdf)
    assert len(pdf) < 2_000_000
    for words in (*said, "202611000000000001", "a" * 16):
        assert words.replace(" ", "") in text.replace(" ", "").replace("\u200b", "")
    pages = len(reader.pages)
    last = {"zh": f"第{pages}页/共{pages}页", "en": f"Page{pages}of{pages}"}[language]
    assert last in reader.pages[-1].extract_text().replace(" ", "")
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (tag, True)
    assert b"pdfaid:part" in root["/Metadata"].get_object().get_data()
    assert len([*titles(reader.outline)]) > len(questionnaires[0].parts)
    assert reader.metadata
    assert "202611000000000001" in str(reader.metadata.title)


async def test_the_same_questionnaire_at_the_same_time_is_the_same_file() -> None:
    form = one_answer("text", SCRIPTS)

    assert await PdfRenderer().print(form, AT) == await PdfRenderer().print(json.loads(json.dumps(form)), AT)


async def test_every_script_is_written_in_a_font_that_has_it() -> None:
    pdf = await PdfRenderer().print(one_answer("text", SCRIPTS), AT)

    text = text_of(pdf)
    for words in ("中文《标准》", "English", "Русский", "Ελληνικά", "ქართული", "አማርኛ"):
        assert words in text
    assert "pdfaid:part" in pdf.decode("latin-1")


async def test_what_no_font_has_is_a_box_and_not_an_error() -> None:
    pdf = await PdfRenderer().print(one_answer("text", "before \U0001f9a0\U0001fae8 after"), AT)

    assert "before" in text_of(pdf)
    assert "after" in text_of(pdf)


@pytest.mark.parametrize(
    "typed",
    [
        '#read("/etc/passwd") *bold* $x^2$ `raw` <label> @ref #include "x"',
        "{page} {pages} \\u{200b} ]] // /* */",
        "<script>1</script> &amp;",
    ],
)
async def test_answers_are_text_and_never_markup(typed: str) -> None:
    pdf = await PdfRenderer().print(one_answer("text", typed), AT)

    assert typed.replace(" ", "") in text_of(pdf).replace(" ", "").replace("\n", "")


async def test_the_longest_answers_are_whole_and_repeat_the_heads_of_their_tables() -> None:
    long = one_answer("long_text", "".join(f"{n}号鱼塘，" for n in range(3_000)) + " " + "Q" * 900)
    rows = [{"year": f"Y{n}", "output": f"{n} " + "单元格内容" * (200 if n == 7 else 3)} for n in range(500)]
    table = one_answer("table", rows)

    texts = [text_of(await PdfRenderer().print(form, AT)).replace("\n", "") for form in (long, table)]

    assert all(f"{n}号鱼塘" in texts[0].replace(" ", "") for n in range(3_000))
    assert texts[0].replace(" ", "").replace("\u200b", "").count("Q") == 900
    assert all(f"Y{n}" in texts[1] for n in range(500))
    assert texts[1].count("产量") > 5


async def test_what_is_too_long_for_paper_is_refused() -> None:
    with pytest.raises(RequestRejected) as refused:
        await PdfRenderer().print(one_answer("text", "鱼" * CHARACTERS), AT)

    assert (refused.value.code, refused.value.status) == ("too_long_to_print", 422)


async def test_a_document_that_takes_too_long_is_given_up() -> None:
    form = one_answer("table", [{"year": "1", "output": "x"}] * 9_000)

    with pytest.raises(RequestRejected) as refused:
        await PdfRenderer(cpu_seconds=1).print(form, AT)
    with pytest.raises(DependencyUnavailable):
        await PdfRenderer(patience_seconds=0.2).print(form, AT)

    assert refused.value.code == "too_long_to_print"


async def test_missing_fonts_are_named_with_their_package(tmp_path: Path) -> None:
    (tmp_path / "NotoSans-Regular.ttf").touch()

    with pytest.raises(FontsMissing) as missing:
        font_folders([tmp_path])
    with pytest.raises(DependencyUnavailable, match="fonts-noto-cjk"):
        await PdfRenderer(folders=lambda: font_folders([tmp_path])).print(one_answer("text", "x"), AT)

    assert missing.value.packages == ("fonts-noto-cjk",)


@pytest.fixture
def fonts_of_the_image(tmp_path: Path) -> Path:
    """A folder with the fonts that the image has, taken as its Dockerfile takes them."""
    script = IMAGE / "take-fonts.sh"
    subprocess.run([script, IMAGE / "fonts.txt", "/usr/share/fonts", tmp_path], check=True, timeout=30)
    return tmp_path


async def test_the_fonts_of_the_image_print_what_all_fonts_of_the_packages_print(
    fonts_of_the_image: Path,
) -> None:
    form = one_answer("long_text", SCRIPTS)

    few = await PdfRenderer(folders=lambda: font_folders([fonts_of_the_image])).print(form, AT)

    assert few == await PdfRenderer().print(form, AT)


def test_the_image_has_every_font_that_the_template_names() -> None:
    template = ROOT / "services/portal/printing/questionnaire.typ"
    named = {
        name.removesuffix(" SC").replace(" ", "")
        for name in re.findall(r'"(Noto Sans[^"]*)"', template.read_text())
    }

    assert named <= {*(IMAGE / "fonts.txt").read_text().splitlines()}


def test_the_time_of_printing_stands_on_paper_and_the_time_of_the_case_in_the_file() -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    printed = PrintJob(CASE, AUTHORITY, (a_questionnaire(a_question()),), {})

    forms: list[Any] = [PdfDocument(printed, Language.EN, at).form() for at in (AT, later)]

    assert [[row for row in form["cover"] if row["name"] == "Printed at"] for form in forms] == [
        [{"name": "Printed at", "lines": [{"text": "2026-11-23 14:00:00 UTC+8", "rtl": False}]}],
        [{"name": "Printed at", "lines": [{"text": "2027-01-01 08:00:00 UTC+8", "rtl": False}]}],
    ]
