"""How many e-mails wait, and for how long; read when a scraper asks."""

from services.portal.news.mails import MailLedger
from shared.contracts.news import MailOutcome, MailState
from shared.runtime import metrics
from shared.runtime.clock import now
from shared.runtime.shared_state import SharedState


def join_gauges(ledger: MailLedger, state: SharedState) -> None:
    """Have the ledger read with the state of the process; attempts count from 0, so that the first of a kind is a growth."""
    for outcome in MailOutcome:
        metrics.MAILS.labels(outcome)

    async def read() -> None:
        metrics.MAILS_PARKED.show({(): await ledger.count_in(MailState.PARKED)})
        metrics.MAILS_DUE.show({(): await ledger.count_due()})
        oldest = await ledger.oldest_due()
        age = max((now() - oldest).total_seconds(), 0.001) if oldest else 0.0
        metrics.MAILS_OLDEST.show({(): age})

    state.add("mails", read, metrics.MAILS_PARKED, metrics.MAILS_DUE, metrics.MAILS_OLDEST)
