"""Secrets from files: each secret setting is also read from the file that `FAS_…_FILE` names (CONTRACT 1)."""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

PREFIX, FILE = "FAS_", "_FILE"
SECRETS = (
    "rabbit_url",
    "customs_rabbit_url",
    "mongo_url",
    "s3_access_key",
    "s3_secret_key",
    "secret_key",
    "smtp_password",
)
"""The settings that hold a secret: passwords, keys, and URLs with a password in them."""
_LINE_END = "\r\n"
_Values = Mapping[str, str | None]


class MisgivenSecret(ValueError):
    """A secret is given twice, or its file can't be read; the sentence names the setting, never the value."""


class SecretFiles(PydanticBaseSettingsSource):
    """The secrets whose file is named in the environment, or else in `.env`."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        """Not used: `__call__` reads all of them at once."""
        raise NotImplementedError

    def __call__(self) -> dict[str, str]:
        """Every secret that has a file."""
        return read_files(os.environ, dotenv_values(str(self.config["env_file"])))


def name_of(field: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{field.upper()}"


def read_files(*places: _Values) -> dict[str, str]:
    """The secrets that stand in files, by field; of the `places`, the first that gives a secret counts.

    A file's content counts without the line's end after it. MisgivenSecret where a place gives a secret and its file, or
    where the file is missing, unreadable or empty.
    """
    found = {}
    for field in SECRETS:
        name = name_of(field)
        for place in places:
            value, path = place.get(name), place.get(f"{name}{FILE}")
            if value and path:
                raise MisgivenSecret(f"{name} and {name}{FILE} are both given: leave one of them out.")
            if path:
                found[field] = _content(f"{name}{FILE}", path)
            if value or path:
                break
    return found


def without_files(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for another process: names no file of a secret that it has itself."""
    superfluous = {f"{name_of(field)}{FILE}" for field in SECRETS if environment.get(name_of(field))}
    return {name: value for name, value in environment.items() if name not in superfluous}


def _content(setting: str, path: str) -> str:
    try:
        content = Path(path).read_text(encoding="utf-8").rstrip(_LINE_END)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise MisgivenSecret(f"{setting} names a file that can't be read: {path}: {reason}.") from error
    if not content:
        raise MisgivenSecret(f"{setting} names an empty file: {path}.")
    return content
