"""Encrypted connections: whom we trust, what we show, and what to do where a handshake fails.

Certificates and host names are always verified, and no connection falls back to plain text.
"""

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from shared.runtime.addresses import BROKER, CUSTOMS_BROKER


class Untrusted(ValueError):
    """A file of certificates can't be used; the sentence names the setting."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files of a CA, of a client certificate and of its key (in the certificate's where empty); '' for none."""

    ca: str = ""
    cert: str = ""
    key: str = ""

    def over(self, others: "Certificates") -> "Certificates":
        """These, and the others where nothing is given; a key belongs to its certificate."""
        own = self if self.cert else others
        return Certificates(self.ca or others.ca, own.cert, own.key)

    def check(self, prefix: str) -> None:
        """Untrusted names the setting (its name begins with `prefix`) whose file can't be used."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self.key and not self.cert:
            raise Untrusted(
                f"{prefix}_KEY_FILE is given without its certificate: name that in {prefix}_CERT_FILE."
            )
        try:
            if self.ca:
                context.load_verify_locations(self.ca)
        except OSError as error:
            raise Untrusted(f"{prefix}_CA_FILE can't be used: {self.ca}: {_why(error)}.") from error
        try:
            if self.cert:
                context.load_cert_chain(self.cert, self.key or None, password="")
        except OSError as error:
            files = f"{prefix}_CERT_FILE (and {prefix}_KEY_FILE)"
            raise Untrusted(f"{files} can't be used: {self.cert} {self.key}: {_why(error)}.") from error

    def context(self) -> ssl.SSLContext:
        """For a connection that trusts and shows these; OSError where a file can't be used."""
        context = ssl.create_default_context(cafile=self.ca or None)
        if self.cert:
            context.load_cert_chain(self.cert, self.key or None, password="")
        return context

    def for_amqp(self) -> Mapping[str, str]:
        """Parameters of an AMQP URL; the files are read again at each connection."""
        return {"cafile": self.ca, "certfile": self.cert, "keyfile": self.key}

    def for_mongo(self, url: str) -> Mapping[str, str] | None:
        """Arguments of a MongoDB client for this URL; None where it is not encrypted.

        The drivers read one file with certificate and key, once: two files are joined in memory, which lasts as this process.
        """
        parts = urlsplit(url)
        asked = {name.lower(): value.lower() for name, value in parse_qsl(parts.query)}
        if asked.get("tls", asked.get("ssl", str(parts.scheme == "mongodb+srv"))).lower() != "true":
            return None
        shown = _joined(self.cert, self.key) if self.key else self.cert
        given = {"tlsCAFile": self.ca, "tlsCertificateKeyFile": shown}
        return {name: file for name, file in given.items() if file and name.lower() not in asked}

    def for_http(self) -> Mapping[str, Any]:
        """Arguments of urllib3's pool."""
        given = {"ca_certs": self.ca, "cert_file": self.cert, "key_file": self.key}
        return {"cert_reqs": "CERT_REQUIRED"} | {name: file for name, file in given.items() if file}


def explain(dependency: str, error: str) -> str:
    """Where a handshake failed, why in a sentence, with the way out; any other error as it is, in 200 characters."""
    server, prefix = _SETTINGS.get(dependency, ("", ""))
    for pattern, sentence in _REASONS:
        if re.search(pattern, error):
            return sentence.format(server=server, prefix=prefix)
    return error[:200]


def is_about_certificates(explained: str) -> bool:
    """Whether a text of `explain` is about a handshake, which only an operator can mend."""
    return explained.startswith(_BEGINS)


_SETTINGS = {
    BROKER: ("FAS_RABBIT_URL", "FAS_TLS"), CUSTOMS_BROKER: ("FAS_CUSTOMS_RABBIT_URL", "FAS_CUSTOMS_TLS"),
    "database": ("FAS_MONGO_URL", "FAS_TLS"), "object_store": ("FAS_S3_ENDPOINT", "FAS_TLS"),
}  # fmt: skip
_BEGINS = "TLS: "
_REASONS = (
    (r"(?i)certificate[_ ]required|alert[_ ]handshake[_ ]failure",
     "TLS: the server of {server} wants a client certificate: name it and its key in {prefix}_CERT_FILE and {prefix}_KEY_FILE."),
    (r"(?i)alert[_ ](unknown[_ ]ca|bad[_ ]certificate|certificate|access[_ ]denied|decrypt[_ ]error)",
     "TLS: the server of {server} refuses our client certificate: give one that it trusts in {prefix}_CERT_FILE."),
    (r"(?i)hostname mismatch|ip address mismatch|doesn't match|not valid for",
     "TLS: the certificate of the server of {server} is for another host name: name the server as it does, or renew it."),
    (r"(?i)certificate has expired|not yet valid",
     "TLS: the certificate of the server of {server} is out of date, or the clock here is wrong: renew it."),
    (r"(?i)certificate[_ ]verify[_ ]failed|unable to get (local )?issuer|self-signed",
     "TLS: the certificate of the server of {server} is not of a CA that we trust: name its CA in {prefix}_CA_FILE."),
    (r"(?i)wrong[_ ]version[_ ]number|record[_ ]layer[_ ]failure|packet length too long|http request",
     "TLS: the server of {server} speaks no TLS at this port: name the port that does."),
    (r"(?i)protocol[_ ]version|unsupported[_ ]protocol|no[_ ]shared[_ ]cipher|no[_ ]ciphers",
     "TLS: the server of {server} and we have no version or cipher of TLS in common: TLS 1.2 or later is wanted."),
)  # fmt: skip
"""What OpenSSL says, and what that means here; the first that fits counts."""


@cache
def _joined(*files: str) -> str:
    """The path of a file in memory that holds the content of these files."""
    held = os.memfd_create("certificate")
    for file in files:
        os.write(held, Path(file).read_bytes() + b"\n")
    return f"/proc/self/fd/{held}"


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (
            f"{error.reason or error} (PEM is wanted, and a key without a password that fits its certificate)"
        )
    return error.strerror or str(error)
