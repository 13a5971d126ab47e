"""The gateway's two ledgers under every order of messages, answers, outages, crashes and pauses that hypothesis thinks of.

G1 (nothing lost), G2 (once in effect), G4 (sent means that customs' queue has it), G5 (wait, then park, replay); F18, F19, F20.
"""

from collections import Counter
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.contracts.events import SubmissionDeclared
from shared.contracts.states import FINAL
from shared.contracts.topology import CUSTOMS_ACKS, CUSTOMS_DECLARATIONS, EVENTS
from shared.contracts.vocabulary import Outcome
from tests.extent import at_most
from tests.property.customs import Truth
from tests.property.gateways import GatewaySite
from tests.property.messages import CASES, a_declaration, a_receipt
from tests.property.profile import run
from tests.property.records import Watched
from tests.property.scheduler import START, How, Loop, Room, Turn, own_time, set_clock

POISON = (b"no xml", b"<!DOCTYPE a><a/>", b"")
"""The empty one stands for a type that does not exist."""
_HOWS = (*[How.DONE] * 5, *How)
_TURNS = [Turn(how, which) for how in _HOWS for which in range(3)]
turns = st.lists(st.sampled_from(_TURNS), max_size=5)
TICKS = (
    "to 0",
    "to 0",
    "to 1",
    "to 1",
    "last to 0",
    "last to 1",
    "answer",
    "answer",
    "answer again",
    "sweep 0",
    "sweep 1",
)
ticks = st.lists(st.sampled_from(TICKS), max_size=6)
any_index = st.integers(0, 7)
either = st.integers(0, 1)
AHEAD = (0.0, 300.0, -300.0)
VERDICTS = (*[Outcome.APPLIED] * 5, Outcome.STALE, Outcome.INVALID)
DRAIN = 40


