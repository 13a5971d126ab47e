"""Writes the documents that are made from the code (`make docs`): `DOCUMENTS` names them.

With `--check` nothing is written, and the exit status is 1 when one of them is not what the code says.
"""

import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from faststream.rabbit import RabbitRouter
from faststream.specification import AsyncAPI

from services.consultation import handlers as consultation
from services.customs_gateway import handlers as customs_gateway
from services.documents import handlers as documents
from services.intake import handlers as intake
from services.portal import handlers as portal
from services.portal.web import make_app
from services.questionnaire import handlers as questionnaire
from shared.contracts.topology import SERVICES
from shared.runtime.addresses import BrokerAddress
from shared.runtime.broker import make_broker
from shared.runtime.rests import Rests
from tools.boards import BOARDS
from tools.dashboards import dashboard_json
from tools.glossary_terms import glossary_terms
from tools.log_page import log_page
from tools.metrics_page import metrics_page
from tools.settings_page import settings_page
from tools.state_diagram import states

DOCS = Path(__file__).parent.parent / "docs"
HELP = DOCS.parent / "services" / "portal" / "pages" / "help"
DASHBOARDS = DOCS.parent / "deploy" / "observability" / "dashboards"
_NOTHING: Any = None  # routes are described, not called
_ROUTERS: dict[str, list[RabbitRouter]] = {
    "intake": [intake.router],
    "questionnaire": [questionnaire.router],
    "consultation": [consultation.router],
    "documents": [documents.router],
    "customs_gateway": [customs_gateway.customs_router, customs_gateway.router],
    "portal": [portal.movements_router("PROCESS")],
}


def _openapi() -> str:
    return json.dumps(make_app(_NOTHING).openapi(), ensure_ascii=False, indent=1) + "\n"


def _asyncapi(service: str) -> str:
    broker = make_broker(BrokerAddress("amqp://broker:5672/"), service, Rests())
    broker.include_routers(*_ROUTERS[service])
    described = AsyncAPI(broker, title=service, version="1").to_specification().to_jsonable()
    head = f"# Generated from services/{service}/handlers.py by `make docs`; not edited by hand.\n"
    return head + yaml.safe_dump(described, sort_keys=True, allow_unicode=True)


DOCUMENTS: Mapping[Path, Callable[[], str]] = {
    DOCS / "states.md": states,
    DOCS / "openapi.json": _openapi,
    DOCS / "operations" / "metrics.md": metrics_page,
    **{DASHBOARDS / f"{board.uid}.json": partial(dashboard_json, board) for board in BOARDS},
    DOCS / "settings.md": partial(settings_page, "en"),
    DOCS / "settings.zh-CN.md": partial(settings_page, "zh"),
    HELP / "glossary.json": glossary_terms,
    DOCS / "logs.md": partial(log_page, "en"),
    DOCS / "logs.zh-CN.md": partial(log_page, "zh"),
    **{DOCS / "asyncapi" / f"{service}.yaml": partial(_asyncapi, service) for service in SERVICES},
}
"""What each generated document says, by its path."""


def main() -> int:
    """Write, or compare."""
    texts = {path: text() for path, text in DOCUMENTS.items()}
    changed = [
        path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in changed:
        print(
            f"{path.relative_to(DOCS.parent)} {'is not what the code says' if '--check' in sys.argv else 'written'}"
        )
        if "--check" not in sys.argv:
            path.parent.mkdir(exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
    if changed and "--check" in sys.argv:
        print("Run `make docs` and look at what changed.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
