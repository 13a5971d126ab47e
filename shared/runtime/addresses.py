"""Where a broker is: its URL with all that a connection needs, and what it is called in logs and on `/ready`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

BROKER, CUSTOMS_BROKER = "broker", "customs_broker"
_UNVERIFIED = ("no_verify_ssl", "tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames")


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """A broker. `url` has its password, certificates and heartbeat; `dependency` is what its loss is told by."""

    url: str = field(repr=False)
    dependency: str = BROKER


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """The URL with these parameters, but for those that it has itself and those that are empty."""
    own = parse_qs(urlsplit(url).query)
    added = urlencode({name: value for name, value in parameters.items() if value and name not in own})
    if not added:
        return url
    return f"{url}{'&' if '?' in url else '?'}{added}"


def refuse_unverified(url: str) -> None:
    """ValueError names a parameter by which a connection would trust anybody."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in _UNVERIFIED and value.lower() not in ("0", "false"):
            raise ValueError(
                f"{name} is not taken: certificates and host names are always verified; name the CA"
            )
