"""What is wrong with the object store: whether it answers, has the bucket, takes an object, and what its clock shows."""

from ulid import ULID

from cli.doctor.machine import clock_findings
from services.portal.operations.wrong.finding import Finding, away
from shared.bilingual import Bilingual
from shared.contracts.object_keys import UPLOADS
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.objects import Objects
from shared.runtime.settings import Settings

_NAME = Bilingual("对象存储", "The object store")


async def examine_object_store(settings: Settings) -> list[Finding]:
    """What is wrong with the object store; one small object is written and removed."""
    objects, probe = Objects(settings), f"{UPLOADS}doctor-{ULID()}"
    try:
        await objects.ping()
        await objects.put(probe, b"doctor", "text/plain")
        await objects.remove(probe)
        return list(clock_findings("对象存储", "the object store's", await objects.time()))
    except LookupError:
        what = Bilingual(f"没有存储桶{settings.s3_bucket}。", f"There is no bucket {settings.s3_bucket}.")
        return [
            Finding(
                "object_store",
                what,
                Bilingual("执行`fas prepare`。", "Run `fas prepare`."),
                "the-object-store-is-away",
            )
        ]
    except DependencyUnavailable as error:
        return [away("object_store", _NAME, "FAS_S3_ENDPOINT", str(error), "the-object-store-is-away")]
    finally:
        objects.close()
