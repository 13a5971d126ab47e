"""Secrets are stored encrypted, and open under any key that is still named."""

from services.portal.identity.secret_box import SecretBox

OLD, NEW = b"o" * 32, b"n" * 32


def test_what_an_older_key_encrypted_opens_as_long_as_that_key_is_named() -> None:
    sealed = SecretBox([OLD]).seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert SecretBox([NEW, OLD]).open(sealed) == "JBSWY3DPEHPK3PXP"
    assert SecretBox([NEW]).open(sealed) is None


def test_the_first_key_encrypts_and_is_known_to_have_done_so() -> None:
    both = SecretBox([NEW, OLD])
    assert SecretBox([NEW]).open(both.seal("a secret")) == "a secret"
    assert both.is_of_newest_key(both.seal("a secret"))
    assert not both.is_of_newest_key(SecretBox([OLD]).seal("a secret"))


def test_what_is_no_secret_of_ours_opens_to_nothing() -> None:
    for text in ("", "a secret", "gAAAAAB", "中文"):
        assert SecretBox([NEW]).open(text) is None
