"""The object store: MinIO's blocking client in a few threads of its own, every call limited in time."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from itertools import islice
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.error import MinioException, S3Error

from shared.runtime.dependencies import mark_down, mark_up
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.handshake import EncryptedEnd, look_closer
from shared.runtime.settings import Settings

LISTED = 10_000
_PAGE = 1000
_ANY = "application/octet-stream"
_MISSING = {"NoSuchKey", "NoSuchObject"}


class ObjectMissing(Exception):
    """There is no object under this key."""


class ObjectTooLarge(Exception):
    """The object is longer than the caller wants to read."""


class Objects:
    """One bucket."""

    def __init__(self, settings: Settings) -> None:
        endpoint = settings.s3_endpoint
        parts = urlsplit(endpoint if "//" in endpoint else f"http://{endpoint}")
        encrypted = parts.scheme == "https"
        self._end = EncryptedEnd.of_host(parts.netloc, 443, settings.certificates) if encrypted else None
        self._url = f"{parts.scheme}://{parts.netloc}/"
        self._pool = urllib3.PoolManager(
            maxsize=settings.objects_connections, timeout=urllib3.Timeout(connect=2, read=10), retries=urllib3.Retry(total=2),
            **(settings.certificates.for_http() if encrypted else {}),
        )  # fmt: skip
        self._client = Minio(
            endpoint=parts.netloc, access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key.get_secret_value(), secure=encrypted,
            region="us-east-1", http_client=self._pool,
        )  # fmt: skip
        self._bucket, self._seconds = settings.s3_bucket, settings.objects_seconds
        self._threads = ThreadPoolExecutor(settings.objects_connections, thread_name_prefix="objects")

    async def put(self, key: str, data: bytes, media_type: str) -> None:
        """Write an object. A call that timed out may still be done later, which keys by content make harmless."""
        await self._run(
            lambda: self._client.put_object(
                bucket_name=self._bucket,
                object_name=key,
                data=BytesIO(data),
                length=len(data),
                content_type=media_type,
            )
        )

    async def get(self, key: str, *, limit: int | None = None) -> bytes:
        """An object's bytes; ObjectMissing, or ObjectTooLarge where it has more than `limit` bytes."""
        data, _ = await self._run(lambda: self._read(key, limit))
        if limit is not None and len(data) > limit:
            raise ObjectTooLarge(key)
        return bytes(data)

    async def get_with_type(self, key: str) -> tuple[bytes, str]:
        """An object's bytes and its media type; ObjectMissing where there is none."""
        data, media_type = await self._run(lambda: self._read(key, None))
        return bytes(data), str(media_type)

    async def listed(self) -> AsyncIterator[str]:
        """The keys of all objects, in their order; a thousand are held. One that comes meanwhile may be left out."""
        listed = self._client.list_objects(bucket_name=self._bucket, recursive=True)
        while page := await self._run(lambda: [each.object_name for each in islice(listed, _PAGE)]):
            for key in page:
                yield key

    async def stat(self, key: str) -> int | None:
        """An object's size in bytes, or None where there is none."""
        try:
            found = await self._run(
                lambda: self._client.stat_object(bucket_name=self._bucket, object_name=key)
            )
        except ObjectMissing:
            return None
        return found.size

    async def copy(self, source: str, target: str) -> None:
        """Copy within the bucket."""
        await self._run(
            lambda: self._client.copy_object(
                bucket_name=self._bucket, object_name=target,
                source=CopySource(bucket_name=self._bucket, object_name=source),
            )
        )  # fmt: skip

    async def remove(self, key: str) -> None:
        """Remove an object; no matter if it is gone already."""
        await self._run(lambda: self._client.remove_object(bucket_name=self._bucket, object_name=key))

    async def list_older(self, prefix: str, than: datetime) -> list[str]:
        """The keys under a prefix that were written before, by the store's own clock; at most LISTED of them."""
        found: list[str] = await self._run(lambda: list(islice(self._older(prefix, than), LISTED)))
        return found

    async def ping(self) -> None:
        """Ask whether the store and the bucket are there.

        DependencyUnavailable where it does not answer, LookupError without the bucket.
        """
        if not await self._run(lambda: self._client.bucket_exists(bucket_name=self._bucket)):
            raise LookupError(f"there is no bucket {self._bucket}")

    async def time(self) -> datetime | None:
        """What the store's clock shows, to the second; None where it does not say."""
        shown = await self._run(lambda: self._pool.request("HEAD", self._url).headers.get("Date"))
        return parsedate_to_datetime(shown) if shown else None

    async def ensure_bucket(self) -> None:
        """Make the bucket where it is not there."""
        await self._run(self._make_bucket)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _make_bucket(self) -> None:
        if not self._client.bucket_exists(bucket_name=self._bucket):
            try:
                self._client.make_bucket(bucket_name=self._bucket)
            except S3Error as error:
                if not str(error.code).startswith("BucketAlready"):
                    raise

    def _older(self, prefix: str, than: datetime) -> Iterator[str]:
        for found in self._client.list_objects(bucket_name=self._bucket, prefix=prefix, recursive=True):
            if found.object_name and found.last_modified and found.last_modified < than:
                yield found.object_name

    def _read(self, key: str, limit: int | None) -> tuple[bytes, str]:
        response = self._client.get_object(bucket_name=self._bucket, object_name=key)
        try:
            most = None if limit is None or _fits(response.headers, limit) else limit + 1
            return response.read(most), response.headers.get("Content-Type") or _ANY
        finally:
            response.close()
            response.release_conn()

    async def _run[T](self, work: Callable[[], T]) -> T:
        begun = time.monotonic()
        try:
            async with asyncio.timeout(self._seconds):
                done = await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except S3Error as error:
            if error.code in _MISSING:
                mark_up("object_store")
                raise ObjectMissing(str(error)) from error
            raise _waiting(str(error.code), begun) from error
        except (TimeoutError, MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            why = await look_closer("object_store", str(error), self._end)
            raise _waiting(why or f"no answer within {self._seconds:g} s", begun) from error
        mark_up("object_store")
        return done


def _fits(headers: Mapping[str, str], limit: int) -> bool:
    """Whether all of an answer is announced to be no more: read whole it is copied once, read up to a limit three times."""
    announced = headers.get("Content-Length", "")
    return announced.isdigit() and int(announced) <= limit and "Content-Encoding" not in headers


def _waiting(detail: str, begun: float) -> DependencyUnavailable:
    mark_down("object_store", detail, begun=begun)
    return DependencyUnavailable("object_store", detail)
