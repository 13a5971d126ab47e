"""What a movement means to the officers of an authority. Pure."""

from shared.contracts.news import NewsEvent
from shared.contracts.vocabulary import RECEIPTS, Cause, Stage, Status, Turn
from shared.lifecycle.turn import whose_turn


def event_of(cause: Cause, stage: Stage, status: Status) -> NewsEvent:
    """What it means that this message brought a case to this status."""
    if cause not in RECEIPTS:
        return NewsEvent.OURS
    return _OF_RECEIPTS.get(whose_turn(stage, status), NewsEvent.FROM_CUSTOMS)


_OF_RECEIPTS = {Turn.AUTHORITY: NewsEvent.OUR_TURN, Turn.NOBODY: NewsEvent.ENDED}
