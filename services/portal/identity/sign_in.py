"""Signing in: whoever failed too often waits, whoever shows the password gets a session, and both are written down."""

import asyncio
import math
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from services.portal.identity.accounts import Denied, change_password, get_account, note_sign_in, verify
from services.portal.identity.concurrency import ConcurrencyLimiter, TooBusy
from services.portal.identity.login_throttle import Hold, LoginThrottle, SignInAttempt
from services.portal.identity.passwords import AT_ONCE
from services.portal.identity.refusals import refusal_of
from services.portal.identity.second_factor import SecondFactors, wrong_code
from services.portal.identity.session_repository import end_session, prepare_sessions
from services.portal.identity.sessions import User, begin_session
from services.portal.identity.sign_in_trail import note
from shared.bilingual import Bilingual
from shared.contracts.documents.people import Account
from shared.contracts.faults import FieldFault
from shared.contracts.states import Action, AuditOutcome
from shared.contracts.times import in_china
from shared.runtime.clock import now
from shared.runtime.errors import RejectedForNow, RequestRejected
from shared.runtime.logs import get_logger
from shared.runtime.store import Store

log = get_logger()
WAITING = 100
SLOWED = 20
"""How many attempts from one address wait at the same time, once they do."""
BUSY_SECONDS = 2


