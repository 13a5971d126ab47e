"""Collections are opened by repositories alone, each by its name in `shared/contracts/collections.py`."""

import ast
from collections.abc import Iterator
from pathlib import Path

from shared.contracts import collections
from shared.contracts.collections import StoredIn

ROOT = Path(__file__).parents[2]
PRODUCT = ("shared", "services", "cli", "simulator", "deploy", "tools")
REPOSITORIES = {
    "services/customs_gateway/dead_letters/repository.py",
    "services/customs_gateway/declarations/ledger.py",
    "services/customs_gateway/receipts/ledger.py",
    "services/documents/attachment_store.py",
    "services/intake/repository.py",
    "services/portal/cases/attachments.py",
    "services/portal/cases/correction_ticks.py",
    "services/portal/cases/figures.py",
    "services/portal/cases/idempotency.py",
    "services/portal/cases/ledgers.py",
    "services/portal/cases/repository.py",
    "services/portal/cases/saved_filters.py",
    "services/portal/cases/visits.py",
    "services/portal/cases/word_search.py",
    "services/portal/identity/accounts.py",
    "services/portal/identity/authorities.py",
    "services/portal/identity/calendar_feeds.py",
    "services/portal/identity/login_throttle.py",
    "services/portal/identity/second_factor.py",
    "services/portal/identity/session_repository.py",
    "services/portal/identity/sign_in_trail.py",
    "services/portal/news/choices.py",
    "services/portal/news/inbox.py",
    "services/portal/news/mails.py",
    "services/portal/operations/audit.py",
    "shared/lifecycle/authorities.py",
    "shared/lifecycle/case_words.py",
    "shared/lifecycle/cases.py",
    "shared/lifecycle/kept_limits.py",
    "shared/lifecycle/migration.py",
    "shared/lifecycle/past_rounds.py",
    "shared/questionnaires/repository.py",
}
THE_RUNTIMES_OWN = {"shared/runtime/heartbeat.py"}
MAKES_INDEXES = {"shared/lifecycle/indexes.py"}
NAMES = {f"{name}.name" for name, value in vars(collections).items() if isinstance(value, StoredIn)}


def test_only_repositories_open_collections() -> None:
    elsewhere = {path for path, _ in opened()} - REPOSITORIES - THE_RUNTIMES_OWN - MAKES_INDEXES
    assert elsewhere == set()


def test_a_repository_opens_collections_by_their_known_names() -> None:
    unknown = [(path, name) for path, name in opened() if path in REPOSITORIES and name not in NAMES]
    assert unknown == []


def opened() -> Iterator[tuple[str, str]]:
    """Each call of `….collection(NAME)`: the module's path and the name as it is written."""
    for file in (file for root in PRODUCT for file in sorted((ROOT / root).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "collection"
            ):
                yield file.relative_to(ROOT).as_posix(), ast.unparse(node.args[0])
