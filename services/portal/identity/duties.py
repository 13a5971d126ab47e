"""What somebody must do before anything else answers: another password, a second factor (decision 0044)."""

from enum import StrEnum

from shared.bilingual import Bilingual
from shared.contracts.documents.people import Account, Authority
from shared.runtime.errors import RequestRejected


class Duty(StrEnum):
    """What must be done first, by the codes of the refusals."""

    CHANGE_PASSWORD = "password_change_required"  # noqa: S105
    SET_UP_SECOND_FACTOR = "second_factor_required"


_SENTENCES = {
    Duty.CHANGE_PASSWORD: Bilingual(
        "此密码由他人设置，须先修改：PUT /api/v1/me/password，或在门户的页面上修改。",
        "Somebody else gave out this password: change it first, by PUT /api/v1/me/password or on the portal's page.",
    ),
    Duty.SET_UP_SECOND_FACTOR: Bilingual(
        "此账户须启用两步验证：请在门户的“我的账户”中启用。",
        "This account needs a second factor: set it up on the portal's page «My account».",
    ),
}


def duty_of(account: Account, authority: Authority | None) -> Duty | None:
    """What the owner of an account must do first, if anything."""
    if account.must_change:
        return Duty.CHANGE_PASSWORD
    wanted = account.factor_wanted or (authority is not None and authority.factor_wanted)
    return Duty.SET_UP_SECOND_FACTOR if wanted and account.second_factor is None else None


def refusal_for(duty: Duty) -> RequestRejected:
    """The refusal 403 of everything else, with the way out."""
    return RequestRejected(duty.value, _SENTENCES[duty], status=403)
