"""A draft that two people may have open: field by field, what one of them changed is saved, what both changed is asked about.

A page carries in its hidden field `base_digest` a digest of every field as it showed it. So a save knows of each whether the
officer changed it, somebody else did, or both; with `keep` the officer has said that what they typed is to stay.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus

from fastapi import Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from services.portal.context import Portal, case_of
from services.portal.identity.sessions import User
from services.portal.pages.form_commands import text
from services.portal.pages.formatting import clock_time
from services.portal.pages.language import Lang, said
from services.portal.pages.rendering import _, said_now
from services.portal.pages.request_context import Visit
from shared.bilingual import Bilingual
from shared.contracts.commands import CaseCommand
from shared.contracts.documents.cases import Case
from shared.contracts.replies import Prompt
from shared.contracts.texts import normalize
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected

Inputs = dict[str, list[str]]
"""Values of a form by the names of its inputs, as its script has them."""
_DIGEST_CHARACTERS = 12
_TRIES = 5
_STALE = {
    (True, False): _(
        "A colleague changed the same text meanwhile. What you typed is still here; keep yours, or take theirs."
    ),
    (True, True): _(
        "The same text was changed in another window of yours, or by a colleague. What you typed here is still here; keep it, "
        "or take the other."
    ),
    (False, False): _(
        "A colleague changed this meanwhile; you see it now. Please look at it, and submit again."
    ),
    (False, True): _(
        "This was changed in another window of yours, or by a colleague; you see it now. Please look at it, and submit again."
    ),
}
"""Why something is not saved or submitted: whether both wrote the same, and whether the same officer saved last."""


def base_digest(stored: Mapping[str, object]) -> str:
    """The digests of the draft that a page shows: `name=digest` a field, with blanks between."""
    return _join_digests({name: _digest(value) for name, value in stored.items()})


@dataclass(frozen=True, slots=True)
class Merged:
    """What a form and the stored draft make together.

    `values` is what is to be stored; `conflicts` are fields that both changed, as they are stored; `remote_changes` those that
    somebody else alone changed. `stale_round`: the form belongs to another round than the stored draft, and nothing of it is
    to be saved. `base` are the digests of what the page showed, `sent` is the form as it came, `prompts` what is wrong with
    what was stored of it.
    `by_oneself`: the draft was last saved by the same officer, in another window or here after a colleague.
    """

    values: Mapping[str, object]
    typed: Mapping[str, object]
    conflicts: Mapping[str, object]
    remote_changes: Mapping[str, object]
    stale_round: bool
    base: Mapping[str, str]
    sent: Inputs
    prompts: Sequence[Prompt] = ()
    by_oneself: bool = False

    @property
    def all_saved(self) -> bool:
        """Whether nothing is left that is only in the browser."""
        return not self.conflicts and not self.stale_round

    @property
    def nothing_unseen(self) -> bool:
        """Whether the draft is stored exactly as the officer's page shows it: only then it is submitted."""
        return self.all_saved and not self.remote_changes

    @property
    def stale(self) -> str:
        """Why something is not saved or submitted, for the catalogues."""
        if self.stale_round:
            return _("Customs has opened a new round meanwhile. What you typed is still here.")
        return _STALE[bool(self.conflicts), self.by_oneself]

    @property
    def shown(self) -> dict[str, object]:
        """What the page goes on showing: the officer's text stays where both wrote."""
        return {**self.values, **{name: self.typed[name] for name in self.conflicts}}

    def base_digest(self, stored: Mapping[str, object]) -> str:
        """The page's next `base_digest`: of the draft as it is stored by now, but for a conflict still the one it had."""
        if self.stale_round:
            return _join_digests(self.base)
        kept = {name: self.base.get(name, "") for name in self.conflicts}
        return _join_digests({name: kept.get(name, _digest(value)) for name, value in stored.items()})


def merge_form(form: FormData, stored: Mapping[str, object], typed: Mapping[str, object]) -> Merged:
    """Compare a form with the draft as it is stored; what `stored` has besides `typed` says which round it belongs to."""
    base, keep = _split_digests(text(form, "base_digest")), bool(text(form, "keep"))
    sent = {name: [str(each) for each in form.getlist(name)] for name in form}
    if any(base.get(name) != _digest(stored[name]) for name in stored if name not in typed):
        return Merged(typed, typed, {}, {}, not keep, base, sent)
    values: dict[str, object] = {}
    conflicts: dict[str, object] = {}
    remote_changes: dict[str, object] = {}
    for name, mine in typed.items():
        present, before = stored[name], base.get(name)
        values[name] = mine
        if mine != present and before != _digest(present):
            if before == _digest(mine):
                values[name] = remote_changes[name] = present
            elif not keep:
                values[name] = conflicts[name] = present
    return Merged(values, typed, conflicts, remote_changes, False, base, sent)


