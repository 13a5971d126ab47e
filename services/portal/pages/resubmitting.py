"""Before a supplement is submitted again: which corrections are not ticked off, and what has changed since the last time."""

from collections.abc import Callable, Sequence

from services.portal.cases.submissions import last_submitted
from services.portal.context import Portal, case_of
from services.portal.identity.sessions import User
from services.portal.pages.confirming import Caution, Link
from services.portal.pages.corrections.items import Correction, corrections
from services.portal.pages.language import messages, said
from services.portal.pages.rendering import _, said_now
from services.portal.pages.request_context import Visit
from shared.contracts.documents.cases import Case
from shared.contracts.documents.files import StoredFile
from shared.contracts.events import Submission
from shared.contracts.parts import FileRef
from shared.contracts.vocabulary import Stage, Status

Changes = Callable[[Case, Submission], Sequence[str]]
"""The names of the fields or questions that are not as they were submitted, in the visitor's language."""


async def resubmission(
    portal: Portal, user: User, case_id: str, stage: Stage, visit: Visit, changes: Changes,
    link: Callable[[Correction], Link],
) -> tuple[list[Caution], str]:  # fmt: skip
    """What to think about before a supplement goes out again, and a sentence on what has changed; nothing the first time."""
    case = await case_of(portal, user, case_id)
    last = await last_submitted(portal.store, case, stage)
    if case.stages[stage].status is not Status.SUPPLEMENT or last is None:
        return [], ""
    cautions = _not_ticked(visit, (await corrections(portal.store, case, stage)).open, link)
    changed = changes(case, last)
    if not changed:
        unchanged = said_now(visit, _("Nothing has changed since the last submission."))
        return [*cautions, Caution(unchanged)], ""
    told = said_now(visit, _("Changed since the last submission: %(names)s."))
    return cautions, told % {"names": said_now(visit, _(", ")).join(changed)}


def named_link(visit: Visit, item: Correction, address: str) -> Link:
    """A correction as the summary of its page has it, and where it stands there."""
    name = f"{said(item.name, visit.lang)} · " if item.name else ""
    return name + item.text, f"{address}#{item.anchor}"


def _not_ticked(
    visit: Visit, still_open: Sequence[Correction], link: Callable[[Correction], Link]
) -> list[Caution]:
    if not still_open:
        return []
    told = messages(visit.lang).ngettext(
        "%(num)s correction is not ticked off:", "%(num)s corrections are not ticked off:", len(still_open)
    )
    return [Caution(told % {"num": len(still_open)}, [link(item) for item in still_open])]


def same_files(stored: Sequence[StoredFile], sent: Sequence[FileRef]) -> bool:
    """Whether the files are those that were submitted, by name and content."""
    return [(file.name, file.sha256) for file in stored] == [(file.name, file.sha256) for file in sent]
