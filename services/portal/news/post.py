"""One attempt to hand an e-mail to the mail server (SMTP), and how it ended."""

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as AS_SENT

import aiosmtplib

from shared.contracts.news import MailOutcome
from shared.runtime.settings import Settings

STEP_SECONDS = 10.0
"""The longest that each step of the conversation takes, of which there are few: an attempt stays within its lease."""
_AWAY = (aiosmtplib.SMTPException, OSError)
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server, how we speak and sign in to it, and who our e-mails are from."""

    host: str
    port: int
    tls: str
    """`starttls`, `implicit` or `none`."""
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    trusted: ssl.SSLContext | None = None

    @classmethod
    def of(cls, settings: Settings) -> "MailServer":
        """As the settings name it."""
        trusted = None if settings.smtp_tls == "none" else settings.smtp_certificates.context()
        password = settings.smtp_password.get_secret_value()
        return cls(
            settings.smtp_host, settings.smtp_port, settings.smtp_tls, settings.smtp_from, settings.smtp_user,
            password, trusted,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailAttempt:
    """How an attempt ended, and why where it did not succeed: in one line, without an address."""

    outcome: MailOutcome
    error: str = ""


class Postman:
    """Sends e-mails, each on a connection of its own."""

    def __init__(self, server: MailServer) -> None:
        self.server = server

    async def send(self, letter: EmailMessage) -> MailAttempt:
        """Hand an e-mail over; never an error, but how it ended.

        Where the connection is lost after the text was begun the end is UNKNOWN: SMTP can't be asked what became of it.
        """
        try:
            async with self._conversation() as said:
                return await self._told(said, letter)
        except _AWAY as error:
            return MailAttempt(MailOutcome.AWAY, why(error))

    async def _told(self, said: aiosmtplib.SMTP, letter: EmailMessage) -> MailAttempt:
        try:
            await said.mail(self.server.sender)
            await said.rcpt(str(letter["To"]))
        except aiosmtplib.SMTPResponseException as error:
            return MailAttempt(_refusal(error), why(error))
        try:
            await said.data(letter.as_bytes(policy=AS_SENT))
        except aiosmtplib.SMTPResponseException as error:
            return MailAttempt(_refusal(error), why(error))
        except _AWAY as error:
            return MailAttempt(MailOutcome.UNKNOWN, why(error))
        return MailAttempt(MailOutcome.SENT)

    @asynccontextmanager
    async def _conversation(self) -> AsyncIterator[aiosmtplib.SMTP]:
        server = self.server
        said = aiosmtplib.SMTP(
            hostname=server.host, port=server.port, timeout=STEP_SECONDS, use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls", tls_context=server.trusted, username=server.user or None,
            password=server.password or None,
        )  # fmt: skip
        await said.connect()
        try:
            yield said
        finally:
            with suppress(*_AWAY):  # what was to be said is said
                await said.quit()
            said.close()


def _refusal(error: aiosmtplib.SMTPResponseException) -> MailOutcome:
    """5xx is for good, 4xx for now (RFC 5321 4.2.1)."""
    return MailOutcome.REFUSED if error.code >= 500 else MailOutcome.AWAY


def why(error: BaseException) -> str:
    """An error in one line, without the addresses that servers like to repeat."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        said = f"{error.code} {error.message}"
    else:
        said = str(error) or type(error).__name__
    return _ADDRESS.sub("…", " ".join(said.split()))[:_LONGEST]
