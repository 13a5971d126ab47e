"""Wires questionnaire."""

from collections.abc import Coroutine
from typing import Any

from services.questionnaire.handlers import register
from services.questionnaire.records import RECORDS
from shared.lifecycle.advance import Lifecycle
from shared.lifecycle.cases import Cases
from shared.runtime.service import Runtime


def build(runtime: Runtime) -> list[Coroutine[Any, Any, None]]:
    """Connect the queues of questionnaire to its rules."""
    lifecycle = Lifecycle("questionnaire", Cases(runtime.store), runtime.publisher, runtime.relay, RECORDS)
    register(runtime.broker, lifecycle.advance, lifecycle.carry_out)
    return []
