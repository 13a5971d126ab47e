"""The settings by what they are about, each with its bounds and what it is for; `settings.py` reads them all."""

import math
import sys
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from shared.bilingual import Bilingual
from shared.runtime.addresses import refuse_unverified
from shared.runtime.told import CONNECTIONS, HOURS, MESSAGES, PROCESSES, SECONDS, Told

KEY_CHARACTERS = 32
Port = Annotated[int, Field(ge=0, le=65535)]
Path = Annotated[str, Field(max_length=4096)]
_Amqp = Annotated[str, Field(pattern=r"^amqps?://", repr=False)]


class ServerSettings(BaseModel):
    """Where the servers are, and how we sign in to them."""

    title: ClassVar = Bilingual("服务器", "Servers")

    rabbit_url: Annotated[_Amqp, Told(
        "我方消息代理；`amqps://`为加密连接。", "Our broker; `amqps://` encrypts.")]  # fmt: skip
    customs_rabbit_url: Annotated[
        str, Field(pattern=r"^(amqps?://|$)", repr=False),
        Told("海关的消息代理，含其虚拟主机；不设则与我方相同。", "Customs' broker, with its vhost; ours where it is not given.")
    ] = ""  # fmt: skip
    mongo_url: Annotated[
        str, Field(pattern=r"^mongodb(\+srv)?://", repr=False),
        Told("数据库；`tls=true`为加密连接。", "The database; `tls=true` encrypts."),
    ]  # fmt: skip
    mongo_database: Annotated[str, Told("数据库名。", "The database's name.")] = "fas"
    mongo_driver: Annotated[
        Literal["motor", "pymongo"], Told("数据库驱动。", "The database's driver; pymongo by its AsyncMongoClient.")
    ] = "motor"  # fmt: skip
    s3_endpoint: Annotated[
        str, Field(min_length=1), Told("对象存储的地址；`https://`为加密连接。", "The object store; `https://` encrypts.")
    ]  # fmt: skip
    s3_access_key: Annotated[
        str, Field(min_length=1, repr=False), Told("对象存储的用户。", "The object store's user.")
    ]
    s3_secret_key: Annotated[SecretStr, Told("对象存储的密码。", "The object store's password.")]
    s3_bucket: Annotated[str, Told("桶名。", "The bucket.")] = "fas"

    @field_validator("rabbit_url", "customs_rabbit_url", "mongo_url")
    @classmethod
    def _verified(cls, value: str) -> str:
        refuse_unverified(value)
        return value


class CertificateSettings(BaseModel):
    """Whom we trust where a connection is encrypted, and what we show. The files are PEM, read at the start."""

    title: ClassVar = Bilingual("证书", "Certificates")

    tls_ca_file: Annotated[Path, Told(
        "签发我方各服务器证书的CA（可多个）；不设则为系统所信任者。",
        "The CAs that signed our servers' certificates, and no others; those of the system where it is not given.",
    )] = ""  # fmt: skip
    tls_cert_file: Annotated[Path, Told(
        "向我方各服务器出示的客户端证书及其证书链。", "The client certificate, with its chain, that we show to our servers.",
    )] = ""  # fmt: skip
    tls_key_file: Annotated[Path, Told(
        "该证书的私钥（不加密）；不设则在证书文件之内。",
        "Its private key, not encrypted; in the file of the certificate where it is not given.",
    )] = ""  # fmt: skip
    customs_tls_ca_file: Annotated[Path, Told(
        "同上，用于海关的消息代理；不设则取FAS_TLS_…。", "The same for customs' broker; FAS_TLS_… where it is not given.",
    )] = ""  # fmt: skip
    customs_tls_cert_file: Annotated[Path, Told("同上。", "The same.")] = ""
    customs_tls_key_file: Annotated[Path, Told("同上。", "The same.")] = ""


