"""Reads what a service shows Prometheus."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.system import RunningSystem

Samples = dict[str, list[tuple[dict[str, str], float]]]
"""The samples of each name: their labels and values."""


async def scraped(system: RunningSystem, service: str) -> Samples:
    """What `/metrics` of a service says now."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        text = (await client.get(f"{system.health_url(service)}/metrics")).text
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found
