"""Takes a backup of a running system: collections in the order of order.py, then the objects, the manifest at the end."""

import shutil
from hashlib import sha256
from pathlib import Path

import bson

from cli.backup.manifest import (
    OBJECTS,
    Manifest,
    ObjectLine,
    collection_path,
    object_path,
    write_manifest,
)
from cli.backup.order import ORDER, in_order
from cli.backup.parts import BackupPart, HashingWriter, sync_folders
from cli.backup.progress import Progress
from cli.backup.state import Say, State
from cli.backup.submissions import Submissions
from services.customs_gateway.declarations.ledger import DeclarationLedger
from shared.bilingual import Bilingual
from shared.contracts.collections import ATTACHMENTS, CASES
from shared.contracts.documents.files import Attachment
from shared.contracts.object_keys import UPLOADS
from shared.runtime.clock import now
from shared.runtime.errors import RequestRejected
from shared.runtime.objects import ObjectMissing

PATIENCE_SECONDS = 60.0


async def create(state: State, folder: Path, say: Say, patience: float = PATIENCE_SECONDS) -> Manifest:
    """Write a backup of `state` as the new directory `folder`; it has that name only when it is whole.

    Everything that was acknowledged before the call is in it. `patience` is how long (seconds) submissions on their
    way to the gateway are waited for. RequestRejected where the name is taken, DependencyUnavailable where a server does not
    answer, OSError
    where the disk does not hold it: then nothing is left.
    """
    unfinished = _begun(folder)
    try:
        manifest = await _Backup(state, unfinished, say).written(patience)
        write_manifest(unfinished, manifest)
        sync_folders(unfinished)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    sync_folders(folder)
    return manifest


def _begun(folder: Path) -> Path:
    unfinished = folder.with_name(f"{folder.name}.part")
    if folder.exists():
        raise RequestRejected(
            "backup_exists",
            Bilingual(
                f"{folder}已存在：每次备份须使用新的目录。",
                f"{folder} is there already: each backup gets a directory of its own.",
            ),
        )
    try:
        unfinished.mkdir(mode=0o700)
    except FileExistsError as there:
        raise RequestRejected(
            "backup_unfinished",
            Bilingual(
                f"{unfinished}已存在：可能有备份正在进行，或上次备份被中断。如无人写入，请将其删除，或改用其他名称。",
                f"{unfinished} is there: another backup is being written, or one was killed. "
                "Remove it if nobody writes there, or choose another name.",
            ),
        ) from there
    return unfinished


class _Backup:
    """One backup while it is written."""

    def __init__(self, state: State, folder: Path, say: Say) -> None:
        self._state, self._folder, self._say = state, folder, say
        self._warnings: list[str] = []

    async def written(self, patience: float) -> Manifest:
        """All parts but the manifest, which is returned."""
        began_at = now()
        collections = await self._collections(patience)
        objects = await self._objects()
        self._compare_attachments()
        return Manifest(
            began_at=began_at, ended_at=now(), database=self._state.database, bucket=self._state.bucket,
            collections=collections, objects=objects, warnings=tuple(self._warnings),
        )  # fmt: skip

    async def _collections(self, patience: float) -> dict[str, BackupPart]:
        names = in_order(await self._state.store.names())
        for name in sorted(set(names) - set(ORDER)):
            self._say(
                f"{name} has no place in the order of a backup (cli/backup/order.py); it is kept all the same."
            )
        collections = {}
        for name in names:
            collections[name] = await (
                self._cases(patience) if name == CASES.name else self._collection(name)
            )
        return collections

    async def _cases(self, patience: float) -> BackupPart:
        """The cases; what they have sent to the gateway has arrived there afterwards."""
        submissions = Submissions(DeclarationLedger(self._state.store))
        part = await self._collection(CASES.name, submissions)
        late = await submissions.arrive(patience)
        if late:
            self._warnings.append(
                f"{len(late)} submissions did not reach the gateway within {patience:g} s ({', '.join(late[:5])}): after a "
                "restore customs would not get them. See whether customs_gateway runs and what `fas dead list` shows, "
                "then take another backup."
            )
        return part

    async def _collection(self, name: str, submissions: Submissions | None = None) -> BackupPart:
        progress = Progress(name, self._say)
        with HashingWriter(self._folder / collection_path(name)) as file:
            async for document in self._state.store.raw(name).each():
                file.add(document)
                progress.one(len(document))
                if submissions:
                    await submissions.note(document)
        progress.end()
        return file.part

    async def _objects(self) -> BackupPart:
        progress = Progress("objects", self._say)
        with HashingWriter(self._folder / OBJECTS) as file:
            async for key in self._state.objects.listed():
                line = None if key.startswith(UPLOADS) else await self._object(key)
                if line:
                    file.add(f"{line.model_dump_json()}\n".encode())
                    progress.one(line.size)
        progress.end()
        return file.part

    async def _object(self, key: str) -> ObjectLine | None:
        """Keep an object's bytes, once for all keys that have the same; None where it was removed meanwhile."""
        try:
            data, media_type = await self._state.objects.described(key)
        except ObjectMissing:
            return None
        line = ObjectLine(key=key, sha256=sha256(data).hexdigest(), size=len(data), media_type=media_type)
        if key.startswith("files/") and key != f"files/{line.sha256}":
            self._warnings.append(
                f"The object {key} has other bytes than its name says: it was damaged in the bucket."
            )
        if not (self._folder / line.path).exists():
            with HashingWriter(self._folder / line.path) as file:
                file.add(data)
        return line

    def _compare_attachments(self) -> None:
        """Say which attachments have no object: the bucket has lost it."""
        with (self._folder / collection_path(ATTACHMENTS.name)).open("rb") as file:
            lost = [
                record.id
                for record in map(Attachment, bson.decode_file_iter(file))
                if not (self._folder / object_path(record.sha256)).exists()
            ]
        if lost:
            self._warnings.append(
                f"{len(lost)} attachments have no object in the bucket: {', '.join(lost[:5])}."
            )
