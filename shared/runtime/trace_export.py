"""Switches traces on where the environment names a collector, by OpenTelemetry's own variables."""

import os

from shared.runtime.tracing import trace_with

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def start_tracing(service: str) -> None:
    """Trace what this process of a service does, where there is somebody to send it to."""
    if any(map(os.environ.get, _ENDPOINTS)) and os.environ.get("OTEL_SDK_DISABLED", "").lower() != "true":
        from shared.runtime.telemetry import OtlpTracer

        trace_with(OtlpTracer(service))
