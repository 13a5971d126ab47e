"""Says whether a backup is as it was written."""

from collections.abc import Iterator
from pathlib import Path

import bson
from bson.codec_options import CodecOptions
from bson.errors import InvalidBSON
from bson.raw_bson import RawBSONDocument

from cli.backup.manifest import (
    OBJECTS,
    Manifest,
    ObjectLine,
    collection_path,
    damaged,
    read_manifest,
)
from cli.backup.parts import BackupPart, digest_of
from cli.backup.progress import Progress
from cli.backup.state import Say

_RAW = CodecOptions(document_class=RawBSONDocument)


def verified(folder: Path, say: Say) -> Manifest:
    """The manifest of a backup whose every part was read and is as it was written.

    RequestRejected names the parts that are not.
    """
    manifest = read_manifest(folder)
    faults: list[str] = []
    for name, part in manifest.collections.items():
        path = collection_path(name)
        fault = _fault(folder, path, part.size, part.sha256) or _miscounted(folder, name, part)
        faults += [fault] if fault else []
        say(f"{path}: {fault or f'{part.count:,} documents'}")
    index = manifest.objects
    fault = _fault(folder, OBJECTS, index.size, index.sha256)
    faults += [fault] if fault else list(_object_faults(folder, say))
    if faults:
        raise damaged(folder, faults)
    return manifest


def documents(folder: Path, name: str) -> Iterator[bytes]:
    """The documents of a collection, one at a time, as BSON."""
    with (folder / collection_path(name)).open("rb") as file:
        for document in bson.decode_file_iter(file, _RAW):
            yield bytes(document.raw)


def objects(folder: Path) -> Iterator[ObjectLine]:
    """The objects, one at a time."""
    with (folder / OBJECTS).open("rb") as file:
        for line in file:
            yield ObjectLine.model_validate_json(line)


def _fault(folder: Path, path: str, size: int, digest: str) -> str | None:
    try:
        if (found := (folder / path).stat().st_size) != size:
            return f"{path} has {found} bytes and not {size}"
        return (
            None
            if digest_of(folder / path) == digest
            else f"{path} is not as it was written (its digest differs)"
        )
    except FileNotFoundError:
        return f"{path} is missing"
    except OSError as error:
        return f"{path} can't be read ({error.strerror})"


def _miscounted(folder: Path, name: str, part: BackupPart) -> str | None:
    try:
        found = sum(1 for _ in documents(folder, name))
    except InvalidBSON:
        return f"{collection_path(name)} holds something that is no document"
    return (
        None
        if found == part.count
        else f"{collection_path(name)} holds {found} documents and not {part.count}"
    )


def _object_faults(folder: Path, say: Say) -> Iterator[str]:
    progress = Progress("objects", say)
    for line in objects(folder):
        progress.one(line.size)
        fault = _fault(folder, line.path, line.size, line.sha256)
        if fault:
            yield f"{fault} (the object {line.key})"
    progress.end()
