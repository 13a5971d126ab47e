"""Secrets as they are stored: encrypted with keys that are derived from FAS_SECRET_KEY, the first of which encrypts."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from secrets import token_bytes

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF

_PURPOSE = b"fas.second-factor.secret"
"""A key for this purpose alone: what one of the portal's seals tells is of no use here, nor the reverse."""
_NONCE, _TAG = 12, 16


class SecretBox:
    """Encrypts with the first of the keys (AES-256-GCM: nonce, tag and text, in base64), opens with each."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = [_derived(key) for key in keys]

    def seal(self, secret: str) -> str:
        """The secret as it may be stored; another text each time."""
        cipher = AES.new(self._keys[0], AES.MODE_GCM, nonce=token_bytes(_NONCE), mac_len=_TAG)
        text, tag = cipher.encrypt_and_digest(secret.encode())
        return urlsafe_b64encode(cipher.nonce + tag + text).decode()

    def open(self, sealed: str) -> str | None:
        """The secret; None where none of our keys encrypted it."""
        return next((found for key in self._keys if (found := _opened(key, sealed)) is not None), None)

    def is_of_newest_key(self, sealed: str) -> bool:
        """Whether the first key encrypted it, so that the others may go."""
        return _opened(self._keys[0], sealed) is not None


def _opened(key: bytes, sealed: str) -> str | None:
    try:
        kept = urlsafe_b64decode(sealed)
        cipher = AES.new(key, AES.MODE_GCM, nonce=kept[:_NONCE], mac_len=_TAG)
        return cipher.decrypt_and_verify(kept[_NONCE + _TAG :], kept[_NONCE : _NONCE + _TAG]).decode()
    except ValueError:
        return None


def _derived(key: bytes) -> bytes:
    return HKDF(key, 32, b"", SHA256, context=_PURPOSE)
