"""Settings: secrets from files, keys in turn, where a process listens (CONTRACT 1)."""

import os
import stat
from pathlib import Path

import pytest

from deploy.local.secret import kept_secret
from deploy.local.servers import given_settings
from shared.runtime.secret_files import SECRETS, without_files
from shared.runtime.settings import Settings, load_settings

GIVEN = {
    "FAS_RABBIT_URL": "amqp://broker/", "FAS_MONGO_URL": "mongodb://database/", "FAS_S3_ENDPOINT": "http://objects",
    "FAS_S3_ACCESS_KEY": "fas", "FAS_S3_SECRET_KEY": "s3 secret",
}  # fmt: skip
ONE, OTHER = "1" * 32, "2" * 32


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [*Settings.model_fields]:
        monkeypatch.delenv(f"FAS_{name.upper()}", raising=False)
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)


def _sentence(capsys: pytest.CaptureFixture[str], *needed: str) -> str:
    with pytest.raises(SystemExit) as ended:
        load_settings(needed)
    assert ended.value.code == 2
    return capsys.readouterr().err.strip()


@pytest.mark.parametrize("text", [None, "", " , "])
def test_a_missing_secret_ends_the_start_of_whoever_needs_it(
    text: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        monkeypatch.setenv("FAS_SECRET_KEY", text)

    assert load_settings().secret_keys == ()
    assert _sentence(capsys, "secret_key").startswith("FAS_SECRET_KEY is missing: ")


@pytest.mark.parametrize("text", ["short", f"{ONE},short"])
def test_a_short_secret_is_malformed(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAS_SECRET_KEY", text)

    said = _sentence(capsys)
    assert said.startswith("FAS_SECRET_KEY is malformed: ")
    assert "32 characters" in said
    assert text not in said


def test_several_keys_stand_in_the_order_in_which_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAS_SECRET_KEY", f"{ONE}, {OTHER}")

    assert load_settings(["secret_key"]).secret_keys == (ONE.encode(), OTHER.encode())


@pytest.mark.parametrize(
    ("field", "secret"),
    [("rabbit_url", "amqp://fas:pw@broker/"), ("mongo_url", "mongodb://fas:pw@database/"), ("s3_secret_key", "kept"),
     ("s3_access_key", "fas2"), ("secret_key", ONE), ("smtp_password", "mail secret")],
)  # fmt: skip
@pytest.mark.parametrize("where", ["environment", ".env"])
def test_each_secret_is_read_from_the_file_that_a_setting_names(
    field: str, secret: str, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(f"{secret}\n")
    monkeypatch.setenv("FAS_SMTP_USER", "fas")
    name, file = f"FAS_{field.upper()}", str(tmp_path / "secret")
    monkeypatch.delenv(name, raising=False)
    if where == ".env":
        (tmp_path / ".env").write_text(f"{name}_FILE={file}\n")
    else:
        monkeypatch.setenv(f"{name}_FILE", file)

    found = getattr(load_settings(), field)

    assert (found if isinstance(found, str) else found.get_secret_value()) == secret


def test_of_a_file_only_the_line_end_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(" pass word \r\n")
    monkeypatch.delenv("FAS_S3_SECRET_KEY")
    monkeypatch.setenv("FAS_S3_SECRET_KEY_FILE", str(tmp_path / "secret"))

    assert load_settings().s3_secret_key.get_secret_value() == " pass word "


@pytest.mark.parametrize("field", SECRETS)
def test_a_secret_and_its_file_in_one_place_end_the_start_without_telling_either(
    field: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"FAS_{field.upper()}"
    (tmp_path / "secret").write_text("hidden-in-file")
    monkeypatch.setenv(name, "amqp://user:hidden@host/")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))

    said = _sentence(capsys)
    assert said == f"{name} and {name}_FILE are both given: leave one of them out."


def test_what_the_environment_gives_counts_before_a_file_that_dotenv_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(OTHER)
    (tmp_path / ".env").write_text(f"FAS_SECRET_KEY_FILE={tmp_path / 'secret'}\n")
    assert load_settings().secret_keys == (OTHER.encode(),)

    monkeypatch.setenv("FAS_SECRET_KEY", ONE)

    assert load_settings().secret_keys == (ONE.encode(),)


@pytest.mark.parametrize(
    ("content", "why"), [(None, "can't be read"), (b"", "empty"), (b"\n", "empty"), (b"\xff\xfe", "not text")]
)
def test_a_file_that_can_not_be_read_or_is_empty_ends_the_start(
    content: bytes | None, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    monkeypatch.delenv("FAS_S3_SECRET_KEY")
    monkeypatch.setenv("FAS_S3_SECRET_KEY_FILE", str(tmp_path / "secret"))

    said = _sentence(capsys)
    assert said.startswith("FAS_S3_SECRET_KEY_FILE names ")
    assert why in said
    assert len(said.splitlines()) == 1


def test_another_process_gets_a_secret_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("amqp://kept/")
    monkeypatch.delenv("FAS_RABBIT_URL")
    monkeypatch.setenv("FAS_RABBIT_URL_FILE", str(tmp_path / "secret"))

    given = given_settings()

    assert (given["FAS_RABBIT_URL"], "FAS_RABBIT_URL_FILE" in given) == ("amqp://kept/", False)
    assert "FAS_RABBIT_URL_FILE" not in without_files({**os.environ, **given})


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("FAS_RABBIT_URL", "amqps://host/?no_verify_ssl=1"), ("FAS_CUSTOMS_RABBIT_URL", "amqps://host/?no_verify_ssl=1"),
        ("FAS_MONGO_URL", "mongodb://host/?tls=true&tlsInsecure=true"),
        ("FAS_MONGO_URL", "mongodb://host/?tls=true&tlsAllowInvalidHostnames=true"),
    ],
)  # fmt: skip
def test_no_setting_lets_a_connection_trust_anybody(
    name: str, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, url)

    assert _sentence(capsys).startswith(f"{name} is malformed: ")


def test_customs_broker_is_ours_unless_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = load_settings()
    assert (ours.customs_broker, ours.customs_apart) == (ours.broker, False)

    monkeypatch.setenv("FAS_CUSTOMS_RABBIT_URL", "amqps://fas:pw@customs/gacc")
    monkeypatch.setenv("FAS_HEARTBEAT_SECONDS", "30")
    apart = load_settings()

    assert (apart.customs_broker.dependency, apart.broker.dependency) == ("customs_broker", "broker")
    assert apart.customs_broker.url == "amqps://fas:pw@customs/gacc?heartbeat=30"
    assert "pw" not in repr(apart)
    assert "pw" not in repr(apart.customs_broker)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FAS_PUBLIC_URL", "fas.example.org"), ("FAS_PUBLIC_URL", "https://fas.example.org/portal"),
        ("FAS_BIND_ADDRESS", "everywhere"), ("FAS_TRUSTED_PROXIES", "10.0.0.1, proxy"),
    ],
)  # fmt: skip
def test_a_malformed_address_ends_the_start(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, text)

    assert _sentence(capsys).startswith(f"{name} is malformed: ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FAS_STOP_SECONDS", "1"),
        ("FAS_RECEIPTS_PREFETCH", "0"),
        ("FAS_HEARTBEAT_SECONDS", "soon"),
        ("FAS_OBJECTS_SECONDS", "nan"),
        ("FAS_SMTP_PORT", "65536"),
        ("FAS_SMTP_TLS", "perhaps"),
        ("FAS_SMTP_DIGEST_HOUR", "24"),
    ],
)
def test_a_tunable_out_of_its_bounds_ends_the_start(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, text)

    assert _sentence(capsys).startswith(f"{name} is malformed: ")


