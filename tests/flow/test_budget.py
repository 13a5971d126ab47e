"""What a receipt, a submission and a saved answer cost: commands to the database by a listener, publishes by a fake broker.

The gateway and three services of stages are in this process, wired as their app.py wire them, at the real database.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import TypeAdapter
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from ulid import ULID

from services.customs_gateway.app import prepare as prepare_gateway
from services.intake.app import prepare as prepare_intake
from services.intake.commands import Checks, IntakeCommands
from services.intake.repository import ScopeRepository
from services.intake.updates import RECORDS
from services.questionnaire.app import prepare as prepare_questionnaire
from services.questionnaire.updates import records
from shared.contracts.commands import FileChange, SaveAnswers, SaveApplication, SubmitApplication
from shared.contracts.documents.cases import Case
from shared.contracts.events import ReceiptSettled, SubmissionDeclared
from shared.contracts.facts import CaseFact, Fact, is_ours
from shared.contracts.parts import ApplicationForm
from shared.contracts.questionnaires import Answer
from shared.contracts.replies import CaseAnswer
from shared.contracts.topology import EVENTS, RECEIPT_SETTLED, SUBMISSION_DECLARED, fact_key
from shared.contracts.vocabulary import Purpose
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.cases import Cases
from shared.questionnaires.repository import QuestionnaireRepository
from shared.runtime.broker import Published
from shared.runtime.delivery import Delivery
from shared.runtime.objects import Objects
from shared.runtime.outbox import Relay
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store
from tests.api_client import FORM
from tests.gateway import Gateway, Queues
from tests.property.messages import a_receipt

AUTHORITY = "AW-01"
FACTS: TypeAdapter[CaseFact] = TypeAdapter(Fact)
DRIVERS = pytest.mark.parametrize("driver", ["motor", "pymongo"])


class SentCommands(CommandListener):
    """The commands that were sent since `names` was emptied."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name not in ("hello", "ping", "endSessions"):
            self.names.append(f"{event.command_name} {event.command[event.command_name]}")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


class EverythingThere(Objects):
    """Every file has been handed out to customs before."""

    def __init__(self) -> None:
        pass

    async def stat(self, key: str) -> Any:
        return key


class Exchange(Queues):
    """One process's way to the broker, which hands out every message at once.

    `turns` counts the publishes that waited for the one before: those that go out together are one turn.
    """

    def __init__(self, office: "Office") -> None:
        super().__init__()
        self._office, self._under_way = office, 0
        self.turns = 0
        self.held: set[str] = set()
        """The keys of messages that nobody gets for now."""

    async def publish(self, exchange: str, key: str, body: bytes, **given: Any) -> Published:
        self.turns += not self._under_way
        self._under_way += 1
        if key not in self.held:
            self._office.begin(self._office.deliver(exchange, key, body))
        await asyncio.sleep(0)
        self._under_way -= 1
        return await super().publish(exchange, key, body, **given)


