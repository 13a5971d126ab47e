"""The gateway's two ledgers under every order of messages, answers, outages, crashes and pauses that hypothesis thinks of.

G1 (nothing lost), G2 (once in effect), G4 (sent means that customs' queue has it), G5 (wait, then park, replay); F18, F19, F20.
"""

from collections import Counter
from datetime import timedelta
from hashlib import sha256

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.customs_gateway.ledger import FINAL
from shared.contracts.events import ReceiptSettled, ReplySubmission, SubmissionDeclared
from shared.contracts.parts import ThreeTexts
from shared.contracts.topology import CUSTOMS_ACKS, CUSTOMS_DECLARATIONS, EVENTS
from shared.contracts.vocabulary import Outcome, Stage
from tests.property.customs import Truth
from tests.property.gateways import Site
from tests.property.profile import run
from tests.property.records import Watched
from tests.property.room import START, How, Loop, Room, Turn, own_time, set_clock

CASES = ("202511000000025267", "202511000000025268")
POISON = (b"no xml", b"<!DOCTYPE a><a/>", b"<a>", b"")
_TURNS = [Turn(how, which) for how in (How.DONE, *How) for which in range(3)]
turns = st.lists(st.sampled_from(_TURNS), max_size=4).map(tuple)
any_index = st.integers(0, 7)
either = st.integers(0, 1)
AHEAD = (0.0, 300.0, -300.0)
DRAIN = 40


