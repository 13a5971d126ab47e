"""Which browser on which device, in plain words, from what a program calls itself. Pure."""

import re

from shared.bilingual import Bilingual

_BROWSERS = (
    ("MicroMessenger/", Bilingual("微信", "WeChat")),
    ("Edg", Bilingual("Edge", "Edge")),
    ("OPR/", Bilingual("Opera", "Opera")),
    ("SamsungBrowser/", Bilingual("三星浏览器", "Samsung Internet")),
    ("QQBrowser/", Bilingual("QQ浏览器", "QQ Browser")),
    ("UCBrowser/", Bilingual("UC浏览器", "UC Browser")),
    ("Firefox/", Bilingual("Firefox", "Firefox")),
    ("FxiOS/", Bilingual("Firefox", "Firefox")),
    ("CriOS/", Bilingual("Chrome", "Chrome")),
    ("Chrome/", Bilingual("Chrome", "Chrome")),
    ("Safari/", Bilingual("Safari", "Safari")),
)
"""The first that is named is it: most browsers name those that they resemble as well."""
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def described(agent: str, *, page: bool) -> Bilingual:
    """What began a session: a browser on a device (`page`), or a program that uses the API, as far as it tells its name."""
    return _browser(agent) if page else _program(agent)


def _browser(agent: str) -> Bilingual:
    browser = next((name for sign, name in _BROWSERS if sign in agent), Bilingual("浏览器", "A browser"))
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if not system:
        return browser
    return Bilingual(f"{system}上的{browser.zh}", f"{browser.en} on {system}")


def _program(agent: str) -> Bilingual:
    named = re.match(r"[A-Za-z][\w.+-]{0,40}", agent)
    if named is None:
        return Bilingual("程序（API）", "A program (API)")
    return Bilingual(f"程序{named[0]}（API）", f"The program {named[0]} (API)")
