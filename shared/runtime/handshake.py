"""Tries a handshake by itself: a server that refuses us may end the connection before its reason is read among other data."""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from shared.runtime.tls import Certificates, explain, is_about_certificates

_CONNECT_SECONDS, _REFUSAL_SECONDS = 0.7, 0.4
_looking: dict["EncryptedEnd", asyncio.Future[str]] = {}


@dataclass(frozen=True, slots=True)
class EncryptedEnd:
    """Where a server speaks TLS, and what we trust and show there."""

    host: str
    port: int
    certificates: Certificates

    @classmethod
    def of_amqp(cls, url: str) -> "EncryptedEnd | None":
        """The broker of a URL with the certificates in it; None where it is not encrypted."""
        parts, given = urlsplit(url), parse_qs(urlsplit(url).query)
        if parts.scheme != "amqps":
            return None
        files = (given.get(name, [""])[0] for name in ("cafile", "certfile", "keyfile"))
        return cls(parts.hostname or "", parts.port or 5671, Certificates(*files))

    @classmethod
    def of_host(cls, netloc: str, port: int, certificates: Certificates) -> "EncryptedEnd":
        """The first server of a URL's part between slashes."""
        parts = urlsplit(f"//{netloc.rpartition('@')[2].split(',')[0]}")
        return cls(parts.hostname or "", parts.port or port, certificates)


async def look_closer(dependency: str, error: str, end: EncryptedEnd | None) -> str:
    """Why a server does not answer, with the way out where its certificate or ours is the reason; takes two seconds at most.

    Those who ask while a look is under way share it.
    """
    why = explain(dependency, error)
    if end is None or is_about_certificates(why):
        return why
    looking = _looking.get(end)
    if looking is None:
        looking = _looking[end] = asyncio.ensure_future(asyncio.to_thread(_refusal, end))
        looking.add_done_callback(lambda _: _looking.pop(end, None))
    closer = explain(dependency, await asyncio.shield(looking))
    return closer if is_about_certificates(closer) else why


def _refusal(end: EncryptedEnd) -> str:
    """What a handshake fails on; '' where the server then waits for us to speak, or was not reached."""
    try:
        context = end.certificates.context()
        with (
            socket.create_connection((end.host, end.port), timeout=_CONNECT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=end.host) as encrypted,
        ):
            encrypted.settimeout(_REFUSAL_SECONDS)
            encrypted.recv(1)
    except ssl.SSLError as error:
        return str(error)
    except OSError:
        pass
    return ""
