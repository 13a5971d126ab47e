"""`python -m tests.bench.serve SERVICE`: `fas serve`, with a count of the hops through worker threads in its metrics."""

import sys
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from anyio import to_thread
from prometheus_client import Counter

from cli.commands.serve import serve
from shared.runtime.metrics import REGISTRY

COUNTER = "bench_thread_hops"
_HOPS = Counter(COUNTER, "Calls handed to a worker thread.", registry=REGISTRY)


def count_hops() -> None:
    """Count each call of an executor of threads, which asyncio's and motor's are, and each of anyio's threads."""
    submit, run_sync = ThreadPoolExecutor.submit, to_thread.run_sync

    def counted(self: ThreadPoolExecutor, /, *args: Any, **kwargs: Any) -> Future[Any]:
        _HOPS.inc()
        return submit(self, *args, **kwargs)

    async def counted_too(*args: Any, **kwargs: Any) -> Any:
        _HOPS.inc()
        return await run_sync(*args, **kwargs)

    ThreadPoolExecutor.submit = counted  # type: ignore[method-assign, assignment]
    to_thread.run_sync = counted_too  # type: ignore[assignment]


if __name__ == "__main__":
    count_hops()
    serve(sys.argv[1])
