"""The bucket as customs sees it: it reads what was declared and writes what it sends (CONTRACT 2)."""

import io
from hashlib import sha256
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import S3Error

from shared.runtime.settings import Settings
from simulator.customs_xml import DeclaredFile

OUTBOUND = "customs/outbound/"


class Bucket:
    """One bucket; the calls block."""

    def __init__(self, settings: Settings) -> None:
        endpoint = settings.s3_endpoint
        parts = urlsplit(endpoint if "://" in endpoint else f"http://{endpoint}")
        encrypted = parts.scheme == "https"
        self._name = settings.s3_bucket
        self._client = Minio(
            endpoint=parts.netloc, access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key.get_secret_value(), secure=encrypted, region="us-east-1",
            http_client=urllib3.PoolManager(**settings.certificates.for_http() if encrypted else {}),
        )  # fmt: skip

    def put(self, key: str, data: bytes, media_type: str) -> None:
        """Write a file."""
        self._client.put_object(
            bucket_name=self._name, object_name=key, data=io.BytesIO(data), length=len(data),
            content_type=media_type,
        )  # fmt: skip

    def fault_of(self, file: DeclaredFile) -> str | None:
        """What is wrong with a declared file, if anything."""
        if not file.key.startswith(OUTBOUND):
            return f"{file.name} is not under {OUTBOUND}: {file.key}"
        try:
            answer = self._client.get_object(bucket_name=self._name, object_name=file.key)
        except S3Error as error:
            return f"{file.name} is not in the bucket as {file.key}: {error.code}"
        try:
            data = answer.read()
        finally:
            answer.close()
            answer.release_conn()
        same = len(data) == file.size and sha256(data).hexdigest() == file.sha256
        return None if same else f"{file.name} has {len(data)} bytes; {file.size} were declared, or others"
