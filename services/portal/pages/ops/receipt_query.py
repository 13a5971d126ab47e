"""The filters of the list of receipts."""

from typing import Annotated, Literal

from pydantic import Field

from services.portal.cases.paging import Paged
from services.portal.cases.query import NO_NUL


class ReceiptQuery(Paged):
    """The filters of the list; an empty one filters nothing. `chosen` ticks every parked receipt of the page."""

    state: Annotated[str, Field(max_length=20)] = ""
    reason: Annotated[str, Field(max_length=40)] = ""
    case_no: Annotated[str, Field(max_length=64, pattern=NO_NUL)] = ""
    message_id: Annotated[str, Field(max_length=300, pattern=NO_NUL)] = ""
    size: Annotated[int, Field(ge=1, le=100)] = 20
    chosen: Literal["", "all"] = ""

    def filter(self) -> dict[str, str]:
        """The values that receipts must have."""
        named = {
            "state": self.state,
            "reason": self.reason,
            "case_no": self.case_no.strip(),
            "_id": self.message_id.strip(),
        }
        return {name: value for name, value in named.items() if value}