MAIL = {
    "FAS_SMTP_HOST": "mail.example.org",
    "FAS_SMTP_FROM": "fas@example.org",
    "FAS_PUBLIC_URL": "https://fas.example.org",
}


def test_without_a_mail_server_nothing_else_of_mail_is_needed() -> None:
    assert (load_settings().smtp_host, load_settings().smtp_port, load_settings().smtp_tls) == (
        "",
        587,
        "starttls",
    )


@pytest.mark.parametrize("missing", ["FAS_SMTP_FROM", "FAS_PUBLIC_URL"])
def test_a_mail_server_needs_a_sender_and_the_address_of_the_links(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in MAIL.items():
        monkeypatch.setenv(name, value)
    assert load_settings().smtp_host == MAIL["FAS_SMTP_HOST"]
    monkeypatch.delenv(missing)

    said = _sentence(capsys)
    assert said.startswith("FAS_SMTP_HOST is malformed: ")
    assert missing in said


@pytest.mark.parametrize(
    "sender",
    [
        "fas",
        "fas@",
        "@example.org",
        "FAS <fas@example.org>",
        "a@x.org,b@x.org",
        "a@x.org\nBcc: b",
        "法@example.org",
    ],
)
def test_who_emails_are_from_is_one_address(
    sender: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAS_SMTP_FROM", sender)

    assert _sentence(capsys).startswith("FAS_SMTP_FROM is malformed: ")


def test_a_password_of_the_mail_server_is_somebodys_and_is_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAS_SMTP_PASSWORD", "mail secret")
    said = _sentence(capsys)
    assert said.startswith("FAS_SMTP_PASSWORD is malformed: ")
    assert "FAS_SMTP_USER" in said
    monkeypatch.setenv("FAS_SMTP_USER", "fas")
    assert "mail secret" not in said + repr(load_settings())


def test_a_file_of_authorities_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("FAS_SMTP_TLS_CA_FILE", str(tmp_path / "none.pem"))

    assert _sentence(capsys).startswith("FAS_SMTP_TLS_CA_FILE ")


def test_nobody_else_reaches_a_process_unless_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(load_settings().bind_address) == "127.0.0.1"
    monkeypatch.setenv("FAS_BIND_ADDRESS", "::")
    assert str(load_settings().bind_address) == "::"


def test_a_local_run_makes_its_secret_once_and_for_itself(tmp_path: Path) -> None:
    made = kept_secret(tmp_path / "data")

    assert kept_secret(tmp_path / "data") == made != kept_secret(tmp_path / "other")
    assert len(made) >= 32
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
