"""What a flow test works with: an officer and an operator at the HTTP API, and customs at the queues."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
from ulid import ULID

from deploy.demo.answers import answer_to, questions_of
from deploy.local.system import RunningSystem
from services.portal.identity import authorities
from shared.contracts.vocabulary import Role
from shared.runtime.store import Store
from simulator.customs import CHECK, SimulatedCustoms
from simulator.customs_xml import Declaration
from simulator.files import pdf
from tests.people import add_account

Json = dict[str, Any]
MOVES_SECONDS = 20.0
SCOPE = ("aquatic", "meat.beef", "milling_malt", "nuts_seeds")
_NUMBER = count(1)
FORM: Json = {
    "category": "aquatic", "specific": ["farmed"], "department": "Veterinary Service",
    "contact": {
        "name": "Maria Croes", "title": "Director", "phone": {"country": "297", "area": "", "number": "5850200"},
        "email": "maria@example.aw",
    },
    "overview": "沙丁鱼 sardine Sardina pilchardus",
}  # fmt: skip


def a_check(authority: str) -> Json:
    """The body of CHECK_INITIATED for farmed aquatic products."""
    return {**CHECK, "authority_code": authority, "category": "aquatic", "specific": ("farmed",)}


class Person:
    """Somebody at the HTTP API."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def sign_in(self, username: str, password: str) -> None:
        answer = await self.client.post("/token", data={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        self.client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def ask(self, method: str, path: str, status: int = 200, **given: Any) -> Any:
        """Ask, and insist on the status of the answer."""
        answer = await self.client.request(method, path, **given)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def upload(
        self, name: str = "letter.pdf", data: bytes | None = None, purpose: str = "evidence"
    ) -> str:
        files = {"file": (name, pdf("test") if data is None else data)}
        return str(
            (await self.ask("POST", "/attachments", 201, files=files, data={"purpose": purpose}))["id"]
        )

    async def stands(self, case: str, stage: str, status: str) -> Json:
        """The header of the case once it stands there."""
        header: Json = {}
        try:
            async with asyncio.timeout(MOVES_SECONDS):
                while (header.get("stage"), header.get("status")) != (stage, status):
                    header = await self.ask("GET", f"/cases/{case}")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(
                f"{case} at {header['stage']}/{header['status']}, not {stage}/{status}"
            ) from None
        return header


@dataclass
class World:
    """One authority's officer, an operator, and customs."""

    customs: SimulatedCustoms
    officer: Person
    operator: Person
    authority: str
    username: str
    password: str
    operators_name: str

    async def draft(self, **changed: Any) -> str:
        """A complete draft; its id."""
        letter = await self.officer.upload(purpose="application_letter")
        body = {**FORM, "attachments": [letter], **changed}
        return str((await self.officer.ask("POST", "/assessments", 201, json=body))["id"])

    async def submitted(self, **changed: Any) -> tuple[str, str]:
        """An application that customs' queue holds; its number and its declaration's MessageId."""
        case = await self.draft(**changed)
        number = (await self.officer.ask("POST", f"/assessments/{case}/submit", 202))["case_no"]
        declaration = await self.customs.next_declaration(type="APPLICATION", case_no=number)
        await self.officer.stands(number, "application", "sent")
        return number, declaration.message_id

    async def questionnaire_opened(self, **changed: Any) -> str:
        """An assessment whose questionnaire is to be answered; its number."""
        number, declaration = await self.submitted(**changed)
        await self.receipt("RECEIVED", number, "application", in_reply_to=declaration)
        await self.receipt("QUESTIONNAIRE_OPENED", number, "questionnaire")
        await self.officer.stands(number, "questionnaire", "pending")
        return number

    async def answered(self, number: str) -> str:
        """Answer every question and submit; the declaration's MessageId."""
        return (await self.declared_answers(number)).message_id

    async def declared_answers(self, number: str) -> Declaration:
        """Answer every question and submit; the declaration."""
        stage = await self.officer.ask("GET", f"/cases/{number}/stages/questionnaire")
        answers = {q["id"]: await answer_to(self.officer, q) for q in questions_of(stage)}
        await self.officer.ask("PUT", f"/cases/{number}/stages/questionnaire", json={"answers": answers})
        await self.officer.ask("POST", f"/cases/{number}/stages/questionnaire/submit", 202)
        return await self.customs.next_declaration(type="QUESTIONNAIRE_ANSWERS", case_no=number)

    async def receipt(
        self, type: str, number: str, stage: str, *, outcome: str = "APPLIED", **given: Any
    ) -> str:
        """Send a receipt and wait for its acknowledgement; its MessageId."""
        message_id = await self.customs.send(type, number, stage, **given)
        ack = await self.customs.ack_of(message_id)
        assert ack.outcome == outcome, ack
        return message_id

    async def notification_of(self, number: str) -> Json:
        """The newest entry of a case in the officer's inbox, once there is one."""
        async with asyncio.timeout(MOVES_SECONDS):
            while True:
                told = await self.officer.ask("GET", "/notifications", params={"size": 100})
                for each in told["items"]:
                    if each["case_no"] == number:
                        return dict(each)
                await asyncio.sleep(0.02)

    async def check_initiated(self) -> str:
        """A retrospective check that waits for an answer; its number."""
        number = str(ULID())
        await self.receipt("CHECK_INITIATED", number, "acceptance", **a_check(self.authority))
        await self.officer.stands(number, "acceptance", "pending")
        return number

    async def check_opened(self, **given: Any) -> str:
        """A retrospective check that was agreed to and whose questionnaire is to be answered; its number."""
        number = await self.check_initiated()
        path = f"/cases/{number}/stages/acceptance/agree"
        await self.officer.ask("POST", path, 202, json={"contact": FORM["contact"]})
        agreed = await self.customs.next_declaration(type="CHECK_ANSWER", case_no=number)
        await self.receipt("RECEIVED", number, "acceptance", in_reply_to=agreed.message_id)
        await self.receipt("QUESTIONNAIRE_OPENED", number, "questionnaire", **given)
        await self.officer.stands(number, "questionnaire", "pending")
        return number

    async def signed(self, number: str) -> None:
        """From the questionnaire on: consulted, signed, announced; the certificate consultation is opened."""
        await self.receipt("CONSULTATION_OPENED", number, "protocol_consultation", text_zh="议定书草案")
        await self.signed_from_consultation(number)

    async def signed_from_consultation(self, number: str) -> None:
        """The same from the open protocol consultation on."""
        await self.replied(number, "protocol_consultation")
        await self.receipt("CONSULTATION_COMPLETED", number, "protocol_consultation")
        files = [("protocol.pdf", pdf("protocol"))]
        await self.receipt("PROTOCOL_SIGNED", number, "protocol_signing", attachments=files)
        about = {"announcement_no": "2026-1", "title": "公告", "published_on": "2026-11-01"}
        await self.receipt("ANNOUNCEMENT_PUBLISHED", number, "announcement", **about)
        await self.receipt("CONSULTATION_OPENED", number, "certificate_consultation", text_en="certificate")

    async def certificate_agreed(self) -> str:
        """Everything until the certificate consultation is completed, when signatories can be declared; the case's number."""
        number = await self.questionnaire_opened()
        await self.answered(number)
        await self.signed(number)
        await self.replied(number, "certificate_consultation")
        await self.receipt("CONSULTATION_COMPLETED", number, "certificate_consultation")
        return number

    async def replied(self, number: str, stage: str, **texts: str) -> str:
        """Answer the consultation; the declaration's MessageId."""
        await self.officer.ask(
            "PUT", f"/cases/{number}/stages/{stage}", json=texts or {"text_en": "We agree."}
        )
        await self.officer.ask("POST", f"/cases/{number}/stages/{stage}/reply", 202)
        return (await self.customs.next_declaration(type="CONSULTATION_REPLY", case_no=number)).message_id


@asynccontextmanager
async def a_world(
    system: RunningSystem, customs: SimulatedCustoms, store: Store, scope: Sequence[str] = SCOPE
) -> AsyncIterator[World]:
    """A new authority, with new accounts that are signed in at the API."""
    code, password = f"T{next(_NUMBER)}-{secrets.token_hex(2)}".upper(), secrets.token_urlsafe(16)
    await authorities.add_authority(store, code, "AW", "阿鲁巴", "Aruba", scope)
    officer, operator = f"officer.{code}".lower(), f"operator.{code}".lower()
    await add_account(store, officer, Role.OFFICER, password, code)
    await add_account(store, operator, Role.OPERATOR, password)
    url = f"{system.portal_url}/api/v1"
    async with (
        httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as first,
        httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as second,
    ):
        people = Person(first), Person(second)
        for person, name in zip(people, (officer, operator), strict=True):
            await person.sign_in(name, password)
        yield World(
            customs, *people, authority=code, username=officer, password=password, operators_name=operator,
        )  # fmt: skip
