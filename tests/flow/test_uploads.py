"""Uploads over the real portal: every odd request gets a clear answer, and nothing is half kept (DOMAIN 1.8, FAULTS F22)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from services.documents.orphans import sweep
from services.portal.api.attachments import INERT
from shared.contracts.limits import FILE_BYTES
from shared.runtime.clock import now
from shared.runtime.objects import Objects
from shared.runtime.settings import Settings
from shared.runtime.store import Store
from simulator.files import pdf
from tests.api_client import World
from tests.extent import ALL
from tests.flow.test_page_access import Browser
from tests.sample_files import OK, SampleRow, rows
from tests.sample_pdfs import PAGE, PAGES, assembled

BOUNDARY = b"a-boundary"
TYPE = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY.decode()}"}
LETTER = pdf("letter")
INVALID = "validation_error"
STATUS = {OK: 201, "content_mismatch": 422, "empty_file": 422, "unsupported_type": 415}


def part(name: bytes, content: bytes, more: bytes = b"") -> bytes:
    """One part of a form, byte by byte."""
    return b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (
        BOUNDARY,
        name,
        more,
        content,
    )


def file_part(name: bytes = b"a.pdf", content: bytes = LETTER, field: bytes = b"file") -> bytes:
    """The part of a file."""
    return part(field, content, b'; filename="%s"\r\nContent-Type: application/octet-stream' % name)


PURPOSE = part(b"purpose", b"evidence")
END = b"--%s--\r\n" % BOUNDARY


@pytest.fixture
async def objects(settings: Settings) -> AsyncIterator[Objects]:
    """The bucket of this run."""
    opened = Objects(settings)
    yield opened
    opened.close()


async def posted(world: World, body: bytes | AsyncIterator[bytes], **headers: str) -> httpx.Response:
    """The answer to a form."""
    return await world.officer.client.post("/attachments", content=body, headers=TYPE | headers)


async def in_bits(body: bytes) -> AsyncIterator[bytes]:
    """A body of unknown length, as chunked encoding sends it."""
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


async def test_every_file_of_the_corpus_is_answered_as_in_the_table(
    world: World, store: Store, objects: Objects
) -> None:
    turns, answers = asyncio.Semaphore(4), dict[str, tuple[int, str]]()

    async def upload(row: SampleRow, data: bytes) -> None:
        async with turns:
            files = {"file": (row.name, data)}
            answer = await world.officer.client.post(
                "/attachments", files=files, data={"purpose": "evidence"}
            )
        answers[row.about] = (answer.status_code, answer.json().get("code", OK))

    named = [row for row in rows() if row.name]
    each_kind = {(Path(row.name).suffix, row.code): row for row in named}.values()
    sent = [(row, row.data) for row in (named if ALL else each_kind)]
    small = [(row, data) for row, data in sent if len(data) <= FILE_BYTES]
    await asyncio.gather(*(upload(row, data) for row, data in small))

    assert answers == {row.about: (STATUS[row.code], row.code) for row, _ in small}
    kept = await store.collection("attachments").count({"authority": world.authority})
    assert kept == sum(row.code == OK for row, _ in small)
    assert await objects.older("uploads/", now() + timedelta(hours=1)) == []


OF_LIBRARIES = (
    "UploadFile",
    "Field required",
    "Input should",
    "Invalid multipart",
    "Maximum number",
    "Part exceeded",
    "must be provided",
)
ODD: list[tuple[str, bytes, int, str, str | None]] = [
    ("no purpose", file_part() + END, 422, INVALID, "purpose"),
    ("no file", PURPOSE + END, 422, INVALID, "file"),
    ("an empty form", END, 422, INVALID, "file"),
    ("an empty body", b"", 422, INVALID, "file"),
    ("two files", file_part() + file_part(b"b.pdf") + PURPOSE + END, 422, INVALID, "file"),
    ("two purposes", file_part() + PURPOSE + PURPOSE + END, 422, INVALID, "purpose"),
    ("another field", file_part(field=b"upload") + PURPOSE + END, 422, INVALID, "upload"),
    ("a file besides", file_part() + file_part(field=b"file2") + PURPOSE + END, 422, INVALID, "file2"),
    ("a file that is a text", part(b"file", LETTER) + PURPOSE + END, 422, INVALID, "file"),
    ("an extended name alone", part(b"file", LETTER, b"; filename*=UTF-8''a.pdf") + PURPOSE + END, 422, INVALID, "file"),
    ("an unknown purpose", file_part() + part(b"purpose", b"fun") + END, 422, INVALID, "purpose"),
    ("an empty purpose", file_part() + part(b"purpose", b"") + END, 422, INVALID, "purpose"),
    ("a purpose that is a file", file_part() + file_part(b"evidence", field=b"purpose") + END, 422, INVALID, "purpose"),
    ("the end is missing", file_part() + PURPOSE, 422, INVALID, "purpose"),
    ("the end of the file is missing", PURPOSE + file_part(), 422, INVALID, "file"),
    ("no name", file_part(b"") + PURPOSE + END, 415, "unsupported_type", None),
    ("only dots", file_part(b"....") + PURPOSE + END, 415, "unsupported_type", None),
    ("NUL in the name", file_part(b"x.pdf\x00.exe") + PURPOSE + END, 415, "unsupported_type", None),
    ("an empty file", file_part(content=b"") + PURPOSE + END, 422, "empty_file", None),
    ("no form", b"not a form at all", 400, "bad_request", None),
    ("headers that break off", file_part() + PURPOSE.replace(b"\r\n\r\n", b"\r\n") + END, 400, "bad_request", None),
    ("a name of 100,000 characters", file_part(b"n" * 100_000 + b".pdf") + PURPOSE + END, 400, "bad_request", None),
    ("a purpose of 2 MB", part(b"purpose", b"e" * 2_000_000) + file_part() + END, 400, "bad_request", None),
    ("2,000 fields", part(b"x", b"y") * 2000 + END, 400, "bad_request", None),
    ("one byte more than 4 MiB", file_part(content=LETTER.ljust(FILE_BYTES + 1)) + PURPOSE + END, 413, "too_large", None),
    ("7 MiB", file_part(content=LETTER.ljust(7 * 1024 * 1024)) + PURPOSE + END, 413, "too_large", None),
]  # fmt: skip


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
async def test_an_odd_form_gets_a_clear_answer_and_nothing_is_kept(
    world: World, store: Store, objects: Objects, chunked: bool
) -> None:
    for about, body, status, code, field in ODD:
        answer = await posted(world, in_bits(body) if chunked else body)

        assert (about, answer.status_code, answer.json()["code"]) == (about, status, code)
        assert field in [None, *(error["field"] for error in answer.json()["errors"])], about
        for text in (answer.json()["detail"], *(error["message_zh"] for error in answer.json()["errors"])):
            assert any("\u4e00" <= character <= "\u9fff" for character in text), about
        assert not [word for word in OF_LIBRARIES if word in answer.text], (about, answer.text)
    await nothing_is_kept(world, store, objects)


async def test_a_form_that_is_broken_is_said_to_be_and_not_in_a_librarys_words(world: World) -> None:
    for kind in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=other",
    ):
        answer = await posted(world, file_part() + PURPOSE + END, **{"Content-Type": kind})

        assert answer.status_code in (400, 422), kind
        assert any("\u4e00" <= character <= "\u9fff" for character in answer.json()["detail"]), kind
        assert not [word for word in (*OF_LIBRARIES, "Missing boundary") if word in answer.text], answer.text


async def test_a_workbook_that_is_no_file_is_refused_with_the_way_out(world: World) -> None:
    number = await world.questionnaire_opened()
    for form in (
        PURPOSE + END,
        part(b"file", b"PK", b"; filename*=UTF-8''a.xlsx") + END,
        file_part() * 2 + END,
    ):
        answer = await world.officer.client.post(
            f"/cases/{number}/stages/questionnaire/workbook", content=form, headers=TYPE
        )

        (error,) = answer.json()["errors"]
        assert (answer.status_code, answer.json()["code"], error["field"]) == (422, INVALID, "file")
        assert not [word for word in OF_LIBRARIES if word in answer.text], answer.text


async def test_a_page_takes_a_browsers_file_name_and_says_what_is_wrong_with_its_form(world: World) -> None:
    case = await world.draft()
    browser = await Browser(str(world.officer.client.base_url).removesuffix("/api/v1/")).signs_in(
        world.username, world.password
    )
    path = f"/cases/{case}/application/attachments"
    headers = TYPE | {"X-CSRF": browser.csrf, "Accept": "application/json"}

    taken = await browser.client.post(
        path, content=file_part(b"a%22b;c.pdf") + PURPOSE + END, headers=headers
    )
    nameless = part(b"file", LETTER, b"; filename*=UTF-8''b.pdf") + PURPOSE + END
    refused = await browser.client.post(path, content=nameless, headers=headers)
    broken = await browser.client.post(path, content=b"not a form at all", headers=headers)
    await browser.client.aclose()

    assert taken.status_code == 200, taken.text
    form = await world.officer.ask("GET", f"/cases/{case}/stages/application")
    assert "a_b;c.pdf" in [each["name"] for each in form["attachments"]]
    assert (refused.status_code, refused.json()["code"]) == (422, INVALID)
    assert "filename" in refused.json()["message"]
    assert broken.status_code == 400
    assert "表单无法读取" in broken.text or "could not be read" in broken.text


async def test_a_file_of_4_mib_without_announced_length_is_kept(world: World) -> None:
    body = file_part(content=LETTER.ljust(FILE_BYTES)) + PURPOSE + END

    answer = await posted(world, in_bits(body))

    assert (answer.status_code, answer.json()["size"]) == (201, FILE_BYTES)


async def test_a_length_that_lies_keeps_nothing_and_the_portal_goes_on(
    world: World, store: Store, objects: Objects
) -> None:
    for length in ("5000", "99999999999999999999", "-1", "1e3", "12, 13"):
        answer = await raw(world, f"Content-Length: {length}", file_part() + PURPOSE + END)

        assert not answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 5")), (length, answer)
    await nothing_is_kept(world, store, objects)
    assert await world.officer.upload()


async def raw(world: World, header: str, body: bytes) -> bytes:
    """Everything that the portal says to a request with such a header, whose sender then says no more."""
    address, token = world.officer.client.base_url, world.officer.client.headers["Authorization"]
    head = (
        f"POST {address.path}attachments HTTP/1.1\r\nHost: portal\r\nAuthorization: {token}\r\n"
        f"Content-Type: {TYPE['Content-Type']}\r\n{header}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(head.encode() + body)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_file_comes_back_to_be_saved_under_its_name_and_can_not_run(world: World) -> None:
    for given, kept in (
        ("申请书 1.pdf", "申请书 1.pdf"),
        ("../../seal.pdf", "seal.pdf"),
        (r"a\"; filename=\"b.exe.pdf", "a_; filename=_b.exe.pdf"),
        ("100% (final).pdf", "100% (final).pdf"),
        ("a%22b;c.pdf", "a_b;c.pdf"),
        ("a%0D%0Ab%41.pdf", "ab%41.pdf"),
        ("кириллица 🦐.pdf", "кириллица 🦐.pdf"),
    ):
        kept_as = (await posted(world, file_part(given.encode()) + PURPOSE + END)).json()

        answer = await world.officer.client.get(f"/attachments/{kept_as['id']}")

        disposition = answer.headers["content-disposition"].removeprefix('attachment; filename="')
        plain, extended = disposition.split("\"; filename*=UTF-8''")
        assert (kept_as["name"], unquote(extended)) == (kept, kept)
        assert plain.isascii()
        assert not set(plain) & set('"\\%;/')
        assert {name: answer.headers[name] for name in INERT} == INERT
        assert (answer.content, answer.headers["content-type"]) == (LETTER, "application/pdf")


async def test_what_an_upload_left_behind_is_swept_and_what_is_in_progress_is_not(objects: Objects) -> None:
    await objects.put("uploads/left", LETTER, "application/octet-stream")
    await objects.put("files/kept", LETTER, "application/pdf")

    assert await sweep(objects) == 0
    assert await objects.stat("uploads/left") == len(LETTER)
    assert await sweep(objects, -timedelta(minutes=5)) == 1

    assert await objects.stat("uploads/left") is None
    assert await objects.stat("files/kept") == len(LETTER)


async def test_a_file_of_customs_with_a_script_parks_its_receipt_and_a_plain_one_does_not(
    world: World,
) -> None:
    number, _ = await world.submitted()
    script = assembled(
        (b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (a) >> >>", PAGES, PAGE)
    )

    sent = await world.customs.send(
        "SUPPLEMENT", number, "application", opinion="see the file", attachments=[("list.pdf", script)]
    )
    ack = await world.customs.ack_of(sent)

    assert (ack.outcome, ack.reason) == ("PARKED", "attachment_type")
    await world.receipt(
        "SUPPLEMENT", number, "application", opinion="see the file", attachments=[("list.pdf", LETTER)]
    )


async def nothing_is_kept(world: World, store: Store, objects: Objects) -> None:
    """Neither a record of the authority's, nor an object that waits for one."""
    assert await store.collection("attachments").count({"authority": world.authority}) == 0
    assert await objects.older("uploads/", now() + timedelta(hours=1)) == []
