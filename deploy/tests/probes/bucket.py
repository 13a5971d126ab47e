"""Run in a container with customs' keys: what customs may do in the bucket, a line each."""

import io
import os
from collections.abc import Callable

from minio import Minio
from minio.error import S3Error


def attempts(client: Minio, bucket: str) -> dict[str, Callable[[], object]]:
    """What is tried, by its name."""

    def put(key: str) -> object:
        return client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(b"x"), length=1)

    def get(key: str) -> object:
        return client.get_object(bucket_name=bucket, object_name=key)

    mine = "customs/inbound/probe"
    return {
        "write customs/inbound/": lambda: put(mine),
        "read customs/outbound/": lambda: get("customs/outbound/probe"),
        "read customs/inbound/": lambda: get(mine),
        "write customs/outbound/": lambda: put("customs/outbound/probe"),
        "write files/": lambda: put("files/probe"),
        "read files/": lambda: get("files/probe"),
        "delete customs/inbound/": lambda: client.remove_object(bucket_name=bucket, object_name=mine),
        "list": lambda: list(client.list_objects(bucket_name=bucket)),
        "list buckets": client.list_buckets,
    }


def main() -> None:
    """Try everything; whatever is not refused was allowed, also to ask for what is not there."""
    client = Minio(
        endpoint=os.environ["FAS_S3_ENDPOINT"].partition("//")[2], access_key=os.environ["FAS_S3_ACCESS_KEY"],
        secret_key=os.environ["FAS_S3_SECRET_KEY"], secure=False, region="us-east-1",
    )  # fmt: skip
    for what, attempt in attempts(client, os.environ["FAS_S3_BUCKET"]).items():
        code = ""
        try:
            attempt()
        except S3Error as error:
            code = error.code or "?"
        print(f"{what}: {'refused' if code == 'AccessDenied' else 'allowed'}")


if __name__ == "__main__":
    main()
