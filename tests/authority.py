"""Certificates that are made for a test: a CA, a server's, a client's, and those of a CA that nobody knows."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme

HOST, OTHER_NAME = "localhost", "127.0.0.1"
"""The name in the server's certificate, and another one that leads to the same server."""


@dataclass(frozen=True)
class Papers:
    """The files of one CA."""

    ca: str
    server_cert: str
    server_key: str
    client_cert: str
    client_key: str
    client_both: str

    @classmethod
    def made(cls, folder: Path) -> "Papers":
        """A new CA, with a certificate for HOST and one for us."""
        folder.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA()
        found = {"ca": folder / "ca.pem"}
        authority.cert_pem.write_to_path(found["ca"])
        for name, made in (
            ("server", authority.issue_cert(HOST)), ("client", authority.issue_cert("fas.test")),
        ):  # fmt: skip
            found |= {f"{name}_cert": folder / f"{name}.pem", f"{name}_key": folder / f"{name}.key"}
            made.private_key_pem.write_to_path(found[f"{name}_key"])
            for part in made.cert_chain_pems:
                part.write_to_path(found[f"{name}_cert"], append=True)
        found["client_both"] = folder / "client_both.pem"
        found["client_both"].write_bytes(found["client_cert"].read_bytes() + found["client_key"].read_bytes())
        return cls(**{name: str(path) for name, path in found.items()})

    def server_context(self) -> ssl.SSLContext:
        """For a server that wants a client certificate of this CA."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.ca)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(self.server_cert, self.server_key)
        return context

    def settings(self, prefix: str = "FAS_TLS") -> dict[str, str]:
        """Settings that trust this CA and show its client certificate."""
        return {
            f"{prefix}_CA_FILE": self.ca, f"{prefix}_CERT_FILE": self.client_cert, f"{prefix}_KEY_FILE": self.client_key,
        }  # fmt: skip
