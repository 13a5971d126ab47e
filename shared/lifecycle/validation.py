"""A command is refused with every field at once."""

from shared.contracts.faults import FieldFault, to_be_corrected
from shared.runtime.errors import RequestRejected


def raise_if_faults(faults: list[FieldFault]) -> None:
    """Refuse with every fault at once (CONTRACT 3, validation_error); nothing where there is none."""
    if faults:
        text = to_be_corrected(fault.field for fault in faults)
        raise RequestRejected("validation_error", text, faults, status=422)
