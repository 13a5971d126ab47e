"""The manifest of a backup: which parts there are, and the digest of each; what has none is not a backup."""

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cli.backup.parts import BackupPart, HashingWriter
from shared.bilingual import Bilingual
from shared.runtime.errors import RequestRejected

NAME = "manifest.json"
VERSION = 1
OBJECTS = "objects.jsonl"


class Manifest(BaseModel):
    """What a backup holds. Everything that was acknowledged to anybody before `began_at` is in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["fas-backup"] = "fas-backup"
    version: Literal[1] = 1
    began_at: datetime
    ended_at: datetime
    database: str
    bucket: str
    collections: dict[str, BackupPart]
    """By name: BSON documents one after the other, as mongodump writes them."""
    objects: BackupPart
    """JSON lines of `key`, `sha256`, `size`, `media_type`; the bytes stand in `objects/`, by digest."""
    warnings: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """What the manifest's own line must say."""
        return sha256(self.model_dump_json().encode()).hexdigest()


class ObjectLine(BaseModel):
    """One object of the bucket; `size` in bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    sha256: str
    size: int
    media_type: str

    @property
    def path(self) -> str:
        """Where its bytes stand in the backup."""
        return object_path(self.sha256)


def collection_path(name: str) -> str:
    """Where a collection stands in the backup."""
    return f"collections/{name}.bson"


def object_path(digest: str) -> str:
    """Where bytes with this SHA-256 stand in the backup."""
    return f"objects/{digest[:2]}/{digest}"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it as the last part."""
    text = json.dumps(
        {"sha256": manifest.digest, **manifest.model_dump(mode="json")}, ensure_ascii=False, indent=1
    )
    with HashingWriter(folder / NAME) as file:
        file.add(text.encode())


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a whole backup; RequestRejected says what is wrong with this one and what to do."""
    if not folder.is_dir():
        raise RequestRejected(
            "no_backup",
            Bilingual(
                f"没有备份{folder}：请指定`fas backup create`所建的目录。",
                f"There is no backup {folder}: name the directory that `fas backup create` made.",
            ),
        )
    try:
        found = json.loads((folder / NAME).read_bytes())
        digest = found.pop("sha256")
        newer = found.get("version")
        if isinstance(newer, int) and newer > VERSION:
            raise RequestRejected(
                "newer_backup",
                Bilingual(
                    f"{folder}的版本为{newer}，本程序最高可读取版本{VERSION}。",
                    f"{folder} is of version {newer}; this program reads up to {VERSION}.",
                ),
            )
        manifest = Manifest.model_validate(found)
    except FileNotFoundError as missing:
        raise RequestRejected(
            "unfinished_backup",
            Bilingual(
                f"{folder}不是完整的备份：缺少最后写入的{NAME}。请将其删除，并重新备份。",
                f"{folder} is not a whole backup: it has no {NAME}, which is written last. Remove it and take another.",
            ),
        ) from missing
    except (ValueError, KeyError, AttributeError, TypeError, ValidationError) as error:
        raise damaged(folder, [f"{NAME} can't be read"]) from error
    if digest != manifest.digest:
        raise damaged(folder, [f"{NAME} is not as it was written"])
    return manifest


def damaged(folder: Path, faults: list[str]) -> RequestRejected:
    """The refusal of a backup with these faults; at most ten are named."""
    named, more = "; ".join(faults[:10]), len(faults) - 10
    text = Bilingual(
        f"备份{folder}已损坏：{named}{f'，另有{more}处' if more > 0 else ''}。请使用其他副本或更早的备份。",
        f"The backup {folder} is damaged: {named}{f', and {more} more' if more > 0 else ''}. "
        "Use another copy of it, or an earlier backup.",
    )
    return RequestRejected("damaged_backup", text)