class LedgerMachine(RuleBasedStateMachine):
    """Two gateways at work; the rules are what the world does to them."""

    loop: Loop

    def __init__(self) -> None:
        super().__init__()
        self.loop.errors.clear()
        self.room = Room(self.loop)
        set_clock(self.room)
        self.site = Site(self.room)
        self.watched = Watched(self.site)
        self.failed = False
        self.sent: list[bytes] = []
        self.rounds: Counter[str] = Counter()

    @initialize(ahead=st.sampled_from(AHEAD))
    def one_clock_is_wrong(self, ahead: float) -> None:
        self.site.restart(1, ahead)

    @rule(case=either, verdict=st.sampled_from([Outcome.APPLIED, Outcome.APPLIED, Outcome.STALE, Outcome.INVALID]),
          needs=st.none() | any_index)  # fmt: skip
    def customs_sends(self, case: int, verdict: Outcome, needs: int | None) -> None:
        message_id, truths = f"R-{len(self.sent)}", self.site.services.truths
        before = [each for each in truths if each.startswith("R") and case == int(each[-1]) % 2]
        message_id = f"{message_id}.{case}"
        needed = before[needs % len(before)] if needs is not None and before else None
        truths[message_id] = Truth(verdict, needed)
        self._send(a_receipt(message_id, CASES[case]))

    @rule(poison=st.sampled_from(POISON), unknown=st.booleans())
    def customs_sends_what_nobody_can_take(self, poison: bytes, unknown: bool) -> None:
        self._send(a_receipt(f"X-{len(self.sent)}", CASES[0], type="NOVELTY") if unknown else poison)

    @precondition(lambda self: self.sent)
    @rule(which=any_index, changed=st.booleans())
    def customs_repeats(self, which: int, changed: bool) -> None:
        again = self.sent[which % len(self.sent)]
        self._send(again.replace(b"15:12:35", b"15:12:36") if changed else again)

    def _send(self, message: bytes) -> None:
        self.sent.append(message)
        self.site.waiting.append(message)

    @rule(case=either, copies=st.integers(1, 2))
    def an_officer_submits(self, case: int, copies: int) -> None:
        self.rounds[CASES[case]] += 1
        declared = a_declaration(CASES[case], self.rounds[CASES[case]])
        self.site.waiting.extend([declared] * copies)

    @precondition(lambda self: self.site.waiting)
    @rule(which=any_index, to=either, turns=turns)
    def the_broker_delivers(self, which: int, to: int, turns: tuple[Turn, ...]) -> None:
        self.site.deliver(which, to, turns)

    @precondition(lambda self: self.site.services.facts)
    @rule(which=any_index, copies=st.sampled_from([1, 1, 2]), at_once=st.booleans(), to=either, turns=turns)
    def a_service_answers(
        self, which: int, copies: int, at_once: bool, to: int, turns: tuple[Turn, ...]
    ) -> None:
        answer = self.site.services.take(which)
        if answer:
            self.site.waiting.extend([answer] * copies)
            if at_once:
                self.site.deliver(-1, to, turns)

    @rule(seconds=st.sampled_from([0.5, 4.0, 11.0, 31.0, 61.0]), who=st.sampled_from([(0,), (1,), (0, 1)]), turns=turns)
    def time_passes(self, seconds: float, who: tuple[int, ...], turns: tuple[Turn, ...]) -> None:
        self.loop.at += seconds
        self.site.sweep(who, turns)

    @precondition(lambda self: self.room.calls)
    @rule(turns=turns)
    def what_was_held_goes_on(self, turns: tuple[Turn, ...]) -> None:
        self.room.play(turns)

    @rule(which=either, made=st.integers(0, 2))
    def a_process_is_killed(self, which: int, made: int) -> None:
        self.site.kill(which, made)

    @rule(exchange=st.sampled_from([EVENTS, CUSTOMS_ACKS, CUSTOMS_DECLARATIONS]))
    def a_queue_goes_or_comes_back(self, exchange: str) -> None:
        self.site.broker.closed ^= {exchange}

    @precondition(lambda self: any(each["state"] == "parked" for each in self._receipts()))
    @rule(which=any_index, what=st.sampled_from(["replay", "replay", "dismiss"]), to=either, turns=turns)
    def an_operator_acts(self, which: int, what: str, to: int, turns: tuple[Turn, ...]) -> None:
        parked = [each["_id"] for each in self._receipts() if each["state"] == "parked"]
        self.site.operate(what, parked[which % len(parked)], to, turns)

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

    def _receipts(self) -> list[dict[str, object]]:
        return list(self.site.store.collection("receipts").documents.values())

    def _declarations(self) -> list[dict[str, object]]:
        return list(self.site.store.collection("declarations").documents.values())

    def _drain(self) -> None:
        """Everything works again, and time passes until nothing is to be done."""
        self.site.broker.closed.clear()
        self.room.play()
        for _ in range(DRAIN):
            while self.site.waiting or self.site.services.facts:
                answer = self.site.services.take(0)
                if answer:
                    self.site.waiting.append(answer)
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
        assert len({sha256(each).digest() for each in self.sent}) == len(receipts), "one entry for each message"
        told = Counter((ack.about, ack.message_id) for ack in self.site.broker.told)
        for entry in receipts:
            assert entry["state"] in FINAL
            truth = services.truths.get(str(entry["_id"]))
            if truth and entry["_id"] in services.applied:
                assert entry["state"] == "applied", f"{entry['_id']} was applied, and is {entry['state']}"
            elif truth and truth.verdict is Outcome.STALE and truth.needs is None:
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


def a_receipt(message_id: str, case_no: str, type: str = "ACCEPTED") -> bytes:
    """A receipt about the application."""
    return f"""<Receipt xmlns="urn:fas:customs:1" version="1.0"><Head><MessageId>{message_id}</MessageId>
<ReceiptType>{type}</ReceiptType><CaseNo>{case_no}</CaseNo><Stage>application</Stage><SenderID>GACC</SenderID>
<ReceiverID>FAS</ReceiverID><SendTime>2026-11-03T15:12:35+08:00</SendTime></Head><Body/></Receipt>""".encode()


def a_declaration(case_no: str, round: int) -> SubmissionDeclared:
    """A submission as the case tells it."""
    return SubmissionDeclared(
        declaration_id=f"{case_no}-{round}", case_id=case_no, case_no=case_no, authority="AW-01", round=round,
        stage=Stage.PROTOCOL_CONSULTATION, at=START, submission=ReplySubmission(texts=ThreeTexts(text_en="yes")),
    )  # fmt: skip


def test_the_ledger_keeps_its_word() -> None:
    with own_time() as loop:
        LedgerMachine.loop = loop
        run(LedgerMachine, examples=int(__import__("os").environ.get("N","1000")), steps=30)
