"""Passwords are kept as argon2id hashes; hashing is costly on purpose, so it is done off the event loop, two at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from secrets import token_urlsafe
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

AT_ONCE = 2
_GIVEN_BYTES = 15
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)  # 64 MiB, 3 passes; above OWASP's minimum
_THREADS = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="argon2")


def new_password() -> str:
    """A password to be given out: 20 characters that nobody can guess."""
    return token_urlsafe(_GIVEN_BYTES)


async def hashed(password: str) -> str:
    """The hash to keep of a password."""
    made: str = await _in_thread(_HASHER.hash, password)
    return made


async def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password of a stored hash; it takes as long where there is none, and is False."""
    return bool(await _in_thread(_verify, stored, password))


def _verify(stored: str | None, password: str) -> bool:
    nobodys = _nobodys_hash()
    try:
        _HASHER.verify(stored or nobodys, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")


async def _in_thread(work: Any, *given: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work, *given)
