"""How what was typed for an account or an authority is refused: with every field that is wrong at once."""

from collections.abc import Iterable

from shared.bilingual import sentences
from shared.contracts.faults import FieldFault
from shared.runtime.errors import RequestRejected


def refusal_of(*faults: FieldFault) -> RequestRejected:
    """The refusal 422 `validation_error` that names these fields."""
    return RequestRejected("validation_error", sentences(fault.text for fault in faults), faults, status=422)


def refuse_faults(faults: Iterable[FieldFault]) -> None:
    """Raise the refusal of these faults, if there are any."""
    found = tuple(faults)
    if found:
        raise refusal_of(*found)
