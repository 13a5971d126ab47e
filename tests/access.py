"""Who may call which route: one row for every route of the portal, and everybody who may try (CONTRACT 3, DOMAIN 1.9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from simulator.files import pdf
from tests.api_client import FORM

PASSWORD = "a password for the matrix"
CONTACT = {"department": FORM["department"], "contact": FORM["contact"]}


class May(StrEnum):
    """Who may call a route."""

    ANYBODY = "anybody, signed in or not"
    SIGNED_IN = "officers and operators"
    OFFICER = "officers, of their own authority alone"
    OPERATOR = "operators"


class Caller(StrEnum):
    """Who tries; the right user comes last, because only they change anything."""

    NO_SESSION = "without a session"
    MALFORMED = "with a malformed token"
    UNKNOWN = "with a token of nobody"
    EXPIRED = "after the session's end"
    SIGNED_OUT = "after signing out"
    REVOKED = "after the sessions were revoked"
    DISABLED = "with a disabled account"
    STRANGER = "an officer of another authority"
    OTHER_ROLE = "somebody of the other role"
    RIGHT = "the right user"


SIGNED_IN = frozenset({Caller.STRANGER, Caller.OTHER_ROLE, Caller.RIGHT})


@dataclass(frozen=True, slots=True)
class AccessRow:
    """A route: who may, what its path stands for in the territory of `tests/flow/test_access_matrix.py`, how it answers.

    `answer` is the status for the right user: 409 and 422 too say that they were let in. `given` is a minimal request.
    """

    may: May
    answer: int
    path: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    at: str | None = None

    def status(self, caller: Caller) -> int:
        """What this caller is answered."""
        if self.may is May.ANYBODY:
            return self.answer
        if caller not in SIGNED_IN:
            return 401
        if caller is Caller.RIGHT:
            return self.answer
        if self.may is May.OPERATOR or (self.may is May.OFFICER and caller is Caller.OTHER_ROLE):
            return 403
        return 404 if caller is Caller.STRANGER and self.path else self.answer


def _case(name: str, **more: str) -> dict[str, str]:
    return {"case": name, **more}


API = "/api/v1"
_STAGES = f"{API}/cases/{{case}}/stages"
_OPS = f"{API}/ops"
_FILE = {"files": {"file": ("letter.pdf", pdf("matrix"))}, "data": {"purpose": "evidence"}}
_TEXT = {"json": {"text_en": "We agree."}}
_PUBLIC = {
    ("GET", f"{API}/openapi.json"): AccessRow(May.ANYBODY, 200),
    ("HEAD", f"{API}/openapi.json"): AccessRow(May.ANYBODY, 200),
    ("GET", f"{API}/docs"): AccessRow(May.ANYBODY, 200),
    ("GET", f"{API}/docs/oauth2-redirect"): AccessRow(May.ANYBODY, 200),
    ("GET", f"{API}/docs-assets"): AccessRow(May.ANYBODY, 200, at=f"{API}/docs-assets/swagger-ui.css"),
    ("POST", f"{API}/token"): AccessRow(
        May.ANYBODY, 200, given={"data": {"username": "matrix.officer", "password": PASSWORD}}
    ),
}
_ACCOUNT = {
    ("DELETE", f"{API}/token"): AccessRow(May.SIGNED_IN, 204),
    ("GET", f"{API}/me"): AccessRow(May.SIGNED_IN, 200),
    ("PUT", f"{API}/me/password"): AccessRow(
        May.SIGNED_IN, 422, given={"json": {"old": "not the password", "new": "another password"}}
    ),
    ("GET", f"{API}/catalogue"): AccessRow(May.SIGNED_IN, 200),
    ("GET", f"{API}/events"): AccessRow(May.SIGNED_IN, 200),
}
_CASES = {
    ("GET", f"{API}/worklist"): AccessRow(May.OFFICER, 200),
    ("GET", f"{API}/cases"): AccessRow(May.SIGNED_IN, 200),
    ("GET", f"{API}/cases.{{as_format}}"): AccessRow(May.SIGNED_IN, 200, at=f"{API}/cases.xlsx"),
    ("GET", f"{API}/cases/{{case}}"): AccessRow(May.SIGNED_IN, 200, _case("sent")),
    ("GET", f"{API}/cases/{{case}}/replies"): AccessRow(May.SIGNED_IN, 200, _case("sent")),
    ("GET", f"{API}/cases/{{case}}/timeline"): AccessRow(May.SIGNED_IN, 200, _case("sent")),
    ("GET", f"{_STAGES}/{{stage}}"): AccessRow(May.OFFICER, 200, _case("sent", stage="=application")),
}
_COMMANDS = {
    ("POST", f"{API}/attachments"): AccessRow(May.OFFICER, 201, given=_FILE),
    ("GET", f"{API}/attachments/{{attachment_id}}"): AccessRow(
        May.OFFICER, 200, {"attachment_id": "attachment"}
    ),
    ("POST", f"{API}/assessments"): AccessRow(May.OFFICER, 201, given={"json": FORM}),
    ("PUT", f"{API}/assessments/{{case}}"): AccessRow(May.OFFICER, 200, _case("draft"), {"json": FORM}),
    ("DELETE", f"{API}/assessments/{{case}}"): AccessRow(May.OFFICER, 200, _case("doomed")),
    ("POST", f"{API}/assessments/{{case}}/submit"): AccessRow(May.OFFICER, 202, _case("ready")),
    ("PUT", f"{_STAGES}/questionnaire"): AccessRow(
        May.OFFICER, 200, _case("questionnaire"), {"json": {"answers": {}}}
    ),
    ("POST", f"{_STAGES}/questionnaire/submit"): AccessRow(May.OFFICER, 422, _case("questionnaire")),
    ("GET", f"{_STAGES}/questionnaire/workbook"): AccessRow(May.OFFICER, 200, _case("questionnaire")),
    ("POST", f"{_STAGES}/questionnaire/workbook"): AccessRow(
        May.OFFICER, 422, _case("questionnaire"), {"files": {"file": ("answers.xlsx", b"no workbook")}}
    ),
    ("GET", f"{_STAGES}/questionnaire/questionnaire.pdf"): AccessRow(
        May.OFFICER, 200, _case("questionnaire")
    ),
    ("GET", f"{_STAGES}/questionnaire/earlier-answers"): AccessRow(May.OFFICER, 200, _case("questionnaire")),
    ("POST", f"{_STAGES}/questionnaire/earlier-answers/take"): AccessRow(
        May.OFFICER, 200, _case("questionnaire"), {"json": {}}
    ),
    **{
        ("POST", f"{_STAGES}/questionnaire/earlier-answers/{done}"): AccessRow(
            May.OFFICER, 200, _case("questionnaire"), {"json": {"questions": {}}}
        )
        for done in ("confirm", "put-back")
    },
    ("GET", f"{_STAGES}/questionnaire/submissions"): AccessRow(May.OFFICER, 200, _case("questionnaire")),
    ("GET", f"{_STAGES}/questionnaire/submissions/compare"): AccessRow(
        May.OFFICER, 404, _case("questionnaire"), {"params": {"from": 1, "to": "draft"}}
    ),
    ("GET", f"{_STAGES}/questionnaire/submissions/{{round}}"): AccessRow(
        May.OFFICER, 404, _case("questionnaire", round="=1")
    ),
    ("PUT", f"{_STAGES}/evaluation"): AccessRow(
        May.OFFICER, 409, _case("questionnaire"), {"json": {"statement": "Done."}}
    ),
    ("POST", f"{_STAGES}/evaluation/submit"): AccessRow(May.OFFICER, 409, _case("questionnaire")),
    ("POST", f"{_STAGES}/acceptance/{{answer}}"): AccessRow(
        May.OFFICER, 202, _case("check", answer="=agree"), {"json": CONTACT}
    ),
    ("POST", f"{_STAGES}/certificate_consultation/signatories"): AccessRow(
        May.OFFICER, 409, _case("sent"), {"json": {"attachments": []}}
    ),
    ("PUT", f"{_STAGES}/{{consultation}}"): AccessRow(
        May.OFFICER, 200, _case("consultation", consultation="=protocol_consultation"), _TEXT
    ),
    ("POST", f"{_STAGES}/{{consultation}}/reply"): AccessRow(
        May.OFFICER, 202, _case("consultation", consultation="=protocol_consultation")
    ),
}
_NEWS = {
    ("GET", f"{API}/notifications"): AccessRow(May.OFFICER, 200),
    ("POST", f"{API}/notifications/read-all"): AccessRow(May.OFFICER, 204),
    ("POST", f"{API}/notifications/{{notification_id}}/read"): AccessRow(
        May.OFFICER, 204, {"notification_id": "notification"}
    ),
}
_OPERATIONS = {
    ("GET", f"{_OPS}/receipts"): AccessRow(May.OPERATOR, 200),
    ("GET", f"{_OPS}/receipts/{{receipt_id:path}}"): AccessRow(May.OPERATOR, 200, {"receipt_id": "parked"}),
    ("POST", f"{_OPS}/receipts/{{receipt_id:path}}/replay"): AccessRow(
        May.OPERATOR, 202, {"receipt_id": "replayed"}
    ),
    ("POST", f"{_OPS}/receipts/{{receipt_id:path}}/dismiss"): AccessRow(
        May.OPERATOR, 202, {"receipt_id": "parked"}, {"json": {"why": "matrix"}}
    ),
    ("GET", f"{_OPS}/overview"): AccessRow(May.OPERATOR, 200),
    ("GET", f"{_OPS}/dead"): AccessRow(May.OPERATOR, 200),
    ("GET", f"{_OPS}/dead/{{dead_id}}"): AccessRow(May.OPERATOR, 200, {"dead_id": "dead"}),
    ("POST", f"{_OPS}/dead/{{dead_id}}/replay"): AccessRow(May.OPERATOR, 202, {"dead_id": "dead_again"}),
    ("POST", f"{_OPS}/dead/{{dead_id}}/dismiss"): AccessRow(
        May.OPERATOR, 202, {"dead_id": "dead"}, {"json": {"why": "matrix"}}
    ),
}
ROWS: dict[tuple[str, str], AccessRow] = {
    **_PUBLIC,
    **_ACCOUNT,
    **_CASES,
    **_COMMANDS,
    **_NEWS,
    **_OPERATIONS,
}


def address(path: str, row: AccessRow, territory: Mapping[str, str]) -> str:
    """The path with what its parameters stand for: a thing of the territory, or a word after `=`."""
    found = row.at or path.replace(":path}", "}")
    for name, meant in row.path.items():
        value = meant[1:] if meant.startswith("=") else territory[meant]
        found = found.replace(f"{{{name}}}", value)
    assert "{" not in found, f"{path} needs a row that says what its parameters stand for"
    return found