@dataclass
class Office:
    """The gateway, intake and questionnaire."""

    store: Store
    counted: SentCommands
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.cases = Cases(self.store)
        self.exchanges = {name: Exchange(self) for name in ("customs_gateway", "intake", "questionnaire")}
        self.relays: list[Relay] = []
        self.gateway = Gateway(self.store, EverythingThere(), self.exchanges["customs_gateway"])
        self.library = QuestionnaireRepository(self.store)
        self.lifecycles = {
            "intake": self._lifecycle("intake", RECORDS),
            "questionnaire": self._lifecycle("questionnaire", records(self.library)),
        }
        self.commands = IntakeCommands(self.lifecycles["intake"], self.cases)

    def _lifecycle(self, name: str, written: Any) -> Lifecycle:
        relay = Relay(self.cases.collection, self.exchanges[name], name)
        self.relays.append(relay)
        opening = Checks(ScopeRepository(self.store)).open if name == "intake" else None
        return Lifecycle(name, self.cases, self.exchanges[name], relay, written, opening)

    def begin(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def deliver(self, exchange: str, key: str, body: bytes) -> None:
        """What the consumer of a message does."""
        if exchange != EVENTS:
            return
        for name, lifecycle in self.lifecycles.items():
            if key == fact_key(name):
                await lifecycle.advance(FACTS.validate_json(body))
        if key == SUBMISSION_DECLARED:
            submitted = SubmissionDeclared.model_validate_json(body)
            await self.gateway.sender.keep(submitted, Delivery(str(ULID())))
        if key == RECEIPT_SETTLED:
            settled = ReceiptSettled.model_validate_json(body)
            ledger = self.gateway.sender if is_ours(settled.message_id) else self.gateway.processor
            await ledger.settle(settled)

    async def rest(self) -> None:
        """Until every message was handled, and everything taken out that was confirmed."""
        while True:
            await self.gateway.idle()
            busy = [*self._tasks, *(task for relay in self.relays for task in relay._busy.values())]
            if not busy:
                return
            await asyncio.wait(busy)
            await asyncio.sleep(0)

    async def hears(
        self, message_id: str, case_no: str, kind: str = "ACCEPTED", stage: str = "application"
    ) -> None:
        """A receipt comes, and all that follows."""
        xml = a_receipt(message_id, case_no, kind).replace(b"<Stage>application", f"<Stage>{stage}".encode())
        if kind == "QUESTIONNAIRE_OPENED":
            xml = xml.replace(b"<Body/>", b"<Body><MaterialsOnly>false</MaterialsOnly></Body>")
        await self.gateway.processor.store(xml, Delivery(str(ULID())))
        await self.rest()

    async def submitted(self) -> str:
        """The number of an application that is with customs, and of which the case knows."""
        answer = await self.submits(await self.drafted())
        await self.rest()
        return str(answer.case_no)

    async def drafted(self) -> str:
        """The id of an application that is complete."""
        head = self._head(case_id := str(ULID()))
        letter: dict[str, Any] = {
            "_id": str(ULID()), "authority": AUTHORITY, "name": "letter.pdf", "media_type": "application/pdf", "size": 9,
            "sha256": "0" * 64, "purpose": Purpose.APPLICATION_LETTER.value,
        }  # fmt: skip
        await self.store.collection("attachments").insert_one(letter)
        form, files = ApplicationForm.model_validate(FORM), FileChange(add=(letter["_id"],))
        await self.commands.carry_out(
            SaveApplication(**head, form=form, scope=("farmed",), country="AW", files=files)
        )
        await self.rest()
        return case_id

    async def submits(self, case_id: str) -> CaseAnswer:
        return await self.commands.carry_out(SubmitApplication(**self._head(case_id), scope=("farmed",)))

    def _head(self, case_id: str) -> dict[str, Any]:
        return {"command_id": str(ULID()), "authority": AUTHORITY, "by": "officer", "case_id": case_id}

    async def answers(self, case_no: str, version: int) -> CaseAnswer:
        """One question is answered."""
        found = await self.cases.collection.find_one({"case_no": case_no})
        assert found is not None
        case = Case(found)
        (asked, *_) = self.lifecycles["questionnaire"]._records[SaveAnswers].__self__.asked(case)  # type: ignore[attr-defined]
        question = next(each for part in asked.parts for each in part.questions if each.kind == "text")
        command = SaveAnswers(
            **self._head(case.id), answers={question.id: Answer(value=f"answer {version}", version=version)}
        )
        with self.costs(2):
            return await self.lifecycles["questionnaire"].carry_out(command)

    @contextmanager
    def costs(self, most: int) -> Iterator[None]:
        """What is done within sends at most so many commands."""
        del self.counted.names[:]
        yield
        assert len(self.counted.names) <= most, self.counted.names


@pytest.fixture
async def office(settings: Settings, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    counted = SentCommands()
    driver = getattr(request, "param", "motor")
    own = settings.model_copy(update={"mongo_driver": driver, "mongo_database": f"budget-{ULID()}"})
    store = open_store(own, [counted])
    for prepare in (prepare_gateway, prepare_intake, prepare_questionnaire):
        await prepare(store)
    made = Office(store, counted)
    await made.library.load()
    yield made
    await store.close()


@pytest.mark.parametrize("office", ["motor", "pymongo"], indirect=True)
async def test_an_applied_receipt_costs_six_commands_and_four_publishes(office: Office) -> None:
    number = await office.submitted()
    for each in office.exchanges.values():
        each.turns, each.sent = 0, []

    with office.costs(6):
        await office.hears("R-1", number, "ACCEPTED")

    assert office.gateway.outcomes() == [("APPLIED", None)]
    assert sum(len(each.sent) for each in office.exchanges.values()) == 4
    assert max(each.turns for each in office.exchanges.values()) <= 2, "each waits for at most one before it"


async def test_a_duplicate_costs_two_commands(office: Office) -> None:
    number = await office.submitted()
    await office.hears("R-1", number, "ACCEPTED")

    with office.costs(2):
        await office.hears("R-1", number, "ACCEPTED")

    assert office.gateway.outcomes() == [("APPLIED", None), ("DUPLICATE", None)]


async def test_a_receipt_that_comes_too_early_costs_five_commands_and_is_applied_as_soon_as_it_can_be(
    office: Office,
) -> None:
    number = await office.submitted()
    await office.hears("R-1", number, "APPROVED")
    with office.costs(5):
        await office.hears("R-9", number, "ACCEPTED", "questionnaire")
    assert (await office.gateway.entry("R-9"))["state"] == "deferred"

    await office.hears("R-2", number, "QUESTIONNAIRE_OPENED", "questionnaire")

    asked = [fact["message_id"] for fact in office.gateway.facts()]
    assert asked.count("R-9") == 2, "it is asked for again, since the case knows that one waits"


async def test_a_submission_costs_seven_commands_until_it_is_with_customs(office: Office) -> None:
    case_id = await office.drafted()
    office.exchanges["customs_gateway"].held.add(fact_key("intake"))

    with office.costs(7):
        await office.submits(case_id)
        await office.rest()

    assert len(office.gateway.declarations()) == 1


async def test_an_answer_costs_two_commands(office: Office) -> None:
    number = await office.submitted()
    await office.hears("R-1", number, "QUESTIONNAIRE_OPENED", "questionnaire")
    for version in range(2):
        await office.answers(number, version)
        await office.rest()  # the first answer moves the case: handing that over is not the second one's cost
