"""OpenTelemetry's side of `tracing.py`; imported only where traces are on.

The exporter (OTLP over HTTP) and the sampler read OpenTelemetry's own variables: OTEL_EXPORTER_OTLP_…, OTEL_TRACES_SAMPLER.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from faststream.opentelemetry.middleware import TelemetryMiddleware
from faststream.rabbit.opentelemetry.provider import RabbitTelemetrySettingsProvider
from faststream.rabbit.response import RabbitPublishCommand
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from ulid import ULID

from shared.runtime.tracing import TRACEPARENT, SpanPart

_PROPAGATOR = TraceContextTextMapPropagator()
_CLOSE_MILLISECONDS = 2000
_KINDS = {
    SpanPart.INTERNAL: SpanKind.INTERNAL, SpanPart.SERVER: SpanKind.SERVER, SpanPart.CLIENT: SpanKind.CLIENT,
    SpanPart.PRODUCER: SpanKind.PRODUCER, SpanPart.CONSUMER: SpanKind.CONSUMER,
}  # fmt: skip
_REPLY_TO = "amq.rabbitmq.reply-to"
_TYPED = ("url.query", "url.full")
"""Attributes that may hold what people typed: a search is for names and numbers of persons, too."""


class OtlpTracer:
    """Makes spans and sends them to the collector in the background; a collector that is away loses them, and nothing waits."""

    def __init__(self, service: str) -> None:
        about = {
            "service.namespace": "fas", "service.name": service, "service.version": version("fas"),
            "service.instance.id": str(ULID()),
        }  # fmt: skip
        self._provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
        self._provider.add_span_processor(_Discreet())
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(self._provider)  # FastAPI traces its requests where there is one
        self._tracer = self._provider.get_tracer("fas")

    @contextmanager
    def span(self, name: str, part: SpanPart, follows: str, attributes: dict[str, str]) -> Iterator[None]:
        """As `Tracer` says."""
        before = _PROPAGATOR.extract({TRACEPARENT: follows}) if follows else None
        with self._tracer.start_as_current_span(name, before, _KINDS[part], attributes):
            yield

    def traceparent(self) -> str:
        """As `Tracer` says."""
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return carrier.get(TRACEPARENT, "")

    def middlewares(self) -> list[Any]:
        """As `Tracer` says."""
        return [
            TelemetryMiddleware[RabbitPublishCommand](
                settings_provider_factory=lambda _: _Messages(), tracer_provider=self._provider
            )
        ]

    def close(self) -> None:
        """As `Tracer` says."""
        self._provider.force_flush(_CLOSE_MILLISECONDS)


class _Messages(RabbitTelemetrySettingsProvider):
    """Names spans by exchange and key; every reply has a key of its own, which is no name."""

    def get_publish_destination_name(self, cmd: RabbitPublishCommand) -> str:
        """The name of what is published to."""
        name: str = super().get_publish_destination_name(cmd)
        return "reply" if _REPLY_TO in name else name


class _Discreet(SpanProcessor):
    """Leaves out of every span what may be personal (CONTRACT 5 says the same of logs)."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Blank it."""
        for name in _TYPED:
            if name in (span.attributes or {}):
                span.set_attribute(name, "")