class ProcessSettings(BaseModel):
    """Where a process listens, what it writes, and whom it believes."""

    title: ClassVar = Bilingual("进程与门户", "Processes and portal")

    portal_port: Annotated[Port, Told("门户的端口。", "The portal's port.")] = 8080
    health_port: Annotated[Port, Told("健康检查与指标的端口。", "The port of health and metrics.")] = 8100
    bind_address: Annotated[
        IPv4Address | IPv6Address, Told("监听地址；镜像内为0.0.0.0。", "Where it listens; the image sets 0.0.0.0.")
    ] = IPv4Address("127.0.0.1")  # fmt: skip
    log_format: Annotated[
        Literal["json", "console"], Told("日志格式；在终端上默认为console。", "How logs are written; `console` on a terminal."),
    ] = Field(default_factory=lambda: "console" if sys.stdout.isatty() else "json")  # fmt: skip
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], Told("最低日志级别。", "The lowest level that is written.")
    ] = "INFO"  # fmt: skip
    secret_key: Annotated[SecretStr, Told(
        f"门户签名的密钥，至少{KEY_CHARACTERS}个字符；可多个，以逗号分隔：第一个签名，全部验证（docs/operations/keys.zh-CN.md）。",
        f"What the portal signs with, {KEY_CHARACTERS} characters or more; several with commas: the first signs, all verify "
        "(docs/operations/keys.md).",
    )] = SecretStr("")  # fmt: skip
    public_url: Annotated[str, Field(max_length=300), Told(
        "人们键入的地址；为https时用安全Cookie与HSTS。", "What people type; with https: Secure cookies and HSTS.",
    )] = ""  # fmt: skip
    trusted_proxies: Annotated[str, Field(max_length=2000), Told(
        "其X-Forwarded-For可信的代理，以逗号分隔。", "Whose X-Forwarded-For counts: addresses and networks, with commas.",
    )] = ""  # fmt: skip

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("secret_key")
    @classmethod
    def _long(cls, value: SecretStr) -> SecretStr:
        keys = keys_of(value)
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


class MailSettings(BaseModel):
    """The mail server by which people get news; no e-mail without one."""

    title: ClassVar = Bilingual("电子邮件", "E-mail")

    smtp_from: Annotated[str, Field(max_length=254), Told(
        "邮件的发件地址。", "The address that e-mails are from.",
    )] = ""  # fmt: skip
    smtp_host: Annotated[str, Field(max_length=255), Told(
        "邮件服务器；不设则不发邮件。须同时设FAS_SMTP_FROM与FAS_PUBLIC_URL。",
        "The mail server; without it no e-mail is sent. It needs FAS_SMTP_FROM, and FAS_PUBLIC_URL for the links.",
    )] = ""  # fmt: skip
    smtp_port: Annotated[Port, Told("邮件服务器的端口。", "The mail server's port.")] = 587
    smtp_tls: Annotated[Literal["starttls", "implicit", "none"], Told(
        "加密方式：starttls为连接后加密，implicit为自始加密（端口465），none为不加密。",
        "How it is encrypted: `starttls` once connected, `implicit` from the beginning (port 465), `none` not at all.",
    )] = "starttls"  # fmt: skip
    smtp_tls_ca_file: Annotated[Path, Told(
        "签发邮件服务器证书的CA；不设则取FAS_TLS_CA_FILE。",
        "The CAs that signed the mail server's certificate; FAS_TLS_CA_FILE where it is not given.",
    )] = ""  # fmt: skip
    smtp_user: Annotated[str, Field(max_length=300), Told(
        "登录邮件服务器的用户；不设则不登录。", "Who signs in to the mail server; nobody where it is not given.",
    )] = ""  # fmt: skip
    smtp_password: Annotated[SecretStr, Told("该用户的密码。", "That user's password.")] = SecretStr("")
    smtp_digest_hour: Annotated[int, Field(ge=0, le=23), Told(
        "每日、每周（周一）摘要发出的时刻，北京时间。",
        "When the daily digest goes out, and on Mondays the weekly one: the hour of Beijing.", HOURS,
    )] = 8  # fmt: skip

    @field_validator("smtp_host")
    @classmethod
    def _whole(cls, value: str, others: ValidationInfo) -> str:
        needed = {"smtp_from": "FAS_SMTP_FROM", "public_url": "FAS_PUBLIC_URL"}
        missing = [setting for name, setting in needed.items() if not others.data.get(name)]
        if value and missing:
            raise ValueError(f"e-mail needs {' and '.join(missing)} too")
        return value

    @field_validator("smtp_from")
    @classmethod
    def _address(cls, value: str) -> str:
        name, at, domain = value.rpartition("@")
        if value and not (name and at and domain and value.isascii() and not set(value) & set(" <>,\r\n")):
            raise ValueError("give one address alone, such as fas@example.org")
        return value

    @field_validator("smtp_password")
    @classmethod
    def _for_somebody(cls, value: SecretStr, others: ValidationInfo) -> SecretStr:
        if value.get_secret_value() and not others.data.get("smtp_user"):
            raise ValueError("a password is given without FAS_SMTP_USER")
        return value


