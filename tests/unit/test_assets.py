"""What browsers keep of the pages: each asset under an address that changes with it and with what it imports."""

from typing import Any

import httpx

from services.portal.pages.assets import address, assets, made
from services.portal.web import make_app

NOBODYS: Any = None
SCRIPTS = {
    "page.js": b'import { store } from "./storage.js";\nstore();\n',
    "storage.js": b'import { message } from "./messages.js";\nexport const store = message;\n',
    "messages.js": b"export const message = 1;\n",
    "portal.css": b"p { color: red }\n",
}


def test_a_script_names_what_it_imports_by_its_digest() -> None:
    found = made(SCRIPTS)
    assert f'from "./storage.js?v={found["storage.js"].digest}"' in found["page.js"].plain.decode()
    assert found["portal.css"].plain == SCRIPTS["portal.css"]


def test_a_script_has_another_address_when_something_that_it_imports_changes() -> None:
    before, after = made(SCRIPTS), made(SCRIPTS | {"messages.js": b"export const message = 2;\n"})
    changed = {name for name in SCRIPTS if before[name].digest != after[name].digest}
    assert changed == {"page.js", "storage.js", "messages.js"}


def test_no_script_of_the_portal_imports_an_address_that_stays_the_same() -> None:
    for name, asset in assets().items():
        if name.endswith(".js") and not name.startswith("vendor/"):
            lines = [line for line in asset.plain.decode().splitlines() if line.startswith("import ")]
            assert all(".js?v=" in line for line in lines), name


async def test_only_the_address_of_today_is_kept_for_a_year() -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(make_app(NOBODYS)), base_url="http://portal"
    ) as browser:
        today = await browser.get(address("storage.js"))
        assert "immutable" in today.headers["Cache-Control"]
        for other in ("/static/storage.js", "/static/storage.js?v=of-another-version"):
            answer = await browser.get(other)
            assert answer.headers["Cache-Control"] == "public, no-cache"
            same = await browser.get(other, headers={"If-None-Match": answer.headers["ETag"]})
            assert same.status_code == 304


def test_lines_that_are_only_a_comment_are_not_sent_and_code_is() -> None:
    source = (
        b'// @ts-check\n/**\n * Doc.\n */\nexport function f() {\n  // why\n  const u = "http://x"; // beside\n'
        b"  /** @type {A} */ (u).go();\n}\n"
    )
    found = made({"f.js": source, "vendor/v.js": source})
    code = b'export function f() {\n  const u = "http://x"; // beside\n  /** @type {A} */ (u).go();\n}\n'
    assert found["f.js"].plain == code
    assert found["vendor/v.js"].plain == source
