"""What a form with a file must hold; each fault is named with the way out, and no file is dropped silently."""

import re
from collections.abc import Iterator
from itertools import islice

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartParser

from services.portal.http.limits import UPLOAD_BYTES
from services.portal.http.problems import MOST_ERRORS
from shared.bilingual import Bilingual
from shared.contracts.vocabulary import Purpose
from shared.runtime.errors import RequestRejected

FILE, PURPOSE = "file", "purpose"
_ESCAPED = re.compile("%(?:22|0D|0A)")
_ONE_FILE = Bilingual(
    "每次只能上传一个文件，字段为 file 和 purpose。", "One file at a time, in the fields file and purpose."
)
_A_FILE = Bilingual("表单须在字段 file 中含有一个文件。", "The form needs one file, in the field file.")
_LONGEST_NAME = 100
MultiPartParser.spool_max_size = UPLOAD_BYTES
"""A file is read whole in the end: on its way through a file on disk, each piece of it would cost a hop through a thread."""
Fault = dict[str, str]


def sent_name(file: UploadFile) -> str:
    """The file's name as its sender has it: browsers escape quotation marks and line ends, and nothing else (WHATWG)."""
    return _ESCAPED.sub(lambda found: chr(int(found[0][1:], 16)), file.filename or "file")


async def one_upload(request: Request) -> None:
    """Refuse (422) a form that is not one file and its purpose."""
    form = await request.form()
    faults = [*_of_a_file(form), *_of_a_purpose(form), *islice(_of_other_fields(form), MOST_ERRORS)]
    if faults:
        raise RequestRejected("validation_error", _ONE_FILE, faults, status=422)


async def one_file(request: Request) -> None:
    """Refuse (422) a form without exactly one file."""
    if faults := [*_of_a_file(await request.form())]:
        raise RequestRejected("validation_error", _A_FILE, faults, status=422)


def insist_on_files(form: FormData) -> None:
    """Refuse (422) a file that came as a text: it would be taken for none."""
    if faults := [_no_file() for value in form.getlist(FILE) if not isinstance(value, UploadFile) and value]:
        raise RequestRejected(
            "validation_error",
            Bilingual(faults[0]["message_zh"], faults[0]["message_en"]),
            faults,
            status=422,
        )


def _of_other_fields(form: FormData) -> Iterator[Fault]:
    for field in (name[:_LONGEST_NAME] for name in form if name not in (FILE, PURPOSE)):
        yield _fault(
            field, "unknown", f"未知的字段 {field}，只接受 file 和 purpose", f"{field} is not known; file and purpose are"
        )  # fmt: skip


def _of_a_file(form: FormData) -> Iterator[Fault]:
    given = form.getlist(FILE)
    if len(given) > 1:
        yield _fault(FILE, "duplicate", "file 只能出现一次", "file may come once")
    elif not given:
        yield _fault(
            FILE, "missing", "缺少文件：请在字段 file 中上传", "There is no file; send it in the field file"
        )
    elif not isinstance(given[0], UploadFile):
        yield _no_file()


def _of_a_purpose(form: FormData) -> Iterator[Fault]:
    given = form.getlist(PURPOSE)
    known = ", ".join(Purpose)
    if len(given) > 1:
        yield _fault(PURPOSE, "duplicate", "purpose 只能出现一次", "purpose may come once")
    elif not given:
        yield _fault(
            PURPOSE, "missing", f"缺少 purpose，可用：{known}", f"purpose is missing; one of {known}"
        )
    elif given[0] not in [*Purpose]:
        yield _fault(
            PURPOSE, "enum", f"未知的 purpose，可用：{known}", f"purpose is not known; one of {known}"
        )


def _no_file() -> Fault:
    return _fault(
        FILE, "not_a_file",
        "file 没有文件名，因此不是文件：请在该部分的 Content-Disposition 中写 filename=\"…\"（仅有 filename* 不够）",
        'file has no name, and so is no file: give filename="…" in its Content-Disposition (filename* alone is not enough)',
    )  # fmt: skip


def _fault(field: str, code: str, zh: str, en: str) -> Fault:
    return {"field": field, "code": code, "message_zh": zh, "message_en": en}
