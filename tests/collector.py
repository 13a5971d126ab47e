"""A collector of traces: takes what services export over OTLP/HTTP, on a port of loopback."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.local.ports import LOOPBACK, free_ports


@dataclass(frozen=True)
class CollectedSpan:
    """A span, with the service that made it; ids in hex, `parent` '' at the root."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, str]


class TraceCollector:
    """What came so far; `endpoint` is the services' OTEL_EXPORTER_OTLP_ENDPOINT."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://{LOOPBACK}:{port}"
        self.spans: list[CollectedSpan] = []
        self._news = threading.Condition()

    def take(self, body: bytes) -> None:
        """Read one request."""
        asked = ExportTraceServiceRequest.FromString(body)
        made = [
            CollectedSpan(
                next(each.value.string_value for each in of.resource.attributes if each.key == "service.name"),
                span.name, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(),
                {each.key: each.value.string_value for each in span.attributes},
            )
            for of in asked.resource_spans
            for scope in of.scope_spans
            for span in scope.spans
        ]  # fmt: skip
        with self._news:
            self.spans += made
            self._news.notify_all()

    def wait_for(
        self, service: str, name: str, trace: str, *, after: int = 0, case_no: str = ""
    ) -> CollectedSpan:
        """A span of a trace, once it came, and `after` so many others.

        AssertionError with what there is of the trace where it does not come.
        """

        def found() -> CollectedSpan | None:
            for span in self.spans[after:]:
                wanted = (span.service, span.name, span.trace) == (service, name, trace)
                if wanted and case_no in ("", span.attributes.get("case_no")):
                    return span
            return None

        with self._news:
            self._news.wait_for(lambda: found() is not None, 20)
        span = found()
        assert span, (
            f"no {name} of {service} among {[(s.service, s.name) for s in self.spans if s.trace == trace]}"
        )
        return span

    def without_parent(self, trace: str, seconds: float = 10.0) -> set[str]:
        """The parents of a trace's spans that did not come themselves, once only one is left: what began the trace.

        A process sends its spans in batches, so one that is killed loses those that were not sent yet.
        """

        def missing() -> set[str]:
            of_trace = [span for span in self.spans if span.trace == trace]
            return {span.parent for span in of_trace} - {span.id for span in of_trace}

        with self._news:
            self._news.wait_for(lambda: len(missing()) == 1, seconds)
            return missing()

    def path(self, root: str, span: CollectedSpan, seconds: float = 10.0) -> list[tuple[str, str]]:
        """Service and name of each span on the way from the one whose parent is `root`, once all of them came, to this one."""
        with self._news:
            self._news.wait_for(lambda: self._known_path(span)[0].parent == root, seconds)
        return [(each.service, each.name) for each in self._known_path(span)]

    def _known_path(self, span: CollectedSpan) -> list[CollectedSpan]:
        by_id = {each.id: each for each in self.spans if each.trace == span.trace}
        path = [span]
        while (before := by_id.get(path[0].parent)) is not None:
            path.insert(0, before)
        return path


@contextmanager
def running_collector() -> Iterator[TraceCollector]:
    """A collector that listens while within."""
    (port,) = free_ports(1)
    collector = TraceCollector(port)

    class SpansPosted(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.take(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((LOOPBACK, port), SpansPosted)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="collector")
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