async def save_merged(
    portal: Portal, user: User, case: Case, merge: Callable[[Case], Merged],
    command: Callable[[Case, Merged], CaseCommand],
) -> Merged:  # fmt: skip
    """Merge a form into the draft as it is stored and save it; once more where somebody saved in between."""
    for left in reversed(range(_TRIES)):
        draft = replace(merge(case), by_oneself=case.touched_by == user.username)
        if draft.stale_round:
            return draft
        try:
            answer = await portal.commands.ask(command(case, draft))
        except RequestRejected as refusal:
            if refusal.code != "version_conflict" or not left:
                raise
            case = await case_of(portal, user, case.id)
        else:
            return replace(draft, prompts=answer.prompts)
    raise LookupError("the last try ends in one way or the other")


def as_typed(name: str, value: object) -> Inputs:
    """A field that is one input."""
    return {name: [str(value)]}


def as_text(name: str, value: object, lang: Lang) -> str:
    """A field that is a text."""
    return str(value)


@dataclass(frozen=True, slots=True)
class Fields:
    """How the fields of a draft are called, which inputs they have on the page, and how their values read."""

    labels: Mapping[str, Bilingual]
    inputs: Callable[[str, object], Inputs] = as_typed
    words: Callable[[str, object, Lang], str] = as_text

    def context(self, draft: Merged | None, stored: Mapping[str, object], visit: Visit) -> dict[str, object]:
        """For the template: the `base_digest` that the page carries, and why not all is done (`stale`).

        `conflicts` is what a colleague wrote; `asks`: the officer is asked which is to stay.
        """
        if draft is None:
            return {"base_digest": base_digest(stored), "stale": "", "conflicts": [], "asks": True}
        return {
            "base_digest": draft.base_digest(stored),
            "stale": said_now(visit, draft.stale),
            "conflicts": self.conflict_lines(draft, visit.lang),
            "asks": not draft.all_saved,
        }

    def conflict_lines(self, draft: Merged, lang: Lang) -> list[dict[str, str]]:
        """What a colleague wrote where the officer wrote too, else where the officer did not: `label` and `text`."""
        return [
            {"label": said(self.labels[name], lang), "text": self.words(name, value, lang)}
            for name, value in (draft.conflicts or draft.remote_changes).items()
        ]

    def save_answer(self, draft: Merged, stored: Mapping[str, object], visit: Visit) -> Response:
        """For the page's script: the hidden field to set, what others changed, and (409) what is not saved and why.

        `understood` are inputs whose value is stored otherwise than it was typed, `prompts` what is wrong with those filled in.
        """
        answer: dict[str, object] = {
            "saved_at": clock_time(now()),
            "base_digests": {} if draft.stale_round else {"base_digest": draft.base_digest(stored)},
            "remote_inputs": {name: self.inputs(name, value) for name, value in draft.remote_changes.items()},
            "by_oneself": draft.by_oneself,
            "understood": {} if draft.stale_round else self._understood(draft),
            "prompts": [
                {"field": each.field, "message": said(each.model_dump(), visit.lang)}
                for each in draft.prompts
            ],
        }
        if draft.all_saved:
            return JSONResponse(answer)
        conflicting = [each for name, value in draft.conflicts.items() for each in self.inputs(name, value)]
        answer |= {
            "code": "stale", "message": said_now(visit, draft.stale), "errors": [], "conflicting_inputs": conflicting,
            "conflicts": self.conflict_lines(draft, visit.lang), "stale_round": draft.stale_round,
        }  # fmt: skip
        return JSONResponse(answer, HTTPStatus.CONFLICT)

    def _understood(self, draft: Merged) -> Inputs:
        """The inputs of a form that are stored otherwise than they were typed: a telephone without its blanks."""
        return {
            each: values
            for name, value in draft.values.items() if name not in draft.conflicts and name not in draft.remote_changes
            for each, values in self.inputs(name, value).items()
            if each in draft.sent and [normalize(sent) for sent in draft.sent[each]] != values
        }  # fmt: skip


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:_DIGEST_CHARACTERS]


def _join_digests(digests: Mapping[str, str]) -> str:
    return " ".join(f"{name}={digest}" for name, digest in digests.items())


def _split_digests(joined: str) -> dict[str, str]:
    return dict(each.split("=", 1) for each in joined.split() if "=" in each)
