"""The settings of a process: environment variables with the prefix FAS_, or a `.env` file (CONTRACT 1)."""

import math
import sys
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Port = Annotated[int, Field(ge=0, le=65535)]


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
    receipt_delays: Annotated[tuple[float, ...], NoDecode] = (1, 5, 30, 120, 600, 3600)

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("receipt_delays", mode="before")
    @classmethod
    def _seconds(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(float(each) for each in value.split(",") if each.strip())

    @field_validator("receipt_delays")
    @classmethod
    def _positive(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not value or not all(0 < each < math.inf for each in value):
            raise ValueError("name at least one delay, each more than 0 seconds, separated by commas")
        return value


def load_settings(**given: Any) -> Settings:
    """The settings; a missing or malformed one ends the process with one sentence that names it (status 2)."""
    try:
        return Settings(**given)
    except ValidationError as error:
        for each in error.errors():
            print(_sentence(each), file=sys.stderr)
        sys.exit(2)


def _sentence(error: Any) -> str:
    name = f"FAS_{str(error['loc'][0]).upper()}"
    if error["type"] == "missing":
        return f"{name} is missing: set it in the environment or in .env."
    return f"{name} is malformed: {error['msg'].removeprefix('Value error, ')}."
