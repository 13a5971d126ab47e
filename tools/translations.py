"""`python -m tools.translations`: brings the pages' catalogues up to date with templates and code; `make docs` runs it too.

An area of the pages is a folder of templates, and of code under `pages/`; what stands in no folder is `frame`.
English is what stands in the source; Chinese is written by us into `locale/zh/<area>.po`.
The status is 1 while a message has no Chinese.
"""

import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

PORTAL = Path(__file__).parents[1] / "services/portal"
LOCALE = PORTAL / "locale"
LANGUAGES = ("zh", "en")
_NAMES = {"zh": "Chinese", "en": "English"}
_KEYWORDS = {"_": None, "gettext": None, "said_now": (2,), "ngettext": (1, 2)}


def main() -> None:
    """Write what changed; say what is missing."""
    missing = 0
    for language in LANGUAGES:
        known, written = translations(language), {}
        for area, said in areas().items():
            catalog = brought_up_to_date(known, said, language)
            written[LOCALE / language / f"{area}.po"] = as_written(catalog)
            for message in untranslated(catalog):
                print(f"{LOCALE.name}/{language}/{area}.po: write the {_NAMES[language]} of: {message}")
                missing += 1
        _write(LOCALE / language, written)
    sys.exit(1 if missing else 0)


def _write(folder: Path, written: dict[Path, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for stale in {*folder.glob("*.po")} - {*written}:
        stale.unlink()
    for path, content in written.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)


def translations(language: str) -> dict[str, Any]:
    """What the catalogues of a language say now, whichever area it stands in."""
    found: dict[str, Any] = {}
    for path in sorted((LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            found |= {
                _one(each.id): each.string
                for each in read_po(file, locale=language)
                if each.id and each.string
            }
    return found


def areas() -> dict[str, list[Any]]:
    """What each area says, by its name: message ids, a pair where there is a plural."""
    found: dict[str, list[Any]] = {"frame": []}
    for path in sorted((PORTAL / "templates").rglob("*.html")):
        options = {
            "extensions": "jinja2.ext.do",
            "trim_blocks": "true",
            "lstrip_blocks": "true",
            "newstyle_gettext": "true",
            "silent": "false",
        }
        said = found.setdefault(path.relative_to(PORTAL / "templates").parts[0], [])
        said += _extracted("jinja2.ext:babel_extract", path, options)
    for path in sorted((PORTAL / "pages").rglob("*.py")):
        inside = path.relative_to(PORTAL / "pages").parts
        found.setdefault(inside[0] if len(inside) > 1 else "frame", []).extend(_extracted("python", path, {}))
    taken: set[Any] = set()
    for area, said in found.items():
        found[area] = [each for each in dict.fromkeys(said) if each not in taken]
        taken |= set(said)
    return {area: said for area, said in found.items() if said}


def brought_up_to_date(known: dict[str, Any], said: list[Any], language: str) -> Catalog:
    """A catalogue with exactly these messages, and the translations that are known."""
    catalog = Catalog(locale=language, project="fas", fuzzy=False)
    for message in said:
        one = _one(message)
        flags = ("python-format",) if "%(" in one else ()
        string = message if language == "en" else known.get(one, "")
        if isinstance(message, tuple) and isinstance(string, str):
            string = (string,) * catalog.num_plurals
        catalog.add(message, string, flags=flags)
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """Messages without a text in this language, or with a % that is neither a value nor doubled."""
    return [
        str(each.id) for each in catalog if each.id and not all(_good(text) for text in _texts(each.string))
    ]


def _texts(string: Any) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, (tuple, list)) else (string or "",)


def _good(text: str) -> bool:
    return bool(text) and "%" not in re.sub(r"%(\(\w+\)s|%)", "", text)


def as_written(catalog: Catalog) -> bytes:
    """The file, without dates, so that it changes only when a message does."""
    target = BytesIO()
    write_po(target, catalog, width=120, omit_header=True, sort_output=True)
    return (
        f'# Messages of the pages; brought up to date by `python -m tools.translations`.\nmsgid ""\nmsgstr ""\n'
        f'"Language: {catalog.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: nplurals={catalog.num_plurals}; plural={catalog.plural_expr};\\n"\n\n'
    ).encode() + target.getvalue()


def _one(message: Any) -> str:
    return str(message[0] if isinstance(message, (tuple, list)) else message)


def _extracted(method: str, path: Path, options: dict[str, str]) -> list[Any]:
    with path.open("rb") as file:
        return [
            message for _line, message, _comments, _context in extract(method, file, _KEYWORDS, (), options)
        ]


if __name__ == "__main__":
    main()
