"""Secrets as they are stored: encrypted with keys that are derived from FAS_SECRET_KEY, the first of which encrypts."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"fas.second-factor.secret"
"""A key for this purpose alone: what one of the portal's seals tells is of no use here, nor the reverse."""


class SecretBox:
    """Encrypts with the first of the keys (AES-128-CBC and HMAC-SHA256, as Fernet has it), opens with each."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._newest, *older = [Fernet(_derived(key)) for key in keys]
        self._any = MultiFernet([self._newest, *older])

    def seal(self, secret: str) -> str:
        """The secret as it may be stored; another text each time."""
        return self._newest.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """The secret; None where none of our keys encrypted it."""
        try:
            return self._any.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def is_of_newest_key(self, sealed: str) -> bool:
        """Whether the first key encrypted it, so that the others may go."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True


def _derived(key: bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return urlsafe_b64encode(derivation.derive(key))
