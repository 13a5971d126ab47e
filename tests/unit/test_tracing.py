"""Traces that are off cost nothing; that one is whole when they are on is for tests/flow/test_traces.py."""

import subprocess
import sys

import pytest

from shared.contracts.topology import SERVICES
from shared.runtime.trace_export import start_tracing
from shared.runtime.tracing import kept_trace, span, trace_headers, tracing_middlewares


def test_where_traces_are_off_nothing_is_carried_or_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    start_tracing("intake")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    start_tracing("intake")

    with span("work", follows="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") as made:
        assert (made, trace_headers(), kept_trace(), tracing_middlewares()) == (None, {}, {}, [])


def test_no_service_imports_what_makes_spans_before_traces_are_on() -> None:
    code = f"""
import importlib, sys
import cli.topology, shared.runtime.service
for service in {SERVICES!r}: importlib.import_module(f"services.{{service}}.app")
heavy = ("opentelemetry.sdk", "opentelemetry.exporter", "google.protobuf")
print(*sorted(name for name in sys.modules if name.startswith(heavy)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == ""
