"""What questionnaire writes: the opened questionnaires, the answers, the rounds of rectification."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from services.questionnaire.answers import merged, size_faults, submission_faults, submitted_answers
from services.questionnaire.carrying import confirmed, put_back, unconfirmed_faults
from services.questionnaire.catalogue import for_case
from services.questionnaire.completeness import open_required
from services.questionnaire.rectification import rectification_faults
from shared.contracts.commands import (
    ConfirmAnswers,
    PutBackAnswers,
    SaveAnswers,
    SaveRectification,
    SubmitQuestionnaire,
    SubmitRectification,
    TakeAnswers,
)
from shared.contracts.documents.cases import Case, RectificationRound
from shared.contracts.documents.record import documents_of
from shared.contracts.events import AnswersSubmission, RectificationSubmission
from shared.contracts.facts import QuestionnaireOpened, RectificationRequired
from shared.contracts.questionnaires import Questionnaire
from shared.contracts.text_checks import of_what_is_filled_in
from shared.contracts.vocabulary import Stage
from shared.lifecycle.attachments import merged_attachments
from shared.lifecycle.case import unanswered
from shared.lifecycle.movement import RecordContext, Recorder, StageUpdate, reads
from shared.lifecycle.validation import raise_if_faults
from shared.questionnaires.answers import answers_of, stored_answers
from shared.questionnaires.repository import QuestionnaireRepository


def opened(case: Case, fact: QuestionnaireOpened, moment: RecordContext) -> StageUpdate:
    """The questionnaires of the case's specific categories, in the versions of today (DOMAIN 1.7)."""
    chosen = for_case(case.specific, fact.materials_only, kind=case.kind)
    versions = [{"code": questionnaire.code, "version": questionnaire.version} for questionnaire in chosen]
    return StageUpdate(
        fields={
            "questionnaires": versions, "materials_only": fact.materials_only, "answers": {},
            "open_required": open_required(chosen, {}),
        }
    )  # fmt: skip


class Answers:
    """Saves and submits answers to the questionnaires that a case was opened with."""

    def __init__(self, repository: QuestionnaireRepository) -> None:
        self._repository = repository

    def asked(self, case: Case) -> tuple[Questionnaire, ...]:
        """The questionnaires of a case."""
        opened = case.stages[Stage.QUESTIONNAIRE].questionnaires
        return self._repository.cached(
            [(each.code, each.version) for each in opened], case.specific, case.kind
        )

    def save(self, case: Case, command: SaveAnswers | TakeAnswers, moment: RecordContext) -> StageUpdate:
        """Merge the given answers; an answer that somebody changed meanwhile is refused, never overwritten."""
        return merged(self.asked(case), case, command, moment)

    def confirm(self, case: Case, command: ConfirmAnswers, moment: RecordContext) -> StageUpdate:
        """Take the mark «to be confirmed» from answers as the officer saw them."""
        return confirmed(case, command, moment.at)

    def put_back(self, case: Case, command: PutBackAnswers, moment: RecordContext) -> StageUpdate:
        """Give back what stood there before an answer was taken."""
        return put_back(self.asked(case), case, command, moment.at)

    def submit(self, case: Case, command: SubmitQuestionnaire, moment: RecordContext) -> StageUpdate:
        """All answers to what is asked, when every required one is there and each is confirmed and what its question takes."""
        asked, answers = self.asked(case), answers_of(case)
        waiting = unconfirmed_faults(asked, stored_answers(case))
        raise_if_faults([*submission_faults(asked, answers, moment.at), *waiting])
        submitted = submitted_answers(asked, case, command.approved)
        raise_if_faults(size_faults(submitted))
        return StageUpdate(submission=AnswersSubmission(answers=submitted))


@reads("rounds")
def open_round(case: Case, fact: RectificationRequired, moment: RecordContext) -> StageUpdate:
    """整改要求: a new round, the last one current (DOMAIN E4.4).

    Where the round before was not answered, customs replaces it: what was typed for it becomes the new round's draft.
    """
    begun: dict[str, object] = {
        "rectification_no": fact.rectification_no, "issued_on": fact.issued_on.isoformat(),
        "requirement": fact.requirement, "opinion": fact.opinion,
        "materials": [file.model_dump() for file in fact.attachments],
        "statement": "", "attachments": [], "submitted_at": None,
    }  # fmt: skip
    earlier = _rounds(case)
    if unanswered(case, fact.stage) and earlier:
        *before, replaced = earlier
        begun |= {"statement": replaced.statement, "attachments": documents_of(replaced.attachments)}
        begun["changed_by_customs"] = True
        if not replaced.submitted_at:
            replaced = replaced.changed(statement="", attachments=[])
        earlier = (*before, replaced.changed(replaced_at=moment.at))
    return StageUpdate(fields={"rounds": [*documents_of(earlier), begun], "asked_at": moment.at})


def save_round(case: Case, command: SaveRectification, moment: RecordContext) -> StageUpdate:
    """The statement and evidence of the current round, complete or not."""
    current = _rounds(case)[-1]
    statement = current.statement if command.statement is None else command.statement
    files = merged_attachments(current.attachments, command, moment)
    prompts = of_what_is_filled_in(rectification_faults(statement, files))
    return replace(_current(case, statement=statement, attachments=documents_of(files)), prompts=prompts)


def submit_round(case: Case, command: SubmitRectification, moment: RecordContext) -> StageUpdate:
    """The current round, when it is complete."""
    current = _rounds(case)[-1]
    raise_if_faults(rectification_faults(current.statement, current.attachments))
    submission = RectificationSubmission(
        rectification_no=current.rectification_no, issued_on=date.fromisoformat(current.issued_on),
        statement=current.statement, attachments=tuple(file.ref for file in current.attachments),
    )  # fmt: skip
    return replace(_current(case, submitted_at=moment.at), submission=submission)


def records(repository: QuestionnaireRepository) -> Mapping[type, Recorder]:
    """What is written for each message."""
    answers = Answers(repository)
    return {
        QuestionnaireOpened: opened,
        SaveAnswers: answers.save,
        TakeAnswers: answers.save,
        ConfirmAnswers: answers.confirm,
        PutBackAnswers: answers.put_back,
        SubmitQuestionnaire: answers.submit,
        RectificationRequired: open_round,
        SaveRectification: save_round,
        SubmitRectification: submit_round,
    }


def _rounds(case: Case) -> tuple[RectificationRound, ...]:
    entered = case.stages.get(Stage.EVALUATION)
    return entered.rounds if entered else ()


def _current(case: Case, **values: object) -> StageUpdate:
    *earlier, current = _rounds(case)
    return StageUpdate(fields={"rounds": documents_of([*earlier, current.changed(**values)])})
