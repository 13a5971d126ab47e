"""What is printed when everything is ready: where the portal is, who can sign in, how to reach the rest."""

from collections.abc import Iterable, Mapping

from deploy.local.sample_accounts import SampleAccount


def banner(settings: Mapping[str, str], portal_url: str, accounts: Iterable[SampleAccount]) -> str:
    """The text; it has the passwords of the sample accounts."""
    signs_in = [sign_in_line(account) for account in accounts]
    rows = [
        ("Portal", f"{portal_url}   (open it in a browser: 中文 / English)"),
        *zip(["Sign in as", *[""] * len(signs_in)], signs_in, strict=False),
        ("API", f"{portal_url}/api/v1/docs"),
        ("Broker", settings["FAS_RABBIT_URL"]),
        ("Database", settings["FAS_MONGO_URL"]),
        ("Object store", settings["FAS_S3_ENDPOINT"]),
        (
            "Settings",
            ".local/settings.env   (for the command line: . .local/settings.env; .venv/bin/fas --help)",
        ),
        ("Logs", ".local/log/"),
        ("To stop", "Ctrl-C here, or `make down`"),
    ]
    return "\n".join(["", "Everything is ready.", "", *(f"  {name:<13} {value}" for name, value in rows), ""])


def sign_in_line(account: SampleAccount) -> str:
    """Name, password and role of an account."""
    of = f" of {account.authority}" if account.authority else ""
    return f"{account.username} / {account.password}   ({account.role}{of})"
