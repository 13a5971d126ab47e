"""Where an operator goes on from what is wrong: the page that mends or shows it, by the finding's area."""

from dataclasses import dataclass

from services.portal.operations.wrong.finding import Finding
from shared.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class Remedy:
    """A page, and what its link says."""

    address: str
    text: Bilingual


_SERVICES = Remedy("#services-title", Bilingual("查看服务", "See the services"))
_QUEUES = Remedy("#queues-title", Bilingual("查看队列", "See the queues"))
_OPEN = Remedy("/ops/reconciliation", Bilingual("查看未完结的报文", "See what is open"))
REMEDIES = {
    "parked": Remedy(
        "/ops/receipts?state=parked", Bilingual("处理已搁置的回执", "Go through the parked receipts")
    ),
    "dead": Remedy("/ops/dead?state=open", Bilingual("处理死信", "Go through the dead letters")),
    "receipts": _OPEN,
    "declarations": _OPEN,
    "confirmations": _OPEN,
    "services": _SERVICES,
    "broker": _QUEUES,
    "queues": _QUEUES,
    "consumers": _QUEUES,
}
COMMANDS = frozenset({"parked", "dead"})
"""Areas whose remedy on a terminal is a command that shows what the page shows."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A finding as the overview shows it: `remedy` in words where its page does not say it, and the runbook's section."""

    what: Bilingual
    remedy: Bilingual | None
    page: Remedy | None
    section: str


def wrong(finding: Finding) -> Wrong:
    """A finding with where to go on."""
    said = None if finding.area in COMMANDS else finding.remedy
    return Wrong(finding.what, said, REMEDIES.get(finding.area), finding.section)
