"""The manual: every topic in both languages alike, nothing that leads nowhere, and a way to it from every page."""

import re
from functools import cache
from itertools import chain

import pytest
from fastapi.routing import iter_route_contexts

from services.portal.pages.help.places import AT, ON_STAGES, topic_at
from services.portal.pages.help.routes import _picture, glossary
from services.portal.pages.help.topics import CHAPTERS, PICTURES, Topic, neighbours
from services.portal.pages.language import Lang, messages
from services.portal.pages.routes import PAGES
from services.portal.pages.templating import templates
from shared.contracts.vocabulary import Stage, Status
from shared.lifecycle.stages import STAGE_LABELS, STATUS_LABELS, STEP_LABELS

WITHOUT_A_PAGE = {
    "/static/{name:path}", "/language/{lang}", "/calendar.ics", "/files/{file_id}", "/live", "/menu", "/stay",
}  # fmt: skip
"""Routes that answer with a file, an event stream, or the way to another page."""
SAID_OF = {"in progress", "processed", "进行中", "已处理", "帮助", "Help"}
"""Quoted in the manual, and labels of one entry rather than of the pages."""


def page_routes() -> set[str]:
    """Every path of the pages' routers."""
    return {str(route.path) for router in PAGES for route in iter_route_contexts(router.routes)}


@cache
def text_of(topic: Topic, lang: Lang) -> str:
    """What a topic says: its lead and its text, as HTML."""
    made = templates(lang)
    parts = made.get_template("frame/parts.html").make_module({"visit": None, "path": "/help"})
    statuses = [(each, STATUS_LABELS[each]) for each in Status]
    given = {"parts": parts, "statuses": statuses, "glossary": glossary()}
    template = made.get_template(f"help/{lang}/{topic}.html")
    return "".join(chain(*(template.blocks[name](template.new_context(given)) for name in ("lead", "text"))))


def test_every_page_leads_to_a_topic() -> None:
    assert {route for route in page_routes() if topic_at(route, {}) is None} == WITHOUT_A_PAGE


def test_every_row_of_the_table_is_a_page_or_a_file_or_stands_above_one() -> None:
    routes = page_routes()
    assert {
        row
        for row in AT
        if not any(route == row or route.startswith((f"{row}/", f"{row}.{{")) for route in routes)
    } == set()


@pytest.mark.parametrize(
    ("route", "given", "topic"),
    [
        ("/cases/{case}/{stage}", {"stage": "protocol_signing"}, Topic.SIGNING),
        ("/cases/{case}/{consultation:consultation}/compare", {"consultation": "certificate_consultation"}, Topic.CERTIFICATES),
        ("/cases/{case}/questionnaire/submissions", {}, Topic.QUESTIONNAIRE),
        ("/cases/{case}/{stage}", {"stage": "nonsense"}, Topic.START),
        ("/ops/receipts/{receipt_id:path}", {}, Topic.OPERATORS),
        ("/ops/receipts.{as_format}", {}, Topic.OPERATORS),
        ("/assessments.{as_format}", {}, Topic.SEARCH),
        ("/worklist.{as_format}", {}, Topic.WORKLIST),
        ("", {}, None),
    ],
)  # fmt: skip
def test_the_topic_is_that_of_the_nearest_page(
    route: str, given: dict[str, object], topic: Topic | None
) -> None:
    assert topic_at(route, given) is topic


def test_every_stage_and_every_topic_but_the_glossary_is_led_to() -> None:
    assert set(ON_STAGES) == set(Stage)
    led_to = {*AT.values(), *ON_STAGES.values()}
    assert set(Topic) - led_to == {Topic.STATUSES, Topic.GLOSSARY}


def test_the_table_of_contents_has_every_topic_once_and_is_read_from_end_to_end() -> None:
    order = [topic for chapter in CHAPTERS for topic in chapter.topics]
    assert sorted(order) == sorted(Topic)
    assert neighbours(order[0]) == (None, order[1])
    assert neighbours(order[-1]) == (order[-2], None)


@pytest.mark.parametrize("topic", Topic)
def test_both_languages_say_the_same_things_in_the_same_order(topic: Topic) -> None:
    zh, en = text_of(topic, Lang.ZH), text_of(topic, Lang.EN)
    assert re.findall(r"<(?:h2|ol|ul|li|p|table|tr)\b", zh) == re.findall(
        r"<(?:h2|ol|ul|li|p|table|tr)\b", en
    )
    assert sorted(re.findall(r'href="([^"]+)"', zh)) == sorted(re.findall(r'href="([^"]+)"', en))
    assert len(re.sub(r"<[^>]+>", "", en)) > 300


@pytest.mark.parametrize("lang", Lang)
def test_what_the_manual_leads_to_is_there(lang: Lang) -> None:
    routes, topics = page_routes(), {f"/help/{topic}" for topic in Topic}
    links = {link for topic in Topic for link in re.findall(r'href="([^"]+)"', text_of(topic, lang))}
    assert links - topics - routes == set()


@pytest.mark.parametrize("lang", Lang)
def test_what_the_manual_quotes_of_the_pages_is_written_there(lang: Lang) -> None:
    labels = [label for table in (STAGE_LABELS, STEP_LABELS, STATUS_LABELS) for label in table.values()]
    known = {str(getattr(label, lang.value)) for label in labels} | SAID_OF
    catalog = messages(lang)._catalog  # type: ignore[attr-defined]
    known |= {str(text).partition("：%")[0].partition(": %")[0] for text in catalog.values()}
    quoted = {words for topic in Topic for words in re.findall(r"“([^”]+)”", text_of(topic, lang))}
    assert quoted - known == set()
    assert len(quoted) > 10


@pytest.mark.parametrize("topic", PICTURES)
def test_each_picture_that_is_spoken_of_was_made_in_both_languages(topic: Topic) -> None:
    made = [_picture(topic, lang) for lang in Lang]
    assert all(each and each.width == 1000 and 300 < each.height <= 820 for each in made)


def test_a_topic_without_a_picture_has_none() -> None:
    assert _picture(Topic.GLOSSARY, Lang.EN) is None


def test_the_glossary_says_each_term_in_both_languages() -> None:
    terms = [term for section in glossary() for term in section["terms"]]  # type: ignore[attr-defined]
    assert len(terms) > 50
    assert [term for term in terms if not all((term["zh"], term["en"], *term["meaning"].values()))] == []
    assert [term for term in terms if not term["meaning"]["en"].isascii()] == []
