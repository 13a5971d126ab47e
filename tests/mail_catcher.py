"""A real mail server for tests, which keeps what it gets and can be told to misbehave."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Manner(StrEnum):
    """How the catcher answers to the text of an e-mail."""

    TAKES = "takes it"
    REFUSES = "refuses it for good"
    NOT_NOW = "refuses it for now"
    GONE_BEFORE = "closes the connection without having taken it"
    GONE_AFTER = "takes it and closes the connection without a word"
    SILENT = "neither takes it nor answers"


USER, PASSWORD = "fas", "a password of the mail server"
NOBODY = "nobody@example.org"
"""A recipient that is not known here."""


@dataclass
class MailCatcher:
    """What came, in its order; `manner` may be changed at any time."""

    port: int = 0
    manner: Manner = Manner.TAKES
    caught: list[EmailMessage] = field(default_factory=list)
    tries: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == NOBODY:
            return f"550 5.1.1 <{address}>: user unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.tries += 1
        self.came.set()
        if self.manner in (Manner.TAKES, Manner.GONE_AFTER):
            self.caught.append(_read(envelope))
        if self.manner is Manner.SILENT:
            await asyncio.Event().wait()  # until the other side is gone
        if self.manner in (Manner.GONE_AFTER, Manner.GONE_BEFORE):
            transport: Any = server.transport
            transport.abort()
        return _ANSWERS.get(self.manner, "250 OK")

    def of(self, address: str) -> list[EmailMessage]:
        """What came for somebody."""
        return [each for each in self.caught if each["To"] == address]


_ANSWERS = {Manner.REFUSES: "554 5.7.1 not from you", Manner.NOT_NOW: "451 4.3.0 later, please"}


def text_of(letter: EmailMessage) -> str:
    """The text of an e-mail, which has nothing else."""
    assert not letter.is_multipart()
    return str(letter.get_content())


def _read(envelope: Envelope) -> EmailMessage:
    content = envelope.content
    assert isinstance(content, bytes)
    found = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert envelope.rcpt_tos == [found["To"]]
    return found


def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    known = isinstance(given, LoginPassword) and given == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@asynccontextmanager
async def catching(
    *, port: int = 0, tls: ssl.SSLContext | None = None, signs_in: bool = False
) -> AsyncIterator[MailCatcher]:
    """A mail server on loopback; with `tls` it wants STARTTLS, and that one signs in where `signs_in`."""
    catcher = MailCatcher()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            catcher, hostname="catcher.example.org", tls_context=tls, require_starttls=tls is not None,
            auth_required=signs_in, authenticator=_knows if signs_in else None, loop=loop,
        ),
        "127.0.0.1",
        port,
    )  # fmt: skip
    catcher.port = server.sockets[0].getsockname()[1]
    try:
        yield catcher
    finally:
        server.close()
