"""The generated documents say what the code says, and the others name what there is."""

import re
from pathlib import Path

import pytest

from tools.documents import DOCS, DOCUMENTS

ROOT = DOCS.parent
PAPERS = (*ROOT.glob("*.md"), *DOCS.glob("*.md"), ROOT / "tests/README.md")
_TEST = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
_RUN = re.compile(r"""make test(?:-all)? ARGS=(?:"([^"]*)"|(\S+))""")
_PATH = re.compile(r"(?:tests|shared|services|tools|deploy|simulator|cli|docs)/[\w./-]+")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_generated_document_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == DOCUMENTS[path](), "run `make docs` and look at what changed"


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        for link in _links(page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_test_run_of_the_papers_selects_something() -> None:
    names = _names_of_tests()
    runs = [(page.name, *run) for page in PAPERS for run in _RUN.findall(page.read_text(encoding="utf-8"))]
    assert len(runs) > 3
    for page, quoted, bare in runs:
        given = quoted or bare
        _, _, expression = given.partition("-k ")
        for word in re.findall(r"\w+", expression):
            assert word in {"and", "or", "not"} or any(word in name for name in names), (
                f"{page}: no test has {word} in its name"
            )
        for path in _PATH.findall(given):
            assert (ROOT / path).exists(), f"{page}: {path}"


def test_every_example_of_a_test_is_one_that_there_is() -> None:
    examples = _TEST.findall((ROOT / "tests/README.md").read_text(encoding="utf-8"))
    assert len(examples) > 2
    assert [name for name in examples if name not in _names_of_tests()] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "tests/README.md"])
def test_every_path_that_a_contributor_is_sent_to_is_there(page: str) -> None:
    named = re.findall(r"`([\w./-]+)`", (ROOT / page).read_text(encoding="utf-8"))
    paths = [path for path in named if _PATH.fullmatch(path) and "NAME" not in path]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_service_has_the_same_few_files_and_short_ones() -> None:
    for service in (ROOT / "services").iterdir():
        if not service.is_dir() or service.name.startswith("_"):
            continue
        assert {"__init__.py", "app.py", "handlers.py"} <= {path.name for path in service.iterdir()}, (
            service.name
        )
        for path in service.rglob("*.py"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path


def _names_of_tests() -> set[str]:
    """What `-k` looks in, but for the ids of parameters: files and functions."""
    files = [*(ROOT / "tests").rglob("test_*.py")]
    found = {path.stem for path in files}
    return found.union(*(_TEST.findall(path.read_text(encoding="utf-8")) for path in files))


def _links(text: str) -> list[str]:
    targets = [part.split(")")[0] for part in text.split("](")[1:]]
    return [target.split("#")[0] for target in targets if "://" not in target and not target.startswith("#")]
