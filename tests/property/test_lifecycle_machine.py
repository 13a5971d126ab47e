"""One case under every order of commands, facts, outages, crashes and pauses that hypothesis thinks of (F20, G2, G3, G5).

DOMAIN 1.2 to 1.5: two processes of every service work on it; what they write is replayed through the pure decision.
"""

from collections.abc import Iterator

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.contracts.commands import CaseCommand
from shared.contracts.facts import CaseFact
from shared.contracts.replies import CaseAnswer
from shared.contracts.vocabulary import COMMANDS as COMMAND_CAUSES
from shared.contracts.vocabulary import Cause, Kind, Outcome, Stage
from shared.lifecycle.decide import Trigger
from shared.lifecycle.rules import ANSWERS, ROWS
from shared.runtime.errors import RequestRejected
from tests.extent import at_most
from tests.property.case_model import Casebook
from tests.property.profile import run
from tests.property.replicas import Replicas, a_draft
from tests.property.sample_messages import COMMANDS, FACTS, Command, Fact, a_command, a_fact
from tests.property.scheduler import How, Loop, Release, Room, own_time, set_clock

CASE, CHECK = "01JBXXXXXXXXXXXXXXXXXXXXXX", "01JBYYYYYYYYYYYYYYYYYYYYYY"
_HOWS = (*[How.DONE] * 5, *How)
_RELEASES = [Release(how, which) for how in _HOWS for which in range(3)]
releases = st.lists(st.sampled_from(_RELEASES), max_size=5)
TICKS = (
    "to 0",
    "to 0",
    "to 1",
    "to 1",
    "last to 0",
    "last to 1",
    "sweep 0",
    "sweep 1",
    "early ones again",
    "repeat",
)
ticks = st.lists(st.sampled_from(TICKS), max_size=5)
either = st.integers(0, 1)
mostly = st.sampled_from((True, True, True, False))
REPLIES = ("last", "last", "last", "none", "first", "unknown", "signatories")
NO_NUMBER = "none yet"
PAUSE = 30.0
DRAIN = 60

_SUBMITTED = (Cause.DECLARATION_SENT, Cause.RECEIVED)
WAY: tuple[tuple[Cause, Stage], ...] = tuple(
    (cause, stage)
    for stage, causes in {
        Stage.APPLICATION: (Cause.SUBMIT, *_SUBMITTED),
        Stage.QUESTIONNAIRE: (Cause.QUESTIONNAIRE_OPENED, Cause.SAVE, Cause.SUBMIT, *_SUBMITTED),
        Stage.EVALUATION: (Cause.RECTIFICATION_REQUIRED, Cause.SUBMIT, Cause.APPROVED),
        Stage.PROTOCOL_CONSULTATION: (Cause.CONSULTATION_OPENED, Cause.REPLY, Cause.CONSULTATION_COMPLETED),
        Stage.PROTOCOL_SIGNING: (Cause.PROTOCOL_SIGNED,),
        Stage.ANNOUNCEMENT: (Cause.ANNOUNCEMENT_PUBLISHED,),
        Stage.CERTIFICATE_CONSULTATION: (
            Cause.CONSULTATION_OPENED, Cause.REPLY, Cause.CONSULTATION_COMPLETED, Cause.ADD_SIGNATORIES,
        ),
        Stage.CERTIFICATE_CONFIRMATION: (Cause.CERTIFICATE_CONFIRMED,),
    }.items()
    for cause in causes
)  # fmt: skip
"""How a case comes to its end; an example begins somewhere on it."""


