"""The second factor of an account: codes of an authenticator (TOTP, RFC 6238) and recovery codes, each of them good once."""

import hmac
import re
import secrets
from collections.abc import Sequence
from hashlib import sha256

import pyotp
import segno

from services.portal.identity.accounts import get_account, list_accounts, unknown_account
from services.portal.identity.refusals import refusal_of
from services.portal.identity.secret_box import SecretBox
from shared.bilingual import Bilingual
from shared.contracts.collections import ACCOUNTS
from shared.contracts.documents.people import SecondFactor
from shared.contracts.faults import FieldFault
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.logs import get_logger
from shared.runtime.store import Document, Store

log = get_logger()
RECOVERY_CODES = 10
_ISSUER = "FAS"
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
_STEPS = (-1, 0, 1)
"""A clock may be half a minute wrong, and typing takes a while."""
_WRONG_CODE = FieldFault(
    "code", "wrong", "验证码不正确或已使用过。", "The code is wrong, or was used before."
)


def new_secret() -> str:
    """A secret to be shown to one user, and kept once a code proves that it has arrived."""
    return pyotp.random_base32()


def picture(secret: str, username: str) -> str:
    """The secret as a QR code for an authenticator, in SVG."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)
    return str(segno.make(uri, error="m").svg_inline(scale=5, border=4, light="#fff"))


class SecondFactors:
    """The second factors of all accounts; their secrets are stored encrypted (`keys`, the first encrypts)."""

    def __init__(self, store: Store, keys: Sequence[bytes]) -> None:
        self._store, self._accounts = store, store.collection(ACCOUNTS.name)
        self._box = SecretBox(keys)

    async def enrol(self, username: str, secret: str, code: str) -> tuple[str, ...]:
        """Ask for a second factor from now on; ten recovery codes, which are told this once.

        RequestRejected 422 `validation_error` names `code` where it is not this secret's; 409 `second_factor_exists`.
        """
        step = _step_of(secret, code)
        if step is None:
            raise wrong_code()
        codes = _recovery_codes()
        kept = {"sealed": self._box.seal(secret), "last_step": step, "recovery": list(map(_digest, codes))}
        wanted = {"_id": username, "second_factor": {"$exists": False}}
        if await self._accounts.find_one_and_update(wanted, {"$set": {"second_factor": kept}}) is None:
            text = Bilingual("此账户已启用两步验证。", "This account has a second factor already.")
            raise RequestRejected("second_factor_exists", text)
        return codes

    async def accepts(self, username: str, code: str) -> bool:
        """Whether this code is good now; it is used up then."""
        factor = await self._factor_of(username)
        if factor is None:
            return False
        secret = self._secret_of(factor)
        step = _step_of(secret, code) if secret else None
        if step is not None:
            return await self._use_up(
                username, {"last_step": {"$lt": step}}, {"$set": {"second_factor.last_step": step}}
            )
        digest = _digest(code)
        if digest not in factor.recovery:
            return False
        return await self._use_up(
            username, {"recovery": digest}, {"$pull": {"second_factor.recovery": digest}}
        )

    async def recovery_codes_left(self, username: str) -> int | None:
        """How many recovery codes are unused; None for an account without a second factor."""
        factor = await self._factor_of(username)
        return len(factor.recovery) if factor else None

    async def renew_recovery_codes(self, username: str) -> tuple[str, ...]:
        """Ten others, which are told this once; those there were are good for nothing from now on."""
        codes = _recovery_codes()
        change = {"$set": {"second_factor.recovery": list(map(_digest, codes))}}
        wanted = {"_id": username, "second_factor": {"$exists": True}}
        if await self._accounts.find_one_and_update(wanted, change) is None:
            raise wrong_code()
        return codes

    async def seal_again(self) -> int:
        """Encrypt with the first key what older keys encrypted, or nobody did yet; how many. An older key may go after that.

        The log says how many can't be opened, because their key is named no more.
        """
        changed = unreadable = 0
        for account in await list_accounts(self._store):
            factor = account.second_factor
            if factor is None or (factor.sealed and self._box.is_of_newest_key(factor.sealed)):
                continue
            secret = self._secret_of(factor)
            unreadable += secret is None
            changed += secret is not None and await self._sealed_again(account.username, factor, secret)
        if unreadable:
            log.error("second_factors_unreadable", count=unreadable)
        return changed

    async def _sealed_again(self, username: str, factor: SecondFactor, secret: str) -> bool:
        """Whether it was changed; not where the account has another second factor meanwhile."""
        as_read = {"second_factor.sealed": factor.sealed, "second_factor.secret": factor.secret}
        change = {
            "$set": {"second_factor.sealed": self._box.seal(secret)},
            "$unset": {"second_factor.secret": ""},
        }
        wanted = {"_id": username, **as_read}
        return await self._accounts.find_one_and_update(wanted, change) is not None

    def _secret_of(self, factor: SecondFactor) -> str | None:
        return self._box.open(factor.sealed) if factor.sealed else factor.secret

    async def _factor_of(self, username: str) -> SecondFactor | None:
        account = await get_account(self._store, username)
        return account.second_factor if account else None

    async def _use_up(self, username: str, unused: Document, change: Document) -> bool:
        """Take a code from those that are good; False where it is `unused` no more, for another was faster."""
        wanted = {"_id": username, **{f"second_factor.{name}": value for name, value in unused.items()}}
        return await self._accounts.find_one_and_update(wanted, change) is not None


async def remove_second_factor(store: Store, username: str) -> None:
    """Ask for the password alone again; RequestRejected 404 for an unknown account."""
    change = {"$unset": {"second_factor": ""}}
    if await store.collection(ACCOUNTS.name).find_one_and_update({"_id": username}, change) is None:
        raise unknown_account(username)


def wrong_code() -> RequestRejected:
    """The refusal of a code."""
    return refusal_of(_WRONG_CODE)


def _step_of(secret: str, code: str) -> int | None:
    """Which 30 seconds near now this is the code of."""
    totp, typed = pyotp.TOTP(secret), re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", typed, re.ASCII):
        return None
    present = totp.timecode(now())
    near = [present + each for each in _STEPS]
    return next((step for step in near if hmac.compare_digest(totp.generate_otp(step), typed)), None)


def _recovery_codes() -> tuple[str, ...]:
    return tuple(_recovery_code() for _ in range(RECOVERY_CODES))


def _recovery_code() -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _digest(code: str) -> str:
    """What is kept of a recovery code: 80 random bits need no salt and no slow hash."""
    return sha256(re.sub(r"[\s-]", "", code).lower().encode("utf-8", "replace")).hexdigest()
