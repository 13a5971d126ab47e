"""Signing in: whoever failed too often waits, whoever shows the password gets a session, and both are written down."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from services.portal.accounts import Account, Denied, change_password, verify
from services.portal.failures import Failures, Hold
from services.portal.passwords import AT_ONCE
from services.portal.sessions import User, begin_session, prepare_sessions
from services.portal.turns import TooBusy, Turns
from shared.contracts.faults import FieldFault
from shared.lifecycle.clock import now
from shared.runtime.errors import Refuse
from shared.runtime.logs import get_logger
from shared.runtime.store import Store

log = get_logger()
WAITING = 100
SLOWED = 20
"""How many attempts from one address wait at the same time, once they do."""
BUSY_SECONDS = 2


class RefuseForNow(Refuse):
    """The same request may be good after `seconds`."""

    def __init__(self, code: str, detail: str, status: int, seconds: int) -> None:
        super().__init__(code, detail, status=status)
        self.seconds = seconds


class Entrance:
    """Where everybody signs in. A failure is counted before the next password is looked at, two at a time."""

    def __init__(self, store: Store, keys: Sequence[bytes]) -> None:
        self._store, self._failures = store, Failures(store, keys)
        self._turns = Turns(AT_ONCE, WAITING)
        self._slowed: defaultdict[str, int] = defaultdict(int)

    async def prepare(self) -> None:
        """Make the indexes."""
        await self._failures.prepare()
        await prepare_sessions(self._store)

    async def sign_in(self, username: str, password: str, address: str, *, page: bool = False) -> str:
        """A new token, for a browser's session if `page`.

        Refuse 401 `invalid_credentials`, 429 `too_many_attempts` even with the right password, 503 `busy`.
        """
        account = await self._let_in(username, password, address)
        token = await begin_session(self._store, account, page=page)
        log.info("signed_in", user=account.username)
        return token

    async def change_password(self, user: User, old: str, new: str, address: str) -> None:
        """Give oneself another password; guessing the old one is as slow as signing in, and every other session ends.

        Refuse 422 `validation_error` names `old` or `new`; 429 and 503 as for signing in.
        """
        try:
            await self._let_in(user.username, old, address)
        except Refuse as refusal:
            if refusal.code != "invalid_credentials":
                raise
            raise Refuse(
                "validation_error", _WRONG_OLD.message_en, [asdict(_WRONG_OLD)], status=422
            ) from None
        await change_password(self._store, user.username, user.session, old, new)
        log.info("password_changed", user=user.username)

    async def _let_in(self, username: str, password: str, address: str) -> Account:
        """The account, whose password was shown; each failure so far was counted before this one is looked at."""
        hold = await self._not_paused(username, address)
        try:
            await self._slow_down(address, hold.seconds)
            async with self._turns.turn():
                await self._not_paused(username, address)
                return await self._examined(username, password, address)
        except TooBusy:
            log.warning("sign_in_refused", reason="busy", address=address)
            detail = "登录请求过多，请稍后再试。 Too many are signing in; please try again shortly."
            raise RefuseForNow("busy", detail, 503, BUSY_SECONDS) from None

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

    async def _examined(self, username: str, password: str, address: str) -> Account:
        found = await verify(self._store, username, password)
        attempt = self._failures.attempt(username, address)
        if isinstance(found, Account):
            await self._failures.succeeded(attempt)
            return found
        await self._failures.failed(attempt)
        known = {} if found is Denied.UNKNOWN_USER else {"user": username}
        log.warning("sign_in_refused", reason=found.value, address=address, **known)
        detail = "用户名或密码不正确。 The user name or the password is wrong."
        raise Refuse("invalid_credentials", detail, status=401)

    async def _not_paused(self, username: str, address: str) -> Hold:
        hold = await self._failures.hold(self._failures.attempt(username, address))
        if hold.until is not None:
            log.warning("sign_in_refused", reason="too_many_attempts", address=address)
            raise _paused(hold.until)
        return hold


_WRONG_OLD = FieldFault("old", "wrong", "旧密码不正确。", "The old password is wrong.")


def _paused(until: datetime) -> RefuseForNow:
    seconds = max(math.ceil((until - now()).total_seconds()), 1)
    moment = f"{until:%Y-%m-%d %H:%M:%S} UTC"
    detail = (
        f"登录失败次数过多，请在{moment}之后（约{seconds}秒）再试。 "
        f"Too many failed attempts; try again after {moment}, in about {seconds} s."
    )
    return RefuseForNow("too_many_attempts", detail, 429, seconds)
