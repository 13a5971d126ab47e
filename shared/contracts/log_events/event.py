"""What is said of an event, and of a field."""

from dataclasses import dataclass

from shared.bilingual import Bilingual
from shared.contracts.topology import SERVICES, STAGE_SERVICES

DEBUG, INFO, WARNING, ERROR = "debug", "info", "warning", "error"
GATEWAY, PORTAL, STAGES, ALL = ("customs_gateway",), ("portal",), STAGE_SERVICES, SERVICES
NOTHING = Bilingual("无须处理。", "Nothing.")


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An event by its `name`: at which `levels` and by which services (`by`) it is logged, with which `fields`.

    `label` is what `fas logs` calls it, `means` what happened, `remedy` what an operator does about it; `section` is the anchor
    of the runbook where there is more.
    """

    name: str
    levels: tuple[str, ...]
    by: tuple[str, ...]
    fields: tuple[str, ...]
    label: Bilingual
    means: Bilingual
    remedy: Bilingual = NOTHING
    section: str = ""


ON_EVERY_LINE = ("timestamp", "level", "service", "event")
ON_ANY_LINE = ("correlation_id", "case_no", "case_id", "error", "traceback")
"""What a line has besides its event's own fields where it is known: whatever was bound around it, and an exception."""
OF_A_RECEIPT = ("case_no", "stage", "receipt_type", "correlation_id", "message_id")
OF_A_DECLARATION = ("case_no", "stage", "correlation_id", "message_id", "declaration_type")
