"""What trying a parked receipt again would do: the same reading and the same decision, and nothing is written."""

from services.customs_gateway.operators.actions import replayable
from services.customs_gateway.receipts.ledger import ReceiptLedger
from services.customs_gateway.receipts.translation import read_receipt
from services.customs_gateway.xml import payload
from shared.contracts.documents.cases import Case
from shared.contracts.documents.people import Authority
from shared.contracts.facts import CaseFact, CheckInitiated
from shared.contracts.replies import Preview
from shared.contracts.vocabulary import Outcome, Reason, Stage, Status
from shared.lifecycle.authorities import find_authority, not_known
from shared.lifecycle.case import state_of, trigger_of
from shared.lifecycle.cases import Cases
from shared.lifecycle.decide import Ignored, Movement, decide
from shared.runtime.errors import MessageParked
from shared.runtime.store import Store


async def preview(store: Store, receipt_id: str) -> Preview:
    """The effect on the case as it stands now; RequestRejected where the receipt can't be tried again."""
    entry = await replayable(ReceiptLedger(store), receipt_id)
    if entry.truncated:
        return Preview(outcome=Outcome.INVALID, reason=Reason.TOO_LARGE, detail=entry.detail)
    try:
        fact = read_receipt(payload(entry.raw)).foreseen()
    except MessageParked as park:
        return Preview(outcome=Outcome.INVALID, reason=Reason(park.reason), detail=park.detail)
    case = await Cases(store).by_number(fact.case_no)
    if case is None and isinstance(fact, CheckInitiated):
        return _opened(fact.authority, await find_authority(store, fact.authority))
    return effect(case, fact)


def effect(case: Case | None, fact: CaseFact) -> Preview:
    """What a fact does to a case, or to none. Pure."""
    asked = trigger_of(fact)
    if case is None:
        return Preview(outcome=Outcome.NOT_YET, reason=Reason.UNKNOWN_CASE)
    stands = Preview(outcome=Outcome.APPLIED, stage_from=case.stage, status_from=case.status)
    match decide(state_of(case), asked):
        case Movement(stage=stage, status=status):
            return stands.model_copy(update={"stage_to": stage, "status_to": status})
        case Ignored(outcome=outcome, reason=reason):
            return stands.model_copy(update={"outcome": outcome, "reason": reason})
    return stands


def _opened(code: str, authority: Authority | None) -> Preview:
    """The beginning of a check, for an authority that we know."""
    if authority is None:
        return Preview(outcome=Outcome.INVALID, reason=Reason.UNKNOWN_AUTHORITY, detail=not_known(code))
    return Preview(outcome=Outcome.APPLIED, stage_to=Stage.ACCEPTANCE, status_to=Status.PENDING)
