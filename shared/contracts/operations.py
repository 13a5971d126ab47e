"""What operators ask of the gateway: parked receipts and dead letters, tried again or put aside (CONTRACT 1, 3)."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.parts import WholeMessage
from shared.contracts.texts import Text


class ReplayReceipt(WholeMessage):
    """Try a parked receipt again (CONTRACT 3, operators)."""

    type: Literal["replay_receipt"] = "replay_receipt"
    receipt_id: str
    by: str
    why: Text = ""


class PreviewReceipt(WholeMessage):
    """Say what trying a parked receipt again would do now; nothing is changed."""

    type: Literal["preview_receipt"] = "preview_receipt"
    receipt_id: str


class DismissReceipt(WholeMessage):
    """Put a parked receipt aside for good, with the reason."""

    type: Literal["dismiss_receipt"] = "dismiss_receipt"
    receipt_id: str
    by: str
    why: Text


class ReplayDead(WholeMessage):
    """Put a dead letter back into the queue that it came from (CONTRACT 1, `fas dead`)."""

    type: Literal["replay_dead"] = "replay_dead"
    dead_id: str
    by: str
    why: Text


class DismissDead(WholeMessage):
    """Put a dead letter aside for good, with the reason."""

    type: Literal["dismiss_dead"] = "dismiss_dead"
    dead_id: str
    by: str
    why: Text


GatewayCommand = Annotated[
    ReplayReceipt | PreviewReceipt | DismissReceipt | ReplayDead | DismissDead, Field(discriminator="type")
]
