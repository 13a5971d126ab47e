"""The generated documents say what the code says."""

from pathlib import Path

import pytest

from tools.documents import DOCS, documents_of_the_code

ROOT = DOCS.parent
DOCUMENTS = documents_of_the_code()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_generated_document_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == DOCUMENTS[path], "run `make docs` and look at what changed"


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for link in _links(page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_service_has_the_same_few_files_and_short_ones() -> None:
    for service in (ROOT / "services").iterdir():
        if not service.is_dir() or service.name.startswith("_"):
            continue
        assert {"__init__.py", "app.py", "handlers.py"} <= {path.name for path in service.iterdir()}, (
            service.name
        )
        for path in service.rglob("*.py"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path


def _links(text: str) -> list[str]:
    targets = [part.split(")")[0] for part in text.split("](")[1:]]
    return [target.split("#")[0] for target in targets if "://" not in target and not target.startswith("#")]
