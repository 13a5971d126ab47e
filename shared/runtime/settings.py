"""The settings of a process: environment variables with the prefix FAS_, or a `.env` file (CONTRACT 1)."""

import math
import os
import sys
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

Port = Annotated[int, Field(ge=0, le=65535)]
SECRETS = ("rabbit_url", "mongo_url", "s3_access_key", "s3_secret_key", "secret_key")
"""The settings that hold a secret; each is also read from the file that `FAS_…_FILE` names."""
KEY_CHARACTERS = 32
_PREFIX, _FILE = "FAS_", "_FILE"


class Settings(BaseSettings):
    """What a service needs to know to start; durations are in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="FAS_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    rabbit_url: Annotated[str, Field(pattern=r"^amqps?://", repr=False)]
    mongo_url: Annotated[str, Field(pattern=r"^mongodb(\+srv)?://", repr=False)]
    mongo_database: str = "fas"
    mongo_driver: Literal["motor", "pymongo"] = "motor"
    s3_endpoint: Annotated[str, Field(min_length=1)]
    s3_access_key: Annotated[str, Field(min_length=1)]
    s3_secret_key: SecretStr
    s3_bucket: str = "fas"
    portal_port: Port = 8080
    health_port: Port = 8100
    log_format: Literal["json", "console"] = Field(
        default_factory=lambda: "console" if sys.stdout.isatty() else "json"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    secret_key: SecretStr = SecretStr("")
    bind_address: IPv4Address | IPv6Address = IPv4Address("127.0.0.1")
    public_url: Annotated[str, Field(max_length=300)] = ""
    trusted_proxies: Annotated[str, Field(max_length=2000)] = ""
    receipt_delays: Annotated[tuple[float, ...], NoDecode] = (1, 5, 30, 120, 600, 3600)

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """What is given, the environment and `.env` come before the files that `FAS_…_FILE` names."""
        return init_settings, env_settings, dotenv_settings, _SecretFiles(settings_cls)

    @property
    def secret_keys(self) -> tuple[bytes, ...]:
        """The keys of FAS_SECRET_KEY: the first signs, each of them verifies."""
        return tuple(each.encode() for each in _keys(self.secret_key.get_secret_value()))

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("secret_key")
    @classmethod
    def _long(cls, value: SecretStr) -> SecretStr:
        keys = _keys(value.get_secret_value())
        if any(len(each) < KEY_CHARACTERS for each in keys):
            raise ValueError(f"each key, separated by commas, must have {KEY_CHARACTERS} characters or more")
        return SecretStr(",".join(keys))

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        found = urlsplit(value)
        bare = not (found.path.strip("/") or found.query or found.fragment or found.username)
        if value and not (found.scheme in ("http", "https") and found.hostname and bare):
            raise ValueError(
                "give the address that people type, such as https://fas.example.org, without a path"
            )
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for each in filter(None, map(str.strip, value.split(","))):
            if each != "*":
                ip_network(each, strict=False)
        return value

    @field_validator("receipt_delays", mode="before")
    @classmethod
    def _seconds(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(float(each) for each in value.split(",") if each.strip())

    @field_validator("receipt_delays")
    @classmethod
    def _positive(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not value or not all(0 < each < math.inf for each in value):
            raise ValueError("name at least one delay, each more than 0 seconds, separated by commas")
        return value


class _SecretFiles(PydanticBaseSettingsSource):
    """Secrets from the files that `FAS_…_FILE` names, in the environment or in `.env`."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        """Not asked: all are read at once."""
        raise NotImplementedError

    def __call__(self) -> dict[str, str]:
        """Every secret that has a file."""
        return read_files({**dotenv_values(str(self.config["env_file"])), **os.environ})


class UnreadableFile(ValueError):
    """`setting` names a file that can't be read, for the reason given."""

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting} names a file that can't be read: {reason}.")


def read_files(environment: Mapping[str, str | None]) -> dict[str, str]:
    """The secrets whose `FAS_…_FILE` the environment has, by field; white space at the end of a file does not count."""
    found = {}
    for field in SECRETS:
        setting = f"{_PREFIX}{field.upper()}{_FILE}"
        path = environment.get(setting)
        if not path:
            continue
        try:
            found[field] = Path(path).read_text(encoding="utf-8").rstrip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise UnreadableFile(setting, f"{path}: {reason}") from error
    return found


def load_settings(needed: Iterable[str] = (), **given: Any) -> Settings:
    """The settings; a missing or malformed one ends the process with one sentence that names it (status 2).

    `needed` are secrets that others can do without.
    """
    try:
        settings = Settings(**given)
    except UnreadableFile as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except ValidationError as error:
        for each in error.errors():
            print(_sentence(str(each["loc"][0]), each["type"], each["msg"]), file=sys.stderr)
        sys.exit(2)
    missing = [each for each in needed if not getattr(settings, each).get_secret_value()]
    for field in missing:
        print(_sentence(field, "missing"), file=sys.stderr)
    if missing:
        sys.exit(2)
    return settings


def _keys(text: str) -> list[str]:
    return [key for each in text.split(",") if (key := each.strip())]


def _sentence(field: str, fault: str, said: str = "") -> str:
    name = f"{_PREFIX}{field.upper()}"
    if fault == "missing":
        in_file = f", or name a file in {name}{_FILE}" if field in SECRETS else ""
        return f"{name} is missing: set it in the environment or in .env{in_file}."
    return f"{name} is malformed: {said.removeprefix('Value error, ')}."
