"""Celery with the least of the job: `celery -A tests.bench.references.celery_worker worker --concurrency 2`."""

from functools import cache
from typing import Any

from celery import Celery
from pymongo import MongoClient

from tests.bench.references.job import COLLECTION, movement, read, setting, told

IN, OUT = "bench.celery.in", "bench.celery.out"
app = Celery("bench", broker=setting("RABBIT_URL"))
app.conf.update(
    task_acks_late=True, task_ignore_result=True, task_default_queue=IN, task_default_queue_type="quorum",
    task_default_exchange_type="topic", worker_prefetch_multiplier=16, broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True, worker_hijack_root_logger=False, worker_send_task_events=False,
)  # fmt: skip


@app.task(name="receive")  # type: ignore[untyped-decorator]
def receive(xml: str) -> None:
    """Move the case of a receipt, and tell of it."""
    head = read(xml.encode())
    if _cases().update_one(*movement(head)).matched_count:
        with app.producer_or_acquire() as producer:
            producer.publish(
                told(head), exchange="", routing_key=OUT, delivery_mode=2, content_type="application/json",
                content_encoding="utf-8",
            )  # fmt: skip


@cache
def _cases() -> Any:
    """Opened in the process that works: a client is not to be shared by a fork."""
    client = MongoClient[dict[str, Any]](setting("MONGO_URL"))
    return client[setting("MONGO_DATABASE")][COLLECTION]