class LedgerMachine(RuleBasedStateMachine):
    """Two gateways at work; the rules are what the world does to them."""

    loop: Loop

    def __init__(self) -> None:
        super().__init__()
        self.loop.errors.clear()
        self.room = Room(self.loop)
        set_clock(self.room)
        self.site = GatewaySite(self.room)
        self.watched = Watched(self.site)
        self.failed = False
        self.sent: list[bytes] = []
        self.rounds: Counter[str] = Counter()

    @initialize(ahead=st.sampled_from(AHEAD))
    def one_clock_is_wrong(self, ahead: float) -> None:
        self.site.restart(1, ahead)

    @rule(
        case=either,
        verdict=st.sampled_from(VERDICTS),
        early_by=st.sampled_from([0, 0, 1, 1, 2]),
        ticks=ticks,
        turns=turns,
    )
    def customs_sends(
        self, case: int, verdict: Outcome, early_by: int, ticks: list[str], turns: list[Turn]
    ) -> None:
        services, message_id = self.site.services, f"R-{len(self.sent)}"
        services.truths[message_id] = Truth(verdict, CASES[case], services.levels[CASES[case]] + early_by)
        self._send(a_receipt(message_id, CASES[case]))
        self._turn(ticks, turns)

    @rule(poison=st.sampled_from(POISON), ticks=ticks, turns=turns)
    def customs_sends_what_nobody_can_take(self, poison: bytes, ticks: list[str], turns: list[Turn]) -> None:
        self._send(poison or a_receipt(f"X-{len(self.sent)}", CASES[0], type="NOVELTY"))
        self._turn(ticks, turns)

    @precondition(lambda self: self.sent)
    @rule(which=any_index, changed=st.booleans(), ticks=ticks, turns=turns)
    def customs_repeats(self, which: int, changed: bool, ticks: list[str], turns: list[Turn]) -> None:
        again = self.sent[which % len(self.sent)]
        self._send(again.replace(b"15:12:35", b"15:12:36") if changed else again)
        self._turn(ticks, turns)

    def _send(self, message: bytes) -> None:
        self.sent.append(message)
        self.site.waiting.append(message)

    @rule(case=either, copies=st.integers(1, 2), ticks=ticks, turns=turns)
    def an_officer_submits(self, case: int, copies: int, ticks: list[str], turns: list[Turn]) -> None:
        self.site.services.levels[CASES[case]] += 1
        self.rounds[CASES[case]] += 1
        declared = a_declaration(CASES[case], self.rounds[CASES[case]])
        self.site.waiting.extend([declared] * copies)
        self._turn(ticks, turns)

    @rule(seconds=st.sampled_from([0.0, 0.5, 4.0, 11.0, 31.0]), ticks=ticks, turns=turns)
    def time_passes(self, seconds: float, ticks: list[str], turns: list[Turn]) -> None:
        self.loop.at += seconds
        self._turn(ticks, turns)

    def _turn(self, ticks: list[str], turns: list[Turn]) -> None:
        """Queues deliver, services answer, gateways look for what is due; calls go by `turns` all the while."""
        site, ends = self.site, iter(turns)
        for tick in ticks:
            match tick.split():
                case ["to", to]:
                    site.deliver(0, int(to), ends)
                case ["last", "to", to]:
                    site.deliver(-1, int(to), ends)
                case ["answer", *again]:
                    site.answer(comes_again=bool(again))
                case ["sweep", which]:
                    site.sweep((int(which),), ends)
        self.room.play(ends)

    @precondition(lambda self: any(each.process.paused for each in self.site.gateways))
    @rule(turns=turns)
    def a_paused_process_goes_on(self, turns: list[Turn]) -> None:
        self._go_on()
        self.room.play(iter(turns))

    def _go_on(self) -> None:
        for each in self.site.gateways:
            each.process.paused = False

    @rule(which=either, made=st.integers(0, 2))
    def a_process_is_killed(self, which: int, made: int) -> None:
        self.site.kill(which, made)

    @rule(exchange=st.sampled_from([EVENTS, CUSTOMS_ACKS, CUSTOMS_DECLARATIONS]))
    def a_queue_goes_or_comes_back(self, exchange: str) -> None:
        self.site.broker.closed ^= {exchange}

    @precondition(lambda self: any(each["state"] == "parked" for each in self._receipts()))
    @rule(which=any_index, what=st.sampled_from(["replay", "replay", "dismiss"]), to=either, turns=turns)
    def an_operator_acts(self, which: int, what: str, to: int, turns: list[Turn]) -> None:
        parked = [each["_id"] for each in self._receipts() if each["state"] == "parked"]
        self.site.operate(what, parked[which % len(parked)], to, iter(turns))

    @invariant()
    def nothing_is_lied_about(self) -> None:
        self.failed = True
        self.watched.look()
        kept = {each["sha256"] for each in self._receipts()}
        declared = {each["_id"] for each in self._declarations()}
        for message in self.site.acknowledged:
            if isinstance(message, bytes):
                assert sha256(message).hexdigest() in kept, "acknowledged, and not kept"
            elif isinstance(message, SubmissionDeclared):
                assert message.declaration_id in declared, "acknowledged, and not kept"
        self.failed = False

    def teardown(self) -> None:
        try:
            if not self.failed:
                self._drain()
                self.watched.look()
                self._everything_ended()
        finally:
            self.room.empty()

    def _receipts(self) -> list[dict[str, Any]]:
        return list(self.site.store.collection("receipts").documents.values())

    def _declarations(self) -> list[dict[str, Any]]:
        return list(self.site.store.collection("declarations").documents.values())

    def _drain(self) -> None:
        """Everything works again, and time passes until nothing is to be done."""
        self.site.broker.closed.clear()
        self._go_on()
        self.room.play()
        for _ in range(DRAIN):
            while self.site.waiting or self.site.services.facts:
                self.site.answer()
                self.site.deliver(0, 0)
            left = [each for each in (*self._receipts(), *self._declarations()) if each["next_at"]]
            if not left:
                return
            due = min(each["next_at"] for each in left)
            self.loop.at += max((due - START).total_seconds() - self.room.seconds, 0) + 300.5
            self.site.sweep((0, 1))
        raise AssertionError(f"never at rest: {left}")

    def _everything_ended(self) -> None:
        services, receipts = self.site.services, self._receipts()
        assert len({sha256(each).digest() for each in self.sent}) == len(receipts), (
            "one entry for each message"
        )
        told = Counter((ack.about, ack.message_id) for ack in self.site.broker.told)
        for entry in receipts:
            assert entry["state"] in FINAL
            truth = services.truths.get(str(entry["_id"]))
            if truth and entry["_id"] in services.applied:
                assert entry["state"] in ("applied", "dismissed"), (
                    f"{entry['_id']} was applied, and is {entry['state']}"
                )
            elif truth and truth.verdict is Outcome.STALE and truth.level == 0:
                assert entry["state"] == "stale"
            else:
                assert entry["state"] in ("stale", "parked", "dismissed")
        ends = {ack for made in self.watched.ends.values() for ack in made}
        first = {ack.message_id: ack for ack in self.site.broker.told if ack.outcome != "DUPLICATE"}
        assert set(first) <= ends, "customs was told of an end that is not in the ledger"
        assert len(told) == len({ack for _, ack in told}), "one acknowledgement has one receipt"
        for what in self.site.operated:
            kind, _, receipt_id = what.partition(" ")
            audit = self.site.store.collection("receipts").documents[receipt_id]["audit"]
            assert kind in {line["what"] for line in audit}
        for case_no, rounds in self.rounds.items():
            sent = dict.fromkeys(each for each in self.site.broker.declarations if each.startswith(case_no))
            assert list(sent) == [f"{case_no}-{number}" for number in range(1, rounds + 1)], "in their order"


def test_the_ledger_keeps_its_word() -> None:
    with own_time() as loop:
        LedgerMachine.loop = loop
        run(LedgerMachine, examples=at_most(250, all=1000), steps=20)
