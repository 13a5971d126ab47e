"""What a browser gives back unchanged, or not at all: signed for one purpose with the first key, verified with each."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

CARRIED_SECONDS = 7 * 24 * 3600
"""How long a form that outlived its session can still be sent: over a week's leave."""
OFFERED_SECONDS = 30 * 60
HALF_WAY_SECONDS = 5 * 60


@dataclass(frozen=True, slots=True)
class Seals:
    """One serializer a purpose; what is signed for one is nothing for another.

    `factors`: the secret that an account is offered. `halves`: whose password was shown, while the code is being typed.
    """

    forms: URLSafeSerializer
    visitors: URLSafeSerializer
    carried: URLSafeTimedSerializer
    factors: URLSafeTimedSerializer
    halves: URLSafeTimedSerializer

    @classmethod
    def of(cls, keys: Sequence[bytes]) -> "Seals":
        """With these keys: the first signs."""
        oldest_first = list(reversed(keys))
        how = {"digest_method": sha256, "key_derivation": "hmac"}
        return cls(
            URLSafeSerializer(oldest_first, salt="fas.form", signer_kwargs=how),
            URLSafeSerializer(oldest_first, salt="fas.visitor", signer_kwargs=how),
            URLSafeTimedSerializer(oldest_first, salt="fas.carried", signer_kwargs=how),
            URLSafeTimedSerializer(oldest_first, salt="fas.second-factor", signer_kwargs=how),
            URLSafeTimedSerializer(oldest_first, salt="fas.half-way", signer_kwargs=how),
        )


def opened(seal: URLSafeSerializer | URLSafeTimedSerializer, text: str, **within: Any) -> Any:
    """What was signed; None where this seal signed no such thing, or too long ago (`max_age` in seconds)."""
    try:
        return seal.loads(text, **within)
    except BadSignature:
        return None
