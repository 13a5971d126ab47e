"""The bucket as customs sees it: it reads what was declared and writes what it sends (CONTRACT 2)."""

import io
from hashlib import sha256
from urllib.parse import urlsplit

from minio import Minio
from minio.error import S3Error

from simulator.customs_xml import DeclaredFile

OUTBOUND = "customs/outbound/"


class Bucket:
    """One bucket; the calls block."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str, bucket: str) -> None:
        parts = urlsplit(endpoint if "://" in endpoint else f"http://{endpoint}")
        self._name = bucket
        self._client = Minio(
            endpoint=parts.netloc, access_key=access_key, secret_key=secret_key,
            secure=parts.scheme == "https", region="us-east-1",
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
