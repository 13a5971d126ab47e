"""A draft that two people may have open: field by field, what one of them changed is saved, what both changed is asked about.

A page remembers in its hidden field `seen` a digest of every field as it showed it. So a save knows of each whether the
officer changed it, somebody else did, or both; with `keep` the officer has said that what they typed is to stay.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from typing import Any

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
from shared.contracts.commands import CaseCommand, Prompt
from shared.contracts.documents.cases import Case
from shared.contracts.texts import kept
from shared.lifecycle.stages import Label
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected

Inputs = dict[str, list[str]]
"""Values of a form by the names of its inputs, as its script has them."""
_DIGITS = 12
_TRIES = 5


def seen(stored: Mapping[str, Any]) -> str:
    """What a page remembers of the draft that it shows."""
    return _written({name: _digest(value) for name, value in stored.items()})


@dataclass(frozen=True, slots=True)
class Merged:
    """What a form and the stored draft make together.

    `values` is what is to be stored; `theirs` are fields that both changed, as they are stored; `behind` those that somebody
    else alone changed. `moved`: the form belongs to another round than the stored draft, and nothing of it is to be saved.
    `sent` is the form as it came, `prompts` what is wrong with what was stored of it.
    """

    values: Mapping[str, Any]
    typed: Mapping[str, Any]
    theirs: Mapping[str, Any]
    behind: Mapping[str, Any]
    moved: bool
    known: Mapping[str, str]
    sent: Inputs
    prompts: Sequence[Prompt] = ()

    @property
    def all_saved(self) -> bool:
        """Whether nothing is left that is only in the browser."""
        return not self.theirs and not self.moved

    @property
    def as_seen(self) -> bool:
        """Whether the draft is now what the officer has before their eyes: only then it is submitted."""
        return self.all_saved and not self.behind

    @property
    def stale(self) -> str:
        """Why something is not saved or submitted, for the catalogues."""
        if self.moved:
            return _("Customs has opened a new round meanwhile. What you typed is still here.")
        if not self.theirs:
            return _(
                "A colleague changed this meanwhile; you see it now. Please look at it, and submit again."
            )
        return _(
            "A colleague changed the same meanwhile. What you typed is still here; keep yours, or take theirs."
        )

    @property
    def shown(self) -> dict[str, Any]:
        """What the page goes on showing: the officer's text stays where both wrote."""
        return {**self.values, **{name: self.typed[name] for name in self.theirs}}

    def seen(self, stored: Mapping[str, Any]) -> str:
        """What the page remembers of the draft as it is stored by now; where both wrote it still shows what it did before."""
        if self.moved:
            return _written(self.known)
        kept = {name: self.known.get(name, "") for name in self.theirs}
        return _written({name: kept.get(name, _digest(value)) for name, value in stored.items()})


def merged(form: FormData, stored: Mapping[str, Any], typed: Mapping[str, Any]) -> Merged:
    """Compare a form with the draft as it is stored; what `stored` has besides `typed` says which round it belongs to."""
    known, keep = _read(text(form, "seen")), bool(text(form, "keep"))
    sent = {name: [str(each) for each in form.getlist(name)] for name in form}
    if any(known.get(name) != _digest(stored[name]) for name in stored if name not in typed):
        return Merged(typed, typed, {}, {}, not keep, known, sent)
    values: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    behind: dict[str, Any] = {}
    for name, mine in typed.items():
        present, before = stored[name], known.get(name)
        values[name] = mine
        if mine != present and before != _digest(present):
            if before == _digest(mine):
                values[name] = behind[name] = present
            elif not keep:
                values[name] = theirs[name] = present
    return Merged(values, typed, theirs, behind, False, known, sent)


async def saved_with_others(
    portal: Portal, user: User, case: Case, merge: Callable[[Case], Merged],
    command: Callable[[Case, Merged], CaseCommand],
) -> Merged:  # fmt: skip
    """Merge a form into the draft as it is stored and save it; once more where somebody saved in between."""
    for left in reversed(range(_TRIES)):
        draft = merge(case)
        if draft.moved:
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


def as_typed(name: str, value: Any) -> Inputs:
    """A field that is one input."""
    return {name: [value]}


def as_text(name: str, value: Any, lang: Lang) -> str:
    """A field that is a text."""
    return str(value)


@dataclass(frozen=True, slots=True)
class Fields:
    """How the fields of a draft are called, which inputs they have on the page, and how their values read."""

    labels: Mapping[str, Label]
    inputs: Callable[[str, Any], Inputs] = as_typed
    words: Callable[[str, Any, Lang], str] = as_text

    def context(self, draft: Merged | None, stored: Mapping[str, Any], visit: Visit) -> dict[str, Any]:
        """For the template: what the page is to remember (`seen`), and why not all is done (`stale`).

        `theirs` is what a colleague wrote; `asks`: the officer is asked which is to stay.
        """
        if draft is None:
            return {"seen": seen(stored), "stale": "", "theirs": [], "asks": True}
        return {
            "seen": draft.seen(stored), "stale": said_now(visit, draft.stale), "theirs": self.lines(draft, visit.lang),
            "asks": not draft.all_saved,
        }  # fmt: skip

    def lines(self, draft: Merged, lang: Lang) -> list[dict[str, str]]:
        """What a colleague wrote where the officer wrote too, else where the officer did not: `label` and `text`."""
        return [
            {"label": said(self.labels[name], lang), "text": self.words(name, value, lang)}
            for name, value in (draft.theirs or draft.behind).items()
        ]

    def told(self, draft: Merged, stored: Mapping[str, Any], visit: Visit) -> Response:
        """For the page's script: the hidden field to set, what others changed, and (409) what is not saved and why.

        `understood` are inputs whose value is stored otherwise than it was typed, `prompts` what is wrong with those filled in.
        """
        remembered = {} if draft.moved else {"seen": draft.seen(stored)}
        others = {name: self.inputs(name, value) for name, value in draft.behind.items()}
        answer: dict[str, Any] = {"saved_at": clock_time(now()), "set": remembered, "others": others}
        answer["understood"] = {} if draft.moved else self._understood(draft)
        answer["prompts"] = [
            {"field": each.field, "message": said(each.model_dump(), visit.lang)} for each in draft.prompts
        ]
        if draft.all_saved:
            return JSONResponse(answer)
        overtaken = [each for name, value in draft.theirs.items() for each in self.inputs(name, value)]
        answer |= {
            "code": "stale", "message": said_now(visit, draft.stale), "errors": [], "overtaken": overtaken,
            "theirs": self.lines(draft, visit.lang), "moved": draft.moved,
        }  # fmt: skip
        return JSONResponse(answer, HTTPStatus.CONFLICT)

    def _understood(self, draft: Merged) -> Inputs:
        """The inputs of a form that are stored otherwise than they were typed: a telephone without its blanks."""
        return {
            each: values
            for name, value in draft.values.items() if name not in draft.theirs and name not in draft.behind
            for each, values in self.inputs(name, value).items()
            if each in draft.sent and [kept(sent) for sent in draft.sent[each]] != values
        }  # fmt: skip


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:_DIGITS]


def _written(digests: Mapping[str, str]) -> str:
    return " ".join(f"{name}={digest}" for name, digest in digests.items())


def _read(remembered: str) -> dict[str, str]:
    return dict(each.split("=", 1) for each in remembered.split() if "=" in each)
