"""Under which address the portal is known: what is asked of another name is not answered, and https means https."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.http.problems import problem
from shared.bilingual import Bilingual
from shared.runtime.logs import get_logger
from shared.runtime.settings import Settings

log = get_logger()
_LOCALHOST = "localhost"


class OwnHosts:
    """ASGI middleware; `public_url` is the address that people type (FAS_PUBLIC_URL), or nothing where none is set.

    Another site's name that leads here (DNS rebinding) is answered 421. Where the address is https, every request counts as
    one: cookies are Secure and browsers are told to stay with https, whatever the proxy tells or leaves out.
    """

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self._app, self._public = app, urlsplit(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse other names; else go on."""
        if scope["type"] == "http" and self._public.hostname:
            if not self._is_own(Headers(scope=scope).get("host", "")):
                text = Bilingual(
                    "本系统不以此主机名提供服务；请检查代理是否转发Host，以及FAS_PUBLIC_URL。",
                    "This is not a name of this system; see that the proxy passes the Host on, and FAS_PUBLIC_URL.",
                )
                await problem(421, "unknown_host", text)(scope, receive, send)
                return
            if self._public.scheme == "https":
                scope["scheme"] = "https"
        await self._app(scope, receive, send)

    def _is_own(self, host: str) -> bool:
        """The public name; an IP address, or a name without a dot, can't be made to lead here by another site."""
        name = _hostname(host)
        return name == self._public.hostname or "." not in name or _is_address(name)


def warn_of(settings: Settings) -> None:
    """One line in the log for each way in which passwords and sessions may travel without https."""
    for reason in _dangers(settings):
        log.warning("served_without_https", reason=reason)


def _dangers(settings: Settings) -> Iterator[str]:
    public = urlsplit(settings.public_url)
    if not settings.public_url and not settings.bind_address.is_loopback:
        yield "FAS_PUBLIC_URL is not set: cookies are Secure only where a proxy of FAS_TRUSTED_PROXIES says https"
    if public.scheme == "http" and not _is_loopback(public.hostname or ""):
        yield "FAS_PUBLIC_URL begins with http: everybody on the way can read passwords and sessions"


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return "."


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return name == _LOCALHOST or (_is_address(name) and ip_address(name).is_loopback)
