"""Certificates: files that can't be used end the start, and what OpenSSL says becomes a sentence with the way out."""

from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from shared.runtime.settings import Settings, load_settings
from shared.runtime.tls import Certificates, explain, is_about_certificates
from tests.authority import Papers

GIVEN = {
    "FAS_RABBIT_URL": "amqps://broker/", "FAS_MONGO_URL": "mongodb://database/?tls=true", "FAS_S3_ENDPOINT": "https://objects",
    "FAS_S3_ACCESS_KEY": "fas", "FAS_S3_SECRET_KEY": "s3 secret",
}  # fmt: skip


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """Of one CA."""
    return Papers.made(tmp_path_factory.mktemp("papers"))


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FAS_{name.upper()}", raising=False)
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)


def _bad_files(papers: Papers, folder: Path) -> dict[str, tuple[dict[str, str], str]]:
    """What is given, and which setting is to be named."""
    (folder / "garbage.pem").write_text("no certificate")
    locked = load_pem_private_key(Path(papers.client_key).read_bytes(), None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"a password")
    )
    (folder / "locked.key").write_bytes(locked)
    other = trustme.CA().issue_cert("other.test")
    other.private_key_pem.write_to_path(folder / "other.key")
    cert = {"TLS_CERT_FILE": papers.client_cert}
    return {
        "no file": ({"TLS_CA_FILE": "nowhere.pem"}, "FAS_TLS_CA_FILE"),
        "no CA": ({"TLS_CA_FILE": str(folder / "garbage.pem")}, "FAS_TLS_CA_FILE"),
        "no key": (cert, "FAS_TLS_KEY_FILE"),
        "another key": (cert | {"TLS_KEY_FILE": str(folder / "other.key")}, "FAS_TLS_KEY_FILE"),
        "a key with a password": (cert | {"TLS_KEY_FILE": str(folder / "locked.key")}, "FAS_TLS_KEY_FILE"),
        "a key alone": ({"TLS_KEY_FILE": papers.client_key}, "FAS_TLS_CERT_FILE"),
        "customs' key alone": ({"CUSTOMS_TLS_KEY_FILE": papers.client_key}, "FAS_CUSTOMS_TLS_CERT_FILE"),
    }


@pytest.mark.parametrize(
    "what",
    [
        "no file",
        "no CA",
        "no key",
        "another key",
        "a key with a password",
        "a key alone",
        "customs' key alone",
    ],
)
def test_a_file_that_can_not_be_used_ends_the_start_with_a_sentence_that_names_the_setting(
    what: str,
    papers: Papers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given, named = _bad_files(papers, tmp_path)[what]
    for name, value in given.items():
        monkeypatch.setenv(f"FAS_{name}", value)

    with pytest.raises(SystemExit) as ended:
        load_settings()

    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert named in said
    assert len(said.splitlines()) == 1


def test_each_client_gets_the_certificates_in_its_own_way(
    papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in papers.settings().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FAS_CUSTOMS_RABBIT_URL", "amqps://customs/gacc")
    monkeypatch.setenv("FAS_CUSTOMS_TLS_CA_FILE", papers.server_cert)
    settings = load_settings()

    for part in (papers.ca, papers.client_cert, papers.client_key):
        assert part.rpartition("/")[2] in settings.broker.url
    assert "server.pem" in settings.customs_broker.url
    assert "client.pem" in settings.customs_broker.url, "our certificate, where customs' own is not given"
    shown = settings.certificates.for_mongo(settings.mongo_url)
    assert shown is not None
    joined = Path(shown["tlsCertificateKeyFile"]).read_text()
    assert ("BEGIN CERTIFICATE" in joined, "PRIVATE KEY" in joined) == (True, True)
    assert settings.certificates.for_http()["cert_reqs"] == "CERT_REQUIRED"


@pytest.mark.parametrize(
    ("url", "encrypted"),
    [
        ("mongodb://host/", False), ("mongodb://host/?tls=false", False), ("mongodb://host/?ssl=true", True),
        ("mongodb://a:1,b:2/?replicaSet=r&tls=true", True), ("mongodb+srv://host/", True),
        ("mongodb+srv://host/?tls=false", False),
    ],
)  # fmt: skip
def test_only_an_encrypted_database_is_shown_certificates(url: str, encrypted: bool) -> None:
    assert (Certificates("ca.pem").for_mongo(url) is not None) is encrypted


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required (_ssl.c:25)", "wants a client certificate"),
        ("[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure", "wants a client certificate"),
        ("[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca", "refuses our client certificate"),
        ("certificate verify failed: Hostname mismatch, certificate is not valid for 'x'", "another host name"),
        ("certificate verify failed: IP address mismatch", "another host name"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired", "out of date"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate", "FAS_TLS_CA_FILE"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number", "speaks no TLS"),
        ("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version", "TLS 1.2"),
    ],
)  # fmt: skip
def test_what_openssl_says_becomes_a_sentence(said: str, becomes: str) -> None:
    explained = explain("broker", f"somewhere: {said}")
    assert becomes in explained
    assert "FAS_RABBIT_URL" in explained
    assert is_about_certificates(explained)
    assert "FAS_CUSTOMS_RABBIT_URL" in explain("customs_broker", said)


@pytest.mark.parametrize(
    "said", ["[Errno 111] Connection refused", "", "no answer within 5 s", "ACCESS_REFUSED"]
)
def test_any_other_error_stays_as_it_is(said: str) -> None:
    assert explain("broker", said) == said
    assert not is_about_certificates(said)
