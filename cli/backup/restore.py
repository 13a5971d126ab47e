"""Writes a backup into a database and a bucket: objects before the records that name them, the accounts last."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cli.backup.after_restore import (
    requeue_dead_letters,
    requeue_declarations,
    requeue_receipts,
)
from cli.backup.manifest import Manifest
from cli.backup.order import written_in_order
from cli.backup.progress import Progress
from cli.backup.state import Say, State
from cli.backup.verify import documents, objects, verified
from shared.bilingual import Bilingual
from shared.lifecycle.cases import Cases
from shared.runtime.errors import RequestRejected

NUMBERS_AHEAD = 10_000
_BATCH_BYTES = 8 * 1024 * 1024
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Restored:
    """What stands in the database and the bucket now; what happens to so many declarations and receipts at the start."""

    manifest: Manifest
    documents: int
    objects: int
    last_number: int
    told_again: int
    asked_again: int


async def restore(
    state: State, folder: Path, say: Say, *, replace: bool = False, numbers_ahead: int = NUMBERS_AHEAD
) -> Restored:
    """Restore a backup while no service runs; nothing is written unless every part of it is as it was written.

    RequestRejected where the backup is damaged, or where there is something in the database or the bucket and `replace` is
    not given. With it the collections are removed first; objects are written over, others stay. Case numbers go on
    `numbers_ahead` after the last one known, since more may have been given out after the backup.
    """
    manifest = verified(folder, say)
    await state.objects.ensure_bucket()
    if not replace:
        await _refuse_what_is_there(state)
    cases = Cases(state.store)
    known = await cases.last_number()
    written = await _put_objects(state, folder, say)
    for name in await state.store.names():
        await state.store.raw(name).clear()
    for name in written_in_order(manifest.collections):
        await _add_documents(state, folder, name, say)
    count = await _counted(state, manifest)
    last = max(known, await cases.last_number()) + numbers_ahead
    await cases.number_after(last)
    await requeue_dead_letters(state.store, manifest.began_at)
    told_again, asked_again = await requeue_declarations(state.store), await requeue_receipts(state.store)
    return Restored(manifest, count, written, last, told_again, asked_again)


async def _refuse_what_is_there(state: State) -> None:
    for name in await state.store.names():
        if count := await state.store.raw(name).count():
            raise RequestRejected(
                "database_not_empty",
                Bilingual(
                    f"数据库{state.database}不为空（{name}：{count}），未作恢复。请在FAS_MONGO_DATABASE中指定其他数据库，"
                    "或使用--replace删除现有内容。",
                    f"The database {state.database} is not empty ({name}: {count}), so nothing was restored. "
                    "Name another one in FAS_MONGO_DATABASE, or give --replace, which removes what is there.",
                ),
            )
    async for key in state.objects.listed():
        raise RequestRejected(
            "bucket_not_empty",
            Bilingual(
                f"存储桶{state.bucket}不为空（{key}），未作恢复。请在FAS_S3_BUCKET中指定其他存储桶，"
                "或使用--replace覆盖同名对象并保留其余对象。",
                f"The bucket {state.bucket} is not empty ({key}), so nothing was restored. Name another one in FAS_S3_BUCKET, "
                "or give --replace, which writes over objects of the same key and leaves the others.",
            ),
        )


async def _put_objects(state: State, folder: Path, say: Say) -> int:
    progress, count = Progress("objects", say), 0
    for line in objects(folder):
        await state.objects.put(line.key, (folder / line.path).read_bytes(), line.media_type)
        progress.one(line.size)
        count += 1
    progress.end()
    return count


async def _add_documents(state: State, folder: Path, name: str, say: Say) -> None:
    progress, collection = Progress(name, say), state.store.raw(name)
    for batch in _batches(documents(folder, name)):
        await collection.add(batch)
        for document in batch:
            progress.one(len(document))
    progress.end()


def _batches(found: Iterator[bytes]) -> Iterator[list[bytes]]:
    """At most 500 documents, and 8 MiB unless a single one is larger."""
    batch: list[bytes] = []
    size = 0
    for document in found:
        if batch and (size + len(document) > _BATCH_BYTES or len(batch) == _BATCH):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document)
    if batch:
        yield batch


async def _counted(state: State, manifest: Manifest) -> int:
    """How many documents there are; RequestRejected where a collection has another count than the backup."""
    total = 0
    for name, part in manifest.collections.items():
        count = await state.store.raw(name).count()
        if count != part.count:
            raise RequestRejected(
                "restore_incomplete",
                Bilingual(
                    f"恢复后{name}有{count}个文档，而不是{part.count}个：是否有服务正在使用此数据库？"
                    "请停止所有服务，并使用--replace重新恢复。",
                    f"{name} has {count} documents after the restore and not {part.count}: does a service run on this "
                    "database? Stop all services and restore again with --replace.",
                ),
            )
        total += count
    return total