class SignIn:
    """Where everybody signs in. A failure is counted before the next password is looked at, two at a time.

    Who came, was refused and left stands on the audit trail; what was not looked at during a pause does not.
    """

    def __init__(self, store: Store, keys: Sequence[bytes]) -> None:
        self._store, self._failures = store, LoginThrottle(store, keys)
        self.factors = SecondFactors(store, keys)
        self._turns = ConcurrencyLimiter(AT_ONCE, WAITING)
        self._slowed: defaultdict[str, int] = defaultdict(int)

    async def prepare(self) -> None:
        """Make the indexes."""
        await self._failures.prepare()
        await prepare_sessions(self._store)

    async def sign_in(
        self,
        username: str,
        password: str,
        address: str,
        *,
        page: bool = False,
        otp: str = "",
        agent: str = "",
    ) -> str:
        """A new token, for a browser's session if `page`; `agent` is what the program calls itself.

        RequestRejected 401 `invalid_credentials`; with a second factor 401 `otp_required` without a code and
        `otp_invalid` with a wrong one; 429 `too_many_attempts` even with the right password, 503 `busy`.
        """
        account = await self._let_in(username, password, address, otp)
        return await self._begun(account, address, page=page, agent=agent)

    async def finish(self, username: str, generation: int, otp: str, address: str, agent: str = "") -> str:
        """A browser's token for whoever showed the password a moment ago, and shows the code now.

        Not where the account has had another password since (`generation`).
        """
        attempt = self._failures.attempt(username, address)
        async with self._own_turn(username, address):
            account = await get_account(self._store, username)
            if account is None or account.disabled or account.generation != generation:
                raise _wrong()
            if (
                not account.second_factor
            ):  # it was taken away meanwhile; nothing that only we signed stands for a password
                raise _wrong()
            await self._second(account, otp, attempt, address)
            await self._failures.succeeded(attempt)
        return await self._begun(account, address, page=True, agent=agent)

    async def generation_of(self, username: str) -> int:
        """Which sessions of an account are good: it grows with each new password."""
        account = await get_account(self._store, username)
        return account.generation if account else -1

    async def _begun(self, account: Account, address: str, *, page: bool, agent: str) -> str:
        await note(self._store, Action.SIGN_IN, account.username, address, AuditOutcome.DONE)
        await note_sign_in(self._store, account.username)
        token = await begin_session(self._store, account, page=page, agent=agent)
        log.info("signed_in", user=account.username)
        return token

    async def sign_out(self, user: User, address: str) -> None:
        """End the session: its token opens nothing any more."""
        await note(self._store, Action.SIGN_OUT, user.username, address, AuditOutcome.DONE)
        await end_session(self._store, user.session)

    async def change_password(self, user: User, old: str, new: str, address: str) -> None:
        """Give oneself another password.

        Every other session ends. RequestRejected 422 `validation_error` names `old` or `new`.
        """
        await self.shows_password(user, old, address, "old")
        await note(self._store, Action.CHANGE_PASSWORD, user.username, user.username, AuditOutcome.DONE)
        await change_password(self._store, user.username, user.session, old, new)
        log.info("password_changed", user=user.username)

    async def shows_password(self, user: User, password: str, address: str, field: str) -> None:
        """Whoever is signed in shows the password once more; guessing it is as slow as signing in.

        RequestRejected 422 `validation_error` names `field`; 429 and 503 as for signing in.
        """
        try:
            await self._let_in(user.username, password, address, None)
        except RequestRejected as refusal:
            if refusal.code != "invalid_credentials":
                raise
            fault = FieldFault(field, "wrong", "密码不正确。", "The password is wrong.")
            raise refusal_of(fault) from None

    async def shows_code(self, user: User, code: str, address: str) -> None:
        """Whoever is signed in shows a code of the second factor.

        RequestRejected 422 names `code`, 429 after too many wrong ones.
        """
        async with self._own_turn(user.username, address):
            if not await self.factors.accepts(user.username, code):
                await self._failures.failed(self._failures.attempt(user.username, address))
                raise wrong_code()

    async def _let_in(self, username: str, password: str, address: str, otp: str | None) -> Account:
        """The account, whose password was shown; each failure so far was counted before this one is looked at.

        The second factor is asked for unless `otp` is None.
        """
        async with self._own_turn(username, address):
            return await self._examined(username, password, address, otp)

    @asynccontextmanager
    async def _own_turn(self, username: str, address: str) -> AsyncIterator[None]:
        """Around one look at a password or a code: a burst of them is looked at no faster than its failures are counted."""
        hold = await self._not_paused(username, address)
        try:
            await self._slow_down(address, hold.seconds)
            async with self._turns.turn():
                await self._not_paused(username, address)
                yield
        except TooBusy:
            log.warning("sign_in_refused", reason="busy", address=address)
            text = Bilingual(
                "登录请求过多，请稍后再试。", "Too many are signing in; please try again shortly."
            )
            raise RejectedForNow("busy", text, 503, BUSY_SECONDS) from None

    async def _slow_down(self, address: str, seconds: float) -> None:
        """Wait before the password is looked at; a few from one address may do so, and TooBusy is for the others."""
        if not seconds:
            return
        if self._slowed[address] >= SLOWED:
            raise TooBusy
        self._slowed[address] += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self._slowed[address] -= 1
            if not self._slowed[address]:
                del self._slowed[address]

    async def _examined(self, username: str, password: str, address: str, otp: str | None) -> Account:
        found = await verify(self._store, username, password)
        attempt = self._failures.attempt(username, address)
        if isinstance(found, Account):
            if otp is not None:
                await self._second(found, otp, attempt, address)
            await self._failures.succeeded(attempt)
            return found
        await self._failures.failed(attempt)
        known = {} if found is Denied.UNKNOWN_USER else {"user": username}
        log.warning("sign_in_refused", reason=found.value, address=address, **known)
        await self._refused(known.get("user", ""), address, found.value)
        raise _wrong()

    async def _refused(self, username: str, address: str, reason: str) -> None:
        await note(self._store, Action.SIGN_IN, username, address, AuditOutcome.REFUSED, reason)

    async def _second(self, account: Account, otp: str, attempt: SignInAttempt, address: str) -> None:
        """The second factor, where the account has one; a wrong code is a failure like a wrong password."""
        if not account.second_factor:
            return
        if not otp:
            text = Bilingual("请输入身份验证器中的验证码。", "Enter the code of your authenticator.")
            raise RequestRejected("otp_required", text, status=401)
        if not await self.factors.accepts(account.username, otp):
            await self._failures.failed(attempt)
            log.warning("sign_in_refused", reason="wrong_code", user=account.username)
            await self._refused(account.username, address, "wrong_code")
            text = Bilingual("验证码不正确或已使用过。", "The code is wrong, or was used before.")
            raise RequestRejected("otp_invalid", text, status=401)

    async def _not_paused(self, username: str, address: str) -> Hold:
        hold = await self._failures.hold(self._failures.attempt(username, address))
        if hold.until is not None:
            log.warning("sign_in_refused", reason="too_many_attempts", address=address)
            raise _paused(hold.until)
        return hold


def _wrong() -> RequestRejected:
    text = Bilingual("用户名或密码不正确。", "The user name or the password is wrong.")
    return RequestRejected("invalid_credentials", text, status=401)


def _paused(until: datetime) -> RejectedForNow:
    seconds = max(math.ceil((until - now()).total_seconds()), 1)
    moment = in_china(until)
    text = Bilingual(
        f"登录失败次数过多，请在{moment}之后（约{seconds}秒）再试。",
        f"Too many failed attempts; try again after {moment}, in about {seconds} s.",
    )
    return RejectedForNow("too_many_attempts", text, 429, seconds)
