"""What a page costs at the database, whatever it shows itself: who looks at it, and what stands around it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest
from ulid import ULID

from services.portal.app import prepare
from services.portal.cases.live import Live
from services.portal.cases.repository import CaseRepository
from services.portal.context import Portal
from services.portal.identity import authorities
from services.portal.identity.seals import Seals
from services.portal.identity.sessions import begin_session
from services.portal.identity.sign_in import SignIn
from services.portal.pages.request_context import SESSION_COOKIE
from services.portal.web import make_app
from services.questionnaire.catalogue import load
from shared.contracts.parts import ApplicationForm
from shared.contracts.vocabulary import Kind, Role, Status
from shared.lifecycle.case import new_case
from shared.lifecycle.cases import Cases
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.clock import now
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store
from tests.flow.test_budget import SentCommands
from tests.people import add_account

KEYS = (b"k" * 32,)
VISITOR = ["find sessions", "find accounts", "find authorities"]
AROUND = ["count notifications", "find cases", "find cases", "find time_limits"]
"""The count of news, and that of tasks with how many are overdue; what a page reads too is not asked for again."""


@dataclass
class CountedDesk:
    """A portal in this process, with an officer and an operator who are signed in."""

    store: Store
    client: httpx.AsyncClient
    counted: SentCommands
    sessions: dict[Role, str]

    async def costs(self, path: str, role: Role = Role.OFFICER) -> list[str]:
        """The commands that a page sends; the first look of a minute notes that the session is used, which is no page's doing."""
        headers = {"Cookie": f"{SESSION_COOKIE}={self.sessions[role]}"}
        for _ in range(2):
            del self.counted.names[:]
            answer = await self.client.get(path, headers=headers)
            assert answer.status_code == 200, answer.text
        return [*self.counted.names]


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[CountedDesk]:
    counted, nothing = SentCommands(), cast(Any, None)
    async with AsyncExitStack() as held:
        store = open_store(settings.model_copy(update={"mongo_database": f"page-{ULID()}"}), [counted])
        held.push_async_callback(store.close)
        await prepare(store)
        await authorities.add_authority(store, "AW-01", "AW", "阿鲁巴", "Aruba", ["aquatic"])
        sessions = {
            role: await begin_session(store, await add_account(store, role.value, role, "a long password", code), page=True)
            for role, code in ((Role.OFFICER, "AW-01"), (Role.OPERATOR, None))
        }  # fmt: skip
        entrance = SignIn(store, KEYS)
        portal = Portal(
            store=store, objects=nothing, cases=CaseRepository(store), commands=nothing, live=Live(),
            questionnaires=QuestionnaireRepository(store), sign_in=entrance, pdf=nothing, factors=entrance.factors,
            seals=Seals.of(KEYS), public_url="", mails=False,
        )  # fmt: skip
        transport = httpx.ASGITransport(app=make_app(portal, ""))
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", trust_env=False)
        yield CountedDesk(store, await held.enter_async_context(client), counted, sessions)


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/account/news", ["find news_choices"]),
        ("/notifications", ["count notifications", "find notifications"]),
        (
            "/assessments",
            ["count cases", *["find cases"] * 3, "find saved_filters"],
        ),  # two parts of the list, and its foods
        ("/", ["aggregate cases", "find visits", "update visits"]),
    ],
)
async def test_an_officers_page_costs_seven_commands_and_its_own(
    desk: CountedDesk, path: str, own: list[str]
) -> None:
    sent = await desk.costs(path)

    assert sent[:3] == VISITOR
    assert sorted(sent[3:]) == sorted([*AROUND, *own])


async def test_a_cases_page_reads_the_time_limits_once(desk: CountedDesk) -> None:
    draft = new_case(
        case_id=str(ULID()), kind=Kind.ASSESSMENT, authority="AW-01", country="AW", case_no=None, status=Status.DRAFT, at=now(),
        header={"category": "aquatic", "specific": ["wild"], "overview": "Wild fish"},
        stage_data={"form": ApplicationForm().model_dump(), "attachments": []},
    )  # fmt: skip
    assert await Cases(desk.store).begin(draft)

    assert (await desk.costs(f"/cases/{draft.id}/application")).count("find time_limits") == 1


async def test_a_questionnaire_that_was_never_submitted_costs_two_commands_for_earlier_answers(
    desk: CountedDesk,
) -> None:
    await QuestionnaireRepository(desk.store).publish(load().values())
    aquatic = load()["aquatic"]
    stage = {
        "status": "draft", "entered_at": now(), "answers": {}, "open_required": [], "materials_only": False,
        "questionnaires": [{"code": aquatic.code, "version": aquatic.version}],
    }  # fmt: skip
    case = new_case(
        case_id=str(ULID()), kind=Kind.ASSESSMENT, authority="AW-01", country="AW", case_no="202611000000000009",
        status=Status.DRAFT, at=now(), header={"category": "aquatic", "specific": ["wild"], "overview": "Wild fish"},
        stage_data={"form": ApplicationForm().model_dump(), "attachments": []},
    )  # fmt: skip
    stages = {**case.document["stages"], "questionnaire": stage}
    opened = case.changed(stage="questionnaire", status="draft", stages=stages)
    assert await Cases(desk.store).begin(opened)
    path = f"/cases/{case.id}/questionnaire"

    unsubmitted = await desk.costs(path)
    change = {"$set": {"stages.questionnaire.submitted_at": now()}}
    await desk.store.collection("cases").update_one({"_id": case.id}, change)
    submitted = await desk.costs(path)

    assert sorted(unsubmitted) == sorted([*submitted, "find cases", "find cases"])


async def test_an_operators_page_costs_two_commands_and_its_own(desk: CountedDesk) -> None:
    assert await desk.costs("/ops/audit", Role.OPERATOR) == [*VISITOR[:2], "count audit", "find audit"]
