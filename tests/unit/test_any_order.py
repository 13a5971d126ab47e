"""Receipts shuffled, repeated and mixed with the officer's commands end where the ordered run ends (DOMAIN J33)."""

from dataclasses import dataclass, field
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.vocabulary import Cause, Kind, Result, Stage, Status
from shared.lifecycle.rules import ANSWERS, editable
from tests.build import SUBMITTED_BY, Walk, a_case

A, Q, E, C = Stage.APPLICATION, Stage.QUESTIONNAIRE, Stage.EVALUATION, Stage.ACCEPTANCE
PC, CC = Stage.PROTOCOL_CONSULTATION, Stage.CERTIFICATE_CONSULTATION
Receipt = tuple[Cause, Stage, Result | None]


@dataclass(frozen=True)
class Plan:
    """What customs answers to each submission, in the order of submissions; and how the officer answers a check."""

    kind: Kind
    batches: tuple[tuple[Receipt, ...], ...]
    officer: Cause | None = None


def _answers(draw: st.DrawFn, stage: Stage) -> list[tuple[Receipt, ...]]:
    """Failed or supplemented tries, before the one that goes on."""
    can_supplement = stage in (A, Q, E)
    tries = draw(
        st.lists(st.sampled_from(["fail", "supplement"] if can_supplement else ["fail"]), max_size=2)
    )
    fail = ((Cause.RECEIVE_FAILED, stage, None),)
    supplement = (
        (Cause.RECEIVED, stage, None),
        (Cause.ACCEPTED, stage, None),
        (Cause.SUPPLEMENT, stage, None),
    )
    return [fail if each == "fail" else supplement for each in tries]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    kind = draw(st.sampled_from(Kind))
    batches: list[list[Receipt]] = []

    def submitted(stage: Stage, *then: tuple[Cause, Stage] | Receipt) -> None:
        batches.extend(list(batch) for batch in _answers(draw, stage))
        accepted = [(Cause.ACCEPTED, stage, None)] if stage is not C and draw(st.booleans()) else []
        rest = [receipt if len(receipt) == 3 else (*receipt, None) for receipt in then]
        batches.append([(Cause.RECEIVED, stage, None), *accepted, *rest])

    if kind is Kind.RETROSPECTIVE and draw(st.booleans()):
        submitted(C)
        return Plan(kind, tuple(map(tuple, batches)), Cause.REFUSE)
    first = A if kind is Kind.ASSESSMENT else C
    submitted(
        first,
        *([(Cause.APPROVED, A)] if first is A and draw(st.booleans()) else []),
        (Cause.QUESTIONNAIRE_OPENED, Q),
    )
    ways = ["rectify", "pass", "skip"] + (["end"] if kind is Kind.RETROSPECTIVE else ["refused"])
    way = draw(st.sampled_from(ways))
    if way == "end":
        submitted(Q, (Cause.CASE_CLOSED, Stage.COMPLETED, Result.APPROVED))
        return Plan(kind, tuple(map(tuple, batches)), Cause.AGREE)
    if way == "refused":
        submitted(Q, (Cause.NOT_APPROVED, Q))
        return Plan(kind, tuple(map(tuple, batches)))
    opened = (Cause.CONSULTATION_OPENED, PC)
    if way == "rectify":
        submitted(Q, (Cause.RECTIFICATION_REQUIRED, E))
        for _ in range(draw(st.integers(0, 2))):
            submitted(E, (Cause.RECTIFICATION_REQUIRED, E))
        submitted(E, (Cause.APPROVED, E), opened)
    else:
        submitted(Q, (Cause.APPROVED, Q), *([(Cause.APPROVED, E)] if way == "pass" else []), opened)
    for _ in range(draw(st.integers(0, 2))):
        submitted(PC, opened)
    submitted(
        PC, (Cause.CONSULTATION_COMPLETED, PC), (Cause.PROTOCOL_SIGNED, Stage.PROTOCOL_SIGNING),
        (Cause.ANNOUNCEMENT_PUBLISHED, Stage.ANNOUNCEMENT), (Cause.CONSULTATION_OPENED, CC),
    )  # fmt: skip
    submitted(
        CC, (Cause.CONSULTATION_COMPLETED, CC), (Cause.CERTIFICATE_CONFIRMED, Stage.CERTIFICATE_CONFIRMATION),
        (Cause.CASE_CLOSED, Stage.COMPLETED, Result.APPROVED),
    )  # fmt: skip
    return Plan(kind, tuple(map(tuple, batches)), Cause.AGREE if first is C else None)


@dataclass
class Run:
    """Customs and an officer at work on one case; `random` None keeps every order."""

    plan: Plan
    random: Random | None
    walk: Walk = field(init=False)
    on_the_way: list[tuple[str, Receipt, str | None]] = field(default_factory=list)
    deferred: list[tuple[str, Receipt, str | None]] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    submissions: int = 0

    def __post_init__(self) -> None:
        self.walk = Walk(a_case(self.plan.kind))

    def play(self) -> "Run":
        while self.on_the_way or self.may_submit:
            if not self.on_the_way or (self.random and self.may_submit and self.random.random() < 0.3):
                self.submit()
            else:
                self.deliver()
        return self

    @property
    def may_submit(self) -> bool:
        return editable(*self.walk.stands) and self.submissions < len(self.plan.batches)

    def submit(self) -> None:
        stage = self.walk.case.stage
        cause = self.plan.officer if stage is C and self.plan.officer else SUBMITTED_BY[stage][0]
        assert self.walk.take(cause, stage) == "applied"
        declaration = self.walk.last(stage)
        sent: Receipt = (Cause.DECLARATION_SENT, stage, None)
        batch = [sent, *self.plan.batches[self.submissions]]
        for number, receipt in enumerate(batch):
            answers = declaration if receipt[0] in ANSWERS and receipt[1] is stage else None
            self.on_the_way.append((f"R{self.submissions}.{number}", receipt, answers))
        self.submissions += 1

    def deliver(self) -> None:
        index = self.random.randrange(len(self.on_the_way)) if self.random else 0
        message = self.on_the_way[index]
        if not self.random or self.random.random() > 0.2:
            self.on_the_way.pop(index)
        self.take(message)

    def take(self, message: tuple[str, Receipt, str | None]) -> None:
        message_id, (cause, stage, result), answers = message
        outcome = self.walk.take(cause, stage, in_reply_to=answers, result=result, message_id=message_id)
        if outcome == "not_yet" and message not in self.deferred:
            self.deferred.append(message)
        if outcome == "applied":
            self.applied.append(message_id)
            waiting, self.deferred = self.deferred, []
            for early in waiting:
                self.take(early)


@settings(max_examples=400, deadline=None)
@given(plan=plans(), seed=st.integers(0, 2**32))
def test_receipts_in_any_order_end_where_the_ordered_run_ends(plan: Plan, seed: int) -> None:
    ordered = Run(plan, None).play()
    shuffled = Run(plan, Random(seed)).play()

    assert ordered.walk.stands == shuffled.walk.stands
    assert ordered.walk.case.submissions.keys() == shuffled.walk.case.submissions.keys()
    assert len(shuffled.applied) == len(set(shuffled.applied))
    assert not ordered.deferred
    assert shuffled.deferred == []


@settings(max_examples=100, deadline=None)
@given(plan=plans())
def test_the_ordered_run_ends_the_case(plan: Plan) -> None:
    run = Run(plan, None).play()

    assert run.walk.case.stage is Stage.COMPLETED
    assert run.walk.case.status in (Status.APPROVED, Status.NOT_APPROVED)
    assert run.submissions == len(plan.batches)
