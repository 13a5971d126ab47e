"""The model of one case: every write of its document is replayed through the pure `decide`, and must agree with it."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from shared.contracts.documents.cases import Case
from shared.contracts.events import SubmissionDeclared
from shared.contracts.topology import CASE_MOVED, RECEIPT_SETTLED, SUBMISSION_DECLARED
from shared.contracts.vocabulary import COMMANDS, Cause, Kind, Stage, Status
from shared.lifecycle.case import state_of
from shared.lifecycle.decide import CaseState, Movement, Noted, Trigger, decide, permit
from shared.lifecycle.rules import EDITABLE, editable
from shared.lifecycle.stages import POSITION
from shared.lifecycle.turn import turn_told_by
from shared.runtime.store import Document
from tests.build import SUBMITTED_BY, a_case, moved
from tests.property.replicas import Replicas

_MOVES = ("stage", "status", "stages", "timeline", "inbox", "submissions", "replies")


@dataclass
class Casebook:
    """Follows the case; `faults` are sentences about what must not be, `known` what was asked by which message."""

    building: Replicas
    known: dict[str, Trigger] = field(default_factory=dict)
    model: CaseState | None = None
    case: Document | None = None
    gone: bool = False
    applied: list[str] = field(default_factory=list)
    posted: dict[str, list[set[str]]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.building.store.collection("cases").watch = self.written

    def written(self, before: Document | None, after: Document | None) -> None:
        """A write to the cases."""
        self.case = after
        if after and {entry["by"] for entry in after["outbox"]} - set(after["owes"]):
            self._fault(f"no sweep would find what is owed: {after['owes']}")
        if after is None:
            self._removed()
        elif before is None:
            self._begun(after)
        elif after["version"] == before["version"]:
            self._sent(before, after)
        else:
            self._moved(before, after)

    def look(self) -> None:
        """What holds at any moment."""
        assert not self.faults, self.faults
        assert not self.building.room.loop.errors, self.building.room.loop.errors
        if self.case is None or self.model is None:
            return
        stands = state_of(Case(self.case))
        assert replace(stands, inbox=frozenset()) == replace(self.model, inbox=frozenset())
        assert list(self.case["inbox"]) == self.applied, (
            "each message is applied once, in the order of the movements"
        )
        assert self.case["status"] in set(Status)
        kept = {name: self.case[name] for name in ("turn", "turn_began_at")}
        assert kept == turn_told_by(Case(self.case).timeline), (
            "the turn that is kept is not the one the timeline tells"
        )
        for stage in EDITABLE:
            accepts = isinstance(permit(stands, Trigger("?", SUBMITTED_BY[stage][0], stage)), Movement)
            assert accepts == (stage is stands.stage and editable(stage, stands.status))

    def _fault(self, said: str) -> None:
        self.faults.append(said)

    def _begun(self, after: Document) -> None:
        if self.model is not None:
            self._fault("the case began twice")
        self.model = a_case(Kind(after["kind"]))
        self.applied = list(after["inbox"])
        self._entries(after["outbox"])

    def _removed(self) -> None:
        self.gone = True
        asked = Trigger("?", Cause.DISCARD, Stage.APPLICATION)
        if self.model is None or not isinstance(permit(self.model, asked), Movement):
            self._fault("a case that is no draft was discarded")

    def _sent(self, before: Document, after: Document) -> None:
        """A relay takes out what the exchange confirmed, or a receipt begins to wait; nothing else is changed."""
        taken = {body for _, body in self.building.post.taken}
        left = [entry["id"] for entry in after["outbox"]]
        pulled = [entry for entry in before["outbox"] if entry["id"] not in left]
        if (
            any(entry["body"] not in taken for entry in pulled)
            or before | {"outbox": after["outbox"], "owes": after["owes"], "waiting": after["waiting"]}
            != after
        ):
            self._fault(f"taken out without a confirm, or more than that: {pulled}")

    def _moved(self, before: Document, after: Document) -> None:
        added = after["inbox"][len(before["inbox"]) :]
        if (
            after["version"] != before["version"] + 1
            or after["inbox"][: len(before["inbox"])] != before["inbox"]
        ):
            self._fault("the version is not the next one, or the inbox was rewritten")
        if not added:
            self._saved(before, after)
            return
        asked, model = self.known.get(added[0]), self.model
        if len(added) > 1 or asked is None or model is None or added[0] in before["inbox"]:
            self._fault(f"{added} applied, after {before['inbox']}")
            return
        self.applied.append(added[0])
        self._entries(after["outbox"][len(before["outbox"]) :])
        decision = permit(model, asked) if asked.cause in COMMANDS else decide(model, asked)
        if isinstance(decision, Noted):
            if any(before[name] != after[name] for name in ("stage", "status", "stages", "timeline")):
                self._fault("a note moved the case")
        elif isinstance(decision, Movement):
            self._stepped(before, after, asked, decision)
        else:
            self._fault(f"{asked} moved a case of which the rules say {decision}")

    def _saved(self, before: Document, after: Document) -> None:
        """A save that moves nothing."""
        was = [before[name] for name in _MOVES if name != "stages"]
        if was != [after[name] for name in _MOVES if name != "stages"] or before["outbox"] != after["outbox"]:
            self._fault("changed without a message in the inbox")

    def _stepped(self, before: Document, after: Document, asked: Trigger, movement: Movement) -> None:
        assert self.model is not None
        made = after["submissions"][len(before["submissions"]) :]
        new = after["timeline"][len(before["timeline"]) :]
        steps = [(movement.row.subject, movement.row.becomes)]
        steps += [(Stage.COMPLETED, movement.row.closes)] if movement.row.closes else []
        if [(entry["stage"], entry["status"], entry["message_id"]) for entry in new] != [
            (stage, status, asked.message_id) for stage, status in steps
        ]:
            self._fault(f"the timeline says {new} of {movement}")
        owed = [SUBMISSION_DECLARED] * len(made) + [CASE_MOVED]
        owed += [] if asked.cause in COMMANDS else [RECEIPT_SETTLED]
        if sorted(entry["key"] for entry in after["outbox"][len(before["outbox"]) :]) != sorted(owed):
            self._fault(f"{asked} moved the case without saying so")
        if before["stage"] == Stage.COMPLETED or POSITION[movement.stage] < POSITION[self.model.stage]:
            self._fault("a case went back, or moved after its end")
        self.model = moved(self.model, asked, movement, made[0]["id"] if made else "")

    def _entries(self, entries: list[Document]) -> None:
        for by in {entry["by"] for entry in entries}:
            self.posted[by].append({entry["body"] for entry in entries if entry["by"] == by})

    def all_told(self) -> None:
        """After everything was sent: each event at least once, in the order of the movements, and nothing else.

        Those of one movement go out together: where one is lost, the others are first.
        """
        taken = [body for _, body in self.building.post.taken]
        for service, movements in self.posted.items():
            first = iter(body for body in dict.fromkeys(taken) if any(body in each for each in movements))
            for bodies in movements:
                went = {next(first, "") for _ in bodies}
                assert went == bodies, f"the events of {service}: lost, or out of order"
        declared = {
            told.declaration_id: (told.stage, told.round)
            for key, body in self.building.post.taken
            if key == SUBMISSION_DECLARED
            for told in [SubmissionDeclared.model_validate_json(body)]
        }
        made = self.case["submissions"] if self.case else []
        if not self.gone:
            assert declared == {each["id"]: (each["stage"], each["round"]) for each in made}
            assert not (self.case and self.case["outbox"])
