"""What is wrong with the database: whether it answers, its version, clock, disk and indexes, and who does not write to it."""

from pymongo.errors import OperationFailure

from cli.doctor.authorities import examine_authorities
from cli.doctor.machine import clock_findings, space_findings
from cli.doctor.versions import version_of
from services.portal.operations.wrong.finding import Finding, away
from services.portal.operations.wrong.ledgers import examine_ledgers
from services.portal.operations.wrong.services import examine_services
from shared.bilingual import Bilingual
from shared.contracts.queries import INDEXES, Keys
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.heartbeat import find_presences
from shared.runtime.settings import Settings
from shared.runtime.store import Store, open_store

OLDEST = (6, 0)
_NO_COLLECTION = 26
_NAME = Bilingual("数据库", "The database")


async def examine_database(settings: Settings) -> list[Finding]:
    """What is wrong with the database, and what stands in it that should have gone on."""
    store = open_store(settings)
    try:
        at = await store.time()
        found = [*clock_findings("数据库", "the database's", at), *await _version(store), *await _disk(store)]
        found += [*await _indexes(store), *examine_services(await find_presences(store), at)]
        return [*found, *await examine_authorities(store), *await examine_ledgers(store, at)]
    except DependencyUnavailable as error:
        return [away("database", _NAME, "FAS_MONGO_URL", str(error), "the-databases-primary-is-away")]
    finally:
        await store.close()


async def _version(store: Store) -> list[Finding]:
    version = str((await store.ask({"buildInfo": 1})).get("version", ""))
    if not version or version_of(version) >= OLDEST:
        return []
    oldest = ".".join(map(str, OLDEST))
    what = Bilingual(f"MongoDB {version}过旧。", f"MongoDB {version} is too old.")
    remedy = Bilingual(f"升级到{oldest}或更新。", f"Upgrade to {oldest} or later.")
    return [Finding("versions", what, remedy, "upgrading-a-server")]


async def _disk(store: Store) -> list[Finding]:
    told = await store.ask({"dbStats": 1})
    total, used = told.get("fsTotalSize"), told.get("fsUsedSize")
    if not total or used is None:
        return []  # it does not say: the stand-in, and storage that is not a file system
    return list(space_findings("数据库", "the database's disk", int(total - used), int(total)))


async def indexes_made(store: Store, name: str) -> dict[Keys, bool]:
    """The indexes that a collection has, and whether documents end by each; none where there is no collection."""
    try:
        answer = await store.ask({"listIndexes": name})
    except OperationFailure as error:
        if error.code != _NO_COLLECTION:
            raise
        return {}
    made = answer["cursor"]["firstBatch"]
    return {tuple(each["key"].items()): "expireAfterSeconds" in each for each in made}


async def _indexes(store: Store) -> list[Finding]:
    """Which collections lack indexes: a line for each collection, with the first that is missing."""
    remedy = Bilingual("执行`fas prepare`。", "Run `fas prepare`.")
    found = []
    for name, wanted in INDEXES.items():
        made = await indexes_made(store, name)
        missing = [index.keys for index in wanted if made.get(index.keys) is not index.ends]
        if missing:
            first = ", ".join(f"{'-' if way < 0 else ''}{key}" for key, way in missing[0])
            what = Bilingual(
                f"集合{name}缺少{len(missing)}个索引，如（{first}）。",
                f"The collection {name} lacks {len(missing)} of its indexes, such as ({first}).",
            )
            found.append(Finding("indexes", what, remedy, "upgrading-a-server"))
    return found
