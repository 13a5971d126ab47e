"""What intake writes: the application's form and the answer to a retrospective check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.intake.checks import application_faults, check_faults, scope_faults
from shared.contracts.commands import AgreeToCheck, RefuseCheck, SaveApplication, SubmitApplication
from shared.contracts.documents.cases import Case
from shared.contracts.documents.files import StoredFile
from shared.contracts.documents.record import documents_of
from shared.contracts.events import ApplicationSubmission, CheckAnswerSubmission
from shared.contracts.facts import CheckInitiated
from shared.contracts.parts import ApplicationForm
from shared.contracts.text_checks import of_what_is_filled_in
from shared.contracts.vocabulary import CheckAnswer, Kind, Stage, Status
from shared.lifecycle.attachments import merged_attachments
from shared.lifecycle.case import check_id, new_case
from shared.lifecycle.movement import RecordContext, Recorder, StageUpdate
from shared.lifecycle.validation import raise_if_faults


@dataclass(frozen=True, slots=True)
class ScopeWarnings:
    """Foods of a check that customs may well check, and that we did not expect (DOMAIN 1.4).

    `outside_scope`: the authority does not manage them. `never_approved`: no assessment of the authority was approved here.
    """

    outside_scope: tuple[str, ...] = ()
    never_approved: tuple[str, ...] = ()


def begun_draft(
    command: SaveApplication, country: str, files: Mapping[str, StoredFile], at: datetime
) -> Case:
    """A new draft; it has no number yet (DOMAIN 1.1)."""
    form = command.form or ApplicationForm()
    raise_if_faults(scope_faults(form, command.scope))
    stage = {
        "form": form.model_dump(),
        "attachments": documents_of(merged_attachments((), command, RecordContext(at, files))),
    }
    return new_case(
        case_id=command.case_id, kind=Kind.ASSESSMENT, authority=command.authority, country=country, case_no=None,
        status=Status.DRAFT, at=at, header=_header(form), stage_data=stage,
    )  # fmt: skip


def begun_check(fact: CheckInitiated, country: str, at: datetime, unexpected: ScopeWarnings) -> Case:
    """A retrospective check as customs planned it; its date is when customs started it (图5-1), not when we heard."""
    form = {"department": fact.department, "contact": fact.contact.model_dump()}
    files = [file.model_dump() for file in fact.attachments]
    plan = {"overview": fact.overview, "plan_attachments": files, "plan_form": form}
    header = {
        "category": fact.category,
        "specific": list(fact.specific),
        "overview": fact.overview,
        "applied_at": fact.at,
        "outside_scope": list(unexpected.outside_scope),
        "never_approved": list(unexpected.never_approved),
    }
    return new_case(
        case_id=check_id(fact.case_no), kind=Kind.RETROSPECTIVE, authority=fact.authority, country=country,
        case_no=fact.case_no, status=Status.PENDING, at=at, header=header,
        stage_data={"form": form, "attachments": [], **plan},
    )  # fmt: skip


def save_application(case: Case, command: SaveApplication, moment: RecordContext) -> StageUpdate:
    """The form as it stands, complete or not."""
    saved = case.stages[Stage.APPLICATION]
    form = command.form or saved.application_form
    raise_if_faults(scope_faults(form, command.scope))
    files = merged_attachments(saved.attachments, command, moment)
    fields = {"form": form.model_dump(), "attachments": documents_of(files)}
    prompts = of_what_is_filled_in(application_faults(form, files))
    return StageUpdate(fields=fields, header=_header(form), prompts=prompts)


def submit_application(case: Case, command: SubmitApplication, moment: RecordContext) -> StageUpdate:
    """The saved form, when it is complete."""
    saved = case.stages[Stage.APPLICATION]
    form, files = saved.application_form, saved.attachments
    raise_if_faults(application_faults(form, files) + scope_faults(form, command.scope))
    refs = tuple(file.ref for file in files)
    return StageUpdate(
        submission=ApplicationSubmission(
            authority=case.authority, country=case.country, form=form, attachments=refs
        )
    )


def answer_check(case: Case, command: AgreeToCheck | RefuseCheck, moment: RecordContext) -> StageUpdate:
    """同意检查 or 拒绝检查, with the contact of the authority."""
    raise_if_faults(check_faults(command.form, command.attachments))
    answer = CheckAnswer.AGREE if isinstance(command, AgreeToCheck) else CheckAnswer.REFUSE
    files = [moment.files[file] for file in command.attachments]
    fields = {
        "answer": answer.value,
        "form": command.form.model_dump(),
        "attachments": documents_of(files),
    }
    submission = CheckAnswerSubmission(
        answer=answer, form=command.form, attachments=tuple(file.ref for file in files)
    )
    return StageUpdate(fields=fields, submission=submission)


def _header(form: ApplicationForm) -> dict[str, object]:
    return {"category": form.category, "specific": list(form.specific), "overview": form.overview}


RECORDS: dict[type, Recorder] = {
    SaveApplication: save_application,
    SubmitApplication: submit_application,
    AgreeToCheck: answer_check,
    RefuseCheck: answer_check,
}