class TunableSettings(BaseModel):
    """How much at a time, how often, how long; what the manual or customs fix is no setting."""

    title: ClassVar = Bilingual("可调参数", "Tunables")

    receipt_delays: Annotated[tuple[float, ...], NoDecode, Told(
        "过早到达的回执依次等待的时间，以逗号分隔，之后搁置。",
        "How long a receipt that came too early waits each time, with commas; then it is parked.", SECONDS,
    )] = (1, 5, 30, 120, 600, 3600)  # fmt: skip
    receipts_prefetch: Annotated[int, Field(ge=1, le=1000), Told(
        "一个网关进程同时处理的海关回执。", "Customs' receipts that one gateway works on at a time.", MESSAGES,
    )] = 32  # fmt: skip
    facts_prefetch: Annotated[int, Field(ge=1, le=1000), Told(
        "一个阶段服务进程同时处理的事实。", "Facts that one process of a stage's service works on at a time.", MESSAGES,
    )] = 16  # fmt: skip
    outbox_seconds: Annotated[float, Field(ge=0.5, le=60), Told(
        "查找未发出的发件箱的间隔；无事时加倍。",
        "Between two looks for what an outbox still owes; twice that while nothing is found.",
        SECONDS,
    )] = 3.0  # fmt: skip
    heartbeat_seconds: Annotated[int, Field(ge=5, le=600), Told(
        "与消息代理的心跳；约三倍时间后发现无声的断线。",
        "The heartbeat to a broker; a silent loss is noticed after about three of them.", SECONDS,
    )] = 10  # fmt: skip
    database_connections: Annotated[int, Field(ge=2, le=1000), Told(
        "一个进程到每台数据库服务器的连接上限。",
        "The most connections of one process to each server of the database.", CONNECTIONS,
    )] = 100  # fmt: skip
    objects_connections: Annotated[int, Field(ge=1, le=100), Told(
        "一个进程同时对对象存储的请求。", "Requests of one process to the object store at a time.", CONNECTIONS,
    )] = 8  # fmt: skip
    objects_seconds: Annotated[float, Field(ge=2, le=300), Told(
        "对象存储一次请求的最长时间。", "The longest that one request to the object store takes.", SECONDS,
    )] = 15.0  # fmt: skip
    file_checks: Annotated[int, Field(ge=1, le=32), Told(
        "documents同时检查的文件，每个占一个进程。", "Files that documents inspects at a time, each in a process.", PROCESSES,
    )] = 2  # fmt: skip
    uploads_kept_hours: Annotated[float, Field(ge=0.1, le=720), Told(
        "未完成的上传保留多久。", "How long an upload is kept whose command never came to an end.", HOURS,
    )] = 1.0  # fmt: skip
    stop_seconds: Annotated[float, Field(ge=5, le=600), Told(
        "停止的最长时间；编排系统的宽限期须更长。",
        "The longest that stopping takes; the orchestrator's grace period must be longer.", SECONDS,
    )] = 20.0  # fmt: skip

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


def keys_of(secret: SecretStr) -> list[str]:
    """The keys that stand in a setting, separated by commas."""
    return [key for each in secret.get_secret_value().split(",") if (key := each.strip())]


GROUPS: tuple[type[BaseModel], ...] = (
    ServerSettings,
    CertificateSettings,
    ProcessSettings,
    MailSettings,
    TunableSettings,
)
"""In the order of the page."""
