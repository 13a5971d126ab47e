"""The settings of a process: environment variables with the prefix FAS_, or a `.env` file (CONTRACT 1, docs/settings.md)."""

import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.runtime.addresses import BROKER, CUSTOMS_BROKER, BrokerAddress, with_parameters
from shared.runtime.secret_files import FILE, PREFIX, SECRETS, MisgivenSecret, SecretFiles, name_of
from shared.runtime.setting_groups import (
    CertificateSettings,
    MailSettings,
    ProcessSettings,
    ServerSettings,
    TunableSettings,
    keys_of,
)
from shared.runtime.tls import Certificates, Untrusted


class Settings(
    TunableSettings, MailSettings, ProcessSettings, CertificateSettings, ServerSettings, BaseSettings
):
    """What a service needs to know to start."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """What is given comes before the environment, and that before `.env`; a secret's file counts where it is named."""
        return init_settings, SecretFiles(settings_cls), env_settings, dotenv_settings

    @property
    def secret_keys(self) -> tuple[bytes, ...]:
        """The keys of FAS_SECRET_KEY: the first signs, each of them verifies."""
        return tuple(each.encode() for each in keys_of(self.secret_key))

    @property
    def certificates(self) -> Certificates:
        """For our servers."""
        return Certificates(self.tls_ca_file, self.tls_cert_file, self.tls_key_file)

    @property
    def customs_certificates(self) -> Certificates:
        """For customs' broker: its own, else ours; a key belongs to its certificate."""
        return self._customs_own.over(self.certificates)

    @property
    def smtp_certificates(self) -> Certificates:
        """For the mail server: its own CA, else ours; we show it no certificate."""
        return Certificates(self.smtp_tls_ca_file or self.tls_ca_file)

    @property
    def _customs_own(self) -> Certificates:
        return Certificates(self.customs_tls_ca_file, self.customs_tls_cert_file, self.customs_tls_key_file)

    @property
    def broker(self) -> BrokerAddress:
        """Our broker."""
        return BrokerAddress(self._complete(self.rabbit_url, self.certificates), BROKER)

    @property
    def customs_apart(self) -> bool:
        """Whether customs' broker is another one than ours."""
        return self.customs_rabbit_url not in ("", self.rabbit_url)

    @property
    def customs_broker(self) -> BrokerAddress:
        """Customs' broker: ours, unless it is apart."""
        if not self.customs_apart:
            return self.broker
        return BrokerAddress(
            self._complete(self.customs_rabbit_url, self.customs_certificates), CUSTOMS_BROKER
        )

    def _complete(self, url: str, certificates: Certificates) -> str:
        encrypted = certificates.for_amqp() if url.startswith("amqps:") else {}
        return with_parameters(url, {**encrypted, "heartbeat": str(self.heartbeat_seconds)})


def load_settings(needed: Iterable[str] = (), **given: Any) -> Settings:
    """The settings; a missing or malformed one ends the process with one sentence that names it (status 2).

    `needed` are secrets that others can do without.
    """
    try:
        settings = Settings(**given)
        settings.certificates.check("FAS_TLS")
        settings._customs_own.check("FAS_CUSTOMS_TLS")
        Certificates(settings.smtp_tls_ca_file).check("FAS_SMTP_TLS")
    except ValidationError as error:
        _end(*(_sentence(str(each["loc"][0]), each["type"], each["msg"]) for each in error.errors()))
    except (MisgivenSecret, Untrusted) as error:
        _end(str(error))
    missing = [each for each in needed if not getattr(settings, each).get_secret_value()]
    if missing:
        _end(*(_sentence(field, "missing") for field in missing))
    return settings


def _end(*sentences: str) -> NoReturn:
    for each in sentences:
        print(each, file=sys.stderr)
    sys.exit(2)


def _sentence(field: str, fault: str, said: str = "") -> str:
    name = name_of(field)
    if fault == "missing":
        in_file = f", or name a file in {name}{FILE}" if field in SECRETS else ""
        return f"{name} is missing: set it in the environment or in .env{in_file}."
    return f"{name} is malformed: {said.removeprefix('Value error, ')}."
