"""Shows one part of the questionnaire, and says what of it its routes need to know."""

from collections.abc import Mapping, Sequence
from functools import partial

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from services.portal.cases.earlier_answers import approved_before, carried_for, may_carry
from services.portal.cases.part_names import numbers_of, part_name
from services.portal.cases.progress import progress
from services.portal.cases.views import may_edit
from services.portal.context import Portal, case_of, entered, questionnaires_of
from services.portal.identity.sessions import User
from services.portal.pages.case.layout import case_page
from services.portal.pages.corrections.items import corrections
from services.portal.pages.form_commands import new_once
from services.portal.pages.formatting import clock_time
from services.portal.pages.language import Lang, said
from services.portal.pages.questionnaire import view_model
from services.portal.pages.questionnaire.carry_view import REASONS, CarryView
from services.portal.pages.questionnaire.part_form import cell_name
from services.portal.pages.questionnaire.saving import STAGE, KeptBack, SaveOutcome, open_by_part
from shared.contracts.catalogue import SPECIFIC
from shared.contracts.documents.cases import Case
from shared.contracts.limits import CELL_CHARACTERS, NOTE_CHARACTERS, TEXT_CHARACTERS
from shared.contracts.questionnaires import Answer, Question, Questionnaire, all_parts, placed_questions
from shared.questionnaires.answers import answers_of, stored_answers
from shared.questionnaires.format_checks import wrong_answers
from shared.questionnaires.missing import lacking_beside
from shared.questionnaires.relevance import asked_now
from shared.runtime.clock import now


async def show_part(
    request: Request, portal: Portal, case: Case, part: str, *, outcome: SaveOutcome | None = None,
    form: FormData | None = None, refused: dict[str, list[KeptBack]] | None = None, status: int = 200,
    notice: str = "",
) -> Response:  # fmt: skip
    """One part of the questionnaire; with a form that was not saved as a whole, as it was typed. `notice` is said above it."""
    if STAGE not in case.stages:
        return await case_page(request, portal, case, STAGE, "questionnaire/part.html", {})
    asked, pinned = await questionnaires_of(portal, case), await corrections(portal.store, case, STAGE)
    wrong = wrong_answers(asked, answers_of(case), now())
    tabs = view_model.tabs(asked, case, pinned, wrong)
    tab, query = view_model.opens_on(tabs, part), request.query_params
    found = await carried_for(portal.cases, portal.questionnaires, case, asked)
    editable = may_edit(case, STAGE)
    tells = editable and not may_carry(case)
    approved = await approved_before(portal.cases, portal.questionnaires, case, asked) if tells else {}
    context = {
        "tabs": tabs, "tab": tab, "part_name": part_name,
        "several": len(asked) > 1, "corrections": pinned, "editable": editable,
        "questions": view_model.questions(tab, case, pinned, found.offers, approved, wrong, outcome, form),
        "carry": CarryView.of(case, asked, tab, found), "food_of": SPECIFIC.get,
        "left_reasons": REASONS, "notice": notice,
        "unpinned": view_model.not_pinned(asked, case, pinned),
        "still_open": len(case.stages[STAGE].open_required), "required": sum(each.required for each in tabs),
        "refused": view_model.refusals_by_part(tabs, refused or {}), "numbers": numbers_of(asked),
        "place_of": partial(view_model.place_of, asked), "cell_anchor": view_model.cell_anchor,
        "asked_in": {item.key: asked_in(case, item.target) for item in pinned.items},
        "left": bool(outcome and not outcome.all_saved), "once": new_once(), "spare": view_model.SPARE_ROWS,
        "longest": TEXT_CHARACTERS, "longest_note": NOTE_CHARACTERS, "longest_cell": CELL_CHARACTERS,
        "submitted": query.get("submitted") == "1", "just_saved": query.get("saved") == "1",
        "complete": query.get("complete") == "1", "rounds": _rounds(case), "next_tab": _after(tabs, tab),
    }  # fmt: skip
    return await case_page(request, portal, case, STAGE, "questionnaire/part.html", context, status)


def progress_told(
    asked: Sequence[Questionnaire], case: Case, lang: Lang, numbered: Mapping[str, Answer] | None = None
) -> dict[str, object]:
    """As the page's script takes it: required questions that are open, by part, and which; what contradicts the format.

    `lacks`: of those that are open for a note or a file alone, what is said beside them. `numbered` are tables whose rows are
    to be called as the form numbers them.
    """
    still_open = case.stages[STAGE].open_required
    now_asked, answers = asked_now(asked, stored_answers(case)), answers_of(case)
    wrong = wrong_answers(asked, {**answers, **(numbered or {})}, now())
    lacks = lacking_beside(now_asked, answers)
    return {
        "open": open_by_part(progress(now_asked, still_open)), "open_required": still_open,
        "wrong": {
            view_model.key_of(each, part): sum(question.id in wrong for question in part.questions)
            for each, part in all_parts(asked)
        },
        "lacks": {name: said(what, lang) for name, what in lacks.items()},
        "prompts": [
            {
                "field": name, "message": said(why.said, lang),
                "cells": [cell_name(name, row - 1, column) for row, column in why.cells],
            }
            for name, why in wrong.items()
        ],
    }  # fmt: skip


async def saved_answer(
    portal: Portal, user: User, case: Case, asked: Sequence[Questionnaire], lang: Lang
) -> JSONResponse:
    """What the page's script is told once something of a case was saved that is none of its fields."""
    present = await case_of(portal, user, case.id)
    return JSONResponse(
        {"saved_at": clock_time(now()), "base_digests": {}, **progress_told(asked, present, lang)}
    )


async def asked_of(portal: Portal, user: User, case: Case) -> tuple[Questionnaire, ...]:
    """The questionnaires of a case that has entered the stage; RequestRejected 409 where it has not."""
    return await questionnaires_of(portal, await entered(portal, user, case.id, STAGE))


def questions_of_part(asked: Sequence[Questionnaire], key: str) -> list[Question]:
    """The questions of one part; none for an unknown one."""
    return [
        question for each, part, question in placed_questions(asked) if view_model.key_of(each, part) == key
    ]


def asked_in(case: Case, target: str) -> str:
    """The id of the question that an item of customs' is about, by itself or by a file of its answer."""
    for question, answer in stored_answers(case).items():
        if any(target == f"attachment:{file.id}" for file in answer.attachments):
            return question
    return target.removeprefix("question:")


def _rounds(case: Case) -> int:
    return sum(each.stage is STAGE for each in case.submissions)


def _after(tabs: Sequence[view_model.Tab], tab: view_model.Tab) -> view_model.Tab | None:
    place = tabs.index(tab) + 1
    return tabs[place] if place < len(tabs) else None


def address_of(case: Case) -> str:
    """Where the questionnaire of a case is shown."""
    return f"/cases/{case.id}/questionnaire"