class LifecycleMachine(RuleBasedStateMachine):
    """Offices at work on one case; the rules are what the world does to them."""

    loop: Loop

    def __init__(self) -> None:
        super().__init__()
        self.loop.errors.clear()
        self.room = Room(self.loop)
        set_clock(self.room)
        self.building = Replicas(self.room)
        self.book = Casebook(self.building)
        self.facts: list[CaseFact] = []
        self.commands: list[CaseCommand] = []
        self.failed = False

    @initialize(kind=st.sampled_from(Kind), come=st.sampled_from((0, 0, 0, *range(len(WAY) + 1))))
    def a_case_has_come_some_way(self, kind: Kind, come: int) -> None:
        office = self.building.offices[0]
        if kind is Kind.RETROSPECTIVE:
            self._send((Cause.CHECK_INITIATED, Stage.ACCEPTANCE, None), None)
        else:
            draft = a_draft(CASE)
            self.room.spawn(
                office.process, office.lifecycles["intake"].begin(draft, "C-0", Cause.SAVE, "officer")
            )
        self.building.deliver(0, 0)
        for step in WAY[:come]:
            cause, stage = step
            if stage is Stage.APPLICATION and kind is Kind.RETROSPECTIVE:
                cause, stage = (Cause.AGREE if cause is Cause.SUBMIT else cause), Stage.ACCEPTANCE
            if cause in COMMAND_CAUSES:
                self._command((cause, stage), 0, iter(()))
            else:
                self._send((cause, stage, None), self._declaration((cause, stage, None), "last"))
                self.building.deliver(-1, 0)

    @rule(which=st.integers(0, 30), likely=mostly, to=either, ticks=ticks, releases=releases)
    def an_officer_acts(
        self, which: int, likely: bool, to: int, ticks: list[str], releases: list[Release]
    ) -> None:
        stage = self.book.model.stage if self.book.model else Stage.APPLICATION
        fitting = [each for each in COMMANDS if each[1] is stage]
        choices = fitting if likely and fitting else COMMANDS
        ends = iter(releases)
        self._command(choices[which % len(choices)], to, ends)
        self._turn(ticks, ends)

    def _command(self, choice: Command, to: int, ends: Iterator[Release]) -> None:
        command_id, case_id = f"C-{len(self.commands) + 1}", self.book.case["_id"] if self.book.case else CASE
        self.book.known[command_id] = Trigger(command_id, *choice)
        self.commands.append(a_command(command_id, case_id, choice))
        self.building.command(self.commands[-1], to, ends)

    @precondition(lambda self: self.commands)
    @rule(which=st.integers(0, 5), to=either, releases=releases)
    def an_officer_tries_again(self, which: int, to: int, releases: list[Release]) -> None:
        self.building.command(self.commands[-1 - which % len(self.commands)], to, iter(releases))

    @rule(
        which=st.integers(0, 60),
        likely=mostly,
        reply=st.sampled_from(REPLIES),
        ticks=ticks,
        releases=releases,
    )
    def something_is_said_of_the_case(
        self, which: int, likely: bool, reply: str, ticks: list[str], releases: list[Release]
    ) -> None:
        stands = (self.book.model.stage, self.book.model.status) if self.book.model else None
        fitting = [
            (row.message, row.subject, row.result)
            for row in ROWS
            if (row.current_stage, row.current_status) == stands
            and row.message not in (*COMMAND_CAUSES, *_ENDS)
        ]
        choices = fitting if likely and fitting else FACTS
        said = choices[which % len(choices)]
        if said[0] is Cause.CHECK_INITIATED and self._number() == NO_NUMBER:
            return  # it would be another case
        self._send(said, self._declaration(said, reply))
        self._turn(ticks, iter(releases))

    @rule(ticks=ticks, releases=releases)
    def the_world_goes_on(self, ticks: list[str], releases: list[Release]) -> None:
        self.loop.at += PAUSE
        self._turn([*ticks, "to 0"], iter(releases))

    @precondition(lambda self: any(each.process.paused for each in self.building.offices))
    @rule(releases=releases)
    def a_paused_process_goes_on(self, releases: list[Release]) -> None:
        self._go_on()
        self.room.play(iter(releases))

    def _go_on(self) -> None:
        for each in self.building.offices:
            each.process.paused = False

    @rule(which=either, made=st.integers(0, 2))
    def a_process_is_killed(self, which: int, made: int) -> None:
        self.building.kill(which, made)

    @rule()
    def the_exchange_goes_or_comes_back(self) -> None:
        self.building.post.closed ^= True

    @invariant()
    def the_case_is_as_the_rules_say(self) -> None:
        self.failed = True
        self.book.look()
        case, post = self.book.case, self.building.post
        for message_id in self.building.acknowledged:
            taken = message_id in self.book.applied
            assert taken or message_id in post.settled, f"{message_id} was dropped in silence"
        for command_id, answer in self.building.answered.items():
            if isinstance(answer, RequestRejected):
                assert command_id not in self.book.applied, f"{command_id} was refused, and applied"
            else:
                self._kept(command_id, answer)
        for message_id, outcomes in post.settled.items():
            if Outcome.APPLIED in outcomes or Outcome.DUPLICATE in outcomes:
                assert message_id in self.book.applied, f"{message_id} was not applied"
        assert case is None or case["_id"] in (CASE, self.book.case and self.book.case["_id"])
        self.failed = False

    def _kept(self, command_id: str, answer: CaseAnswer) -> None:
        cause = self.book.known[command_id].cause
        if cause not in (Cause.SAVE, Cause.DISCARD):
            assert command_id in self.book.applied, f"{command_id} was answered, and is not applied"
            assert answer.case_no, "what was submitted has a number"

    def teardown(self) -> None:
        try:
            if not self.failed:
                self._drain()
                self.the_case_is_as_the_rules_say()
                self.book.all_told()
                told = {*self.building.post.settled}
                assert {fact.message_id for fact in self.facts} <= told, (
                    "every fact has an outcome that was told"
                )
        finally:
            self.room.empty()

    def _send(self, said: Fact, in_reply_to: str | None) -> None:
        cause, stage, result = said
        message_id = f"F-{len(self.facts)}"
        case_no = self._number()
        self.book.known[message_id] = Trigger(message_id, cause, stage, in_reply_to, result)
        self.facts.append(a_fact(message_id, case_no, said, in_reply_to))
        self.building.waiting.append(self.facts[-1])

    def _number(self) -> str:
        if self.book.case is None:
            return NO_NUMBER if self.book.gone else CHECK
        return str(self.book.case["case_no"] or NO_NUMBER)

    def _declaration(self, said: Fact, reply: str) -> str | None:
        made = [each for each in (self.book.case or {}).get("submissions", ()) if each["stage"] == said[1]]
        signatories = [each["id"] for each in made if each["type"] == "SIGNATORIES"]
        others = [each["id"] for each in made if each["type"] != "SIGNATORIES"]
        if reply == "signatories" and signatories:
            return str(signatories[-1])
        if reply == "unknown":
            return "D-unknown"
        if reply == "none" or said[0] not in ANSWERS or not others:
            return None
        return str(others[0 if reply == "first" else -1])

    def _turn(self, ticks: list[str], ends: Iterator[Release]) -> None:
        """Queues deliver, relays look for what is left; calls go by `ends` all the while."""
        building = self.building
        for tick in ticks:
            match tick.split():
                case ["to", to]:
                    building.deliver(0, int(to), ends)
                case ["last", "to", to]:
                    building.deliver(-1, int(to), ends)
                case ["sweep", which]:
                    building.sweep(int(which), ends)
                case ["early", *_]:
                    building.waiting.extend(self._early())
                case ["repeat"]:
                    building.waiting.extend(self.facts[-2:])
        self.room.play(ends)

    def _early(self) -> list[CaseFact]:
        """Facts that came too early and were not applied since: the gateway sends them again."""
        settled = self.building.post.settled
        return [
            each
            for each in self.facts
            if settled.get(each.message_id, [""])[-1] == Outcome.NOT_YET
            and each.message_id not in self.book.applied
        ]

    def _drain(self) -> None:
        """Everything works again, until nothing is to be done."""
        self.building.post.closed = False
        self._go_on()
        self.room.play()
        for _ in range(DRAIN):
            before = len(self.book.applied)
            while self.building.waiting:
                self.building.deliver(0, 0)
            self.loop.at += PAUSE
            self.building.sweep(0)
            self.building.sweep(1)
            if not self.building.waiting and len(self.book.applied) == before and self._quiet():
                return
            self.building.waiting.extend(self._early())
        raise AssertionError("never at rest")

    def _quiet(self) -> bool:
        return not (self.book.case and self.book.case["outbox"])


_ENDS = (Cause.NOT_APPROVED, Cause.CASE_CLOSED, Cause.REJECTED)


def test_a_case_moves_as_the_rules_say() -> None:
    with own_time() as loop:
        LifecycleMachine.loop = loop
        run(LifecycleMachine, examples=at_most(250, all=1000), steps=20)
