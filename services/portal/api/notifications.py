"""The officer's inbox: every entry of a case of the authority into a state, and reminders, read or unread."""

from fastapi import Response

from services.portal.api.bearer import BearerOfficerDep
from services.portal.api.guarding import guarded_router
from services.portal.api.pages_of_lists import PageDep, page_told
from services.portal.cases.views import Json, label, plain_fields
from services.portal.context import PortalDep
from services.portal.identity.sessions import User
from services.portal.news.inbox import Inbox
from services.portal.news.wording import sentence_of
from shared.contracts.documents.news import Notification
from shared.runtime.clock import now

router = guarded_router(prefix="/notifications", tags=["notifications"])


@router.get("")
async def notifications(
    portal: PortalDep, user: BearerOfficerDep, which: PageDep, unread: bool = False
) -> dict[str, object]:
    """What the authority was told, newest first; with `unread` what this officer has not read. `total` counts the list.

    `kind` is the case's kind, `unread` of the answer how many this officer has not read in all.
    """
    inbox = Inbox(portal.store)
    found = await inbox.page(user, which, unread=unread)
    return page_told(found, which, lambda each: _told(user, each)) | {
        "unread": await inbox.count_unread(user)
    }


@router.post("/read-all", status_code=204, response_class=Response)
async def read_all(portal: PortalDep, user: BearerOfficerDep) -> Response:
    """This officer has read everything that there is now."""
    await Inbox(portal.store).mark_all_read(user, now())
    return Response(status_code=204)


@router.post("/{notification_id}/read", status_code=204, response_class=Response)
async def read(notification_id: str, portal: PortalDep, user: BearerOfficerDep) -> Response:
    """This officer has read one entry; its colleagues' stays as it is."""
    await Inbox(portal.store).mark_read(user, notification_id)
    return Response(status_code=204)


def _told(user: User, each: Notification) -> Json:
    return {
        **plain_fields(id=each.id, at=each.at, case_no=each.case_no, kind=each.kind, stage=each.stage, status=each.status),
        "text": label(sentence_of(each)), "read": user.username not in each.unread_by,
    }  # fmt: skip
