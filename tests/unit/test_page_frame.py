"""What surrounds the pages: languages, messages, times, where a sign-in leads."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from starlette.datastructures import FormData, UploadFile

from services.portal.pages.forgery import typed_fields
from services.portal.pages.formatting import day, lasted, moment, size
from services.portal.pages.language import Lang, chosen, said
from services.portal.pages.rendering import safe_path
from shared.bilingual import Bilingual
from shared.contracts.faults import FieldFault
from shared.contracts.replies import Refused, Reply
from shared.lifecycle.validation import raise_if_faults
from shared.runtime.errors import RequestRejected
from tools import translations


@pytest.mark.parametrize(
    ("cookie", "accept", "lang"),
    [
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"), (None, "en-GB,en;q=0.5", "en"), (None, "fr,zh;q=0.3", "zh"),
        (None, "", "en"), ("zh", "en", "zh"), ("xx", "zh", "zh"),
    ],
)  # fmt: skip
def test_the_language_is_what_was_chosen_else_what_the_browser_reads(
    cookie: str | None, accept: str, lang: str
) -> None:
    assert chosen(cookie, accept) == Lang(lang)


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_message_stands_in_both_catalogues(language: str) -> None:
    known = translations.translations(language)
    for area, said_there in translations.areas().items():
        catalog = translations.brought_up_to_date(known, said_there, language)
        assert translations.untranslated(catalog) == [], (
            f"{area}: run `python -m tools.translations`, and write the Chinese"
        )
        written = translations.LOCALE / language / f"{area}.po"
        assert written.read_bytes() == translations.as_written(catalog), (
            f"{written}: run `python -m tools.translations`"
        )


def test_an_error_says_its_half_in_the_readers_language() -> None:
    refusal = RequestRejected("not_found", Bilingual("没有这个案件。", "There is no such case."))
    assert said(refusal.text, Lang.ZH) == "没有这个案件。"
    assert said(refusal.text, Lang.EN) == "There is no such case."
    assert refusal.detail == str(refusal) == "没有这个案件。 There is no such case."


def test_a_refusal_for_several_faults_is_said_in_both_languages() -> None:
    faults = [FieldFault("form", "malformed", "内容有误", "It is wrong"), FieldFault("q", "x", "y", "z")]
    with pytest.raises(RequestRejected) as refused:
        raise_if_faults(faults)
    assert said(refused.value.text, Lang.ZH) == "以下字段需要更正：form, q。"
    assert said(refused.value.text, Lang.EN) == "These fields need correction: form, q."


def test_a_refusal_comes_over_the_broker_in_both_languages_and_from_an_earlier_version_in_one_piece() -> None:
    text = Bilingual("没有这个案件。", "There is no such case.")
    reply = Reply(refused=Refused.of("not_found", text, 404)).model_dump_json()
    refused = Reply.model_validate_json(reply).refused
    assert refused is not None
    assert (refused.sentence, refused.detail) == (text, str(text))
    whole = Refused(code="not_found", detail="没有这个案件。 There is no such case.").sentence
    assert said(whole, Lang.ZH) == said(whole, Lang.EN) == str(whole) == str(text)


def test_a_pair_of_labels_says_the_readers() -> None:
    assert said(Bilingual("申请", "Application"), Lang.EN) == "Application"
    assert said({"zh": "申请", "en": "Application"}, Lang.ZH) == "申请"
    assert said({"field": "x", "message_zh": "必填", "message_en": "Required"}, Lang.ZH) == "必填"
    assert said(None, Lang.ZH) == ""


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("/cases/1?x=2", "/cases/1?x=2"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/"),
        ("", "/"), (None, "/"), ("/a\r\nSet-Cookie: x", "/"), ("javascript:1", "/"),
    ],
)  # fmt: skip
def test_a_sign_in_leads_nowhere_else(wanted: str | None, found: str) -> None:
    assert safe_path(wanted) == found


def test_what_was_typed_is_carried_over_a_sign_in_without_token_and_files() -> None:
    form = FormData(
        [("a", "1"), ("a", "二"), ("csrf", "secret"), ("file", UploadFile(file=BytesIO(), filename="x"))]
    )
    assert typed_fields(form) == [("a", "1"), ("a", "二")]


def test_times_are_beijings() -> None:
    at = datetime(2026, 1, 31, 17, 5, 9, tzinfo=UTC)
    assert moment(at) == "2026-02-01 01:05"
    assert moment(at.isoformat(), seconds=True) == "2026-02-01 01:05:09"
    assert (day(at), day(None), moment(None)) == ("2026-02-01", "—", "—")


def test_durations_and_sizes_are_written_as_people_read_them() -> None:
    assert [lasted(timedelta(seconds=each), Lang.EN) for each in (5, 60, 7200, 86400 * 3)] == [
        "under a minute", "1 minute", "2 hours", "3 days",
    ]  # fmt: skip
    assert lasted(timedelta(days=3), Lang.ZH) == "3天"
    assert [size(each) for each in (12, 2048, 4 * 1024 * 1024)] == ["12\xa0B", "2\xa0KB", "4.0\xa0MB"]
