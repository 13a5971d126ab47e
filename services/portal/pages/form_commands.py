"""How a page's form becomes a command: once, with its files, and its refusals beside the fields."""

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData, UploadFile
from ulid import ULID

from services.portal.api.attachments import keep_attachment
from services.portal.cases.command_client import CommandHead, head_of
from services.portal.context import Portal
from services.portal.http.forms import insist_on_files, sent_name
from services.portal.identity.sessions import User
from services.portal.pages.formatting import clock_time
from services.portal.pages.language import Lang, said
from services.portal.pages.rendering import onward, wants_json
from shared.bilingual import Bilingual
from shared.contracts.commands import FileChange
from shared.contracts.documents.cases import Case
from shared.contracts.texts import normalize
from shared.contracts.vocabulary import Purpose
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected

ONCE = "once"


def head(request: Request, user: User, case_id: str, form: Mapping[str, object] | None = None) -> CommandHead:
    """The head of a command; a form that comes twice with one `once` is one command."""
    return head_of(user, case_id, command_id(request, user, form or {}))


def command_id(request: Request, user: User, form: Mapping[str, object]) -> str:
    """Derived from the form's `once`, else a new one."""
    once = str(form.get(ONCE, ""))
    return sha256(f"{user.username} {request.url.path} {once}".encode()).hexdigest() if once else str(ULID())


def was_taken(request: Request, user: User, case: Case, form: Mapping[str, object]) -> bool:
    """Whether the command of this form was carried out already: it comes again because nobody heard the answer."""
    return command_id(request, user, form) in case.inbox


def text(form: FormData, name: str) -> str:
    """A typed field as it is kept (DOMAIN 1.8)."""
    value = form.get(name, "")
    return "" if isinstance(value, UploadFile) else normalize(str(value))


async def changed_files(request: Request, portal: Portal, user: User) -> FileChange:
    """What an upload form asks for: `file` (one or more) to be inspected and added, or `remove`."""
    form = await request.form()
    removed = text(form, "remove")
    if removed:
        return FileChange(remove=(removed,))
    purpose = Purpose(text(form, "purpose") or Purpose.EVIDENCE)
    insist_on_files(form)
    given = [file for file in form.getlist("file") if isinstance(file, UploadFile) and file.filename]
    if not given:
        raise RequestRejected(
            "validation_error", Bilingual("请先选择文件。", "Choose a file first."), status=422
        )
    added = [
        (await keep_attachment(portal, user, await file.read(), sent_name(file), purpose, str(ULID()))).id
        for file in given
    ]
    return FileChange(add=tuple(added))


def saved(request: Request, back: str) -> Response:
    """The answer to a change of files: for the page's script when it was, else back to the page."""
    if wants_json(request):
        return JSONResponse({"saved_at": clock_time(now()), "base_digests": {}})
    return onward(back)


def faults_of(refusal: RequestRejected, lang: Lang) -> dict[str, str]:
    """The red prompts of a refusal by field (DOMAIN A5); anything but faults of fields is raised again."""
    if refusal.code != "validation_error" or not refusal.errors:
        raise refusal
    faults: dict[str, str] = {}
    for each in (each if isinstance(each, dict) else asdict(each) for each in refusal.errors):
        faults.setdefault(each["field"], said(each, lang))
    return faults


def new_once() -> str:
    """For a form that is rendered now."""
    return str(ULID())
