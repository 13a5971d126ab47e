"""A command is refused with every field at once."""

from shared.contracts.faults import FieldFault
from shared.runtime.errors import RequestRejected


def raise_if_faults(faults: list[FieldFault]) -> None:
    """Refuse with every fault at once (CONTRACT 3, validation_error); nothing where there is none."""
    if faults:
        names = ", ".join(dict.fromkeys(fault.field for fault in faults))
        raise RequestRejected(
            "validation_error", f"These fields need correction: {names}.", faults, status=422
        )
