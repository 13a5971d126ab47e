"""Run in a container with the services' settings: how much is kept of what must not be lost, a line each."""

import os

from minio import Minio
from pymongo import MongoClient

KEPT = ("accounts", "attachments", "authorities", "cases", "declarations", "receipts")


def main() -> None:
    """Count documents and objects."""
    client: MongoClient[dict[str, object]] = MongoClient(
        os.environ["FAS_MONGO_URL"], serverSelectionTimeoutMS=5000
    )
    database = client[os.environ["FAS_MONGO_DATABASE"]]
    for name in KEPT:
        print(name, database.command({"count": name})["n"])
    store = Minio(
        endpoint=os.environ["FAS_S3_ENDPOINT"].partition("//")[2], access_key=os.environ["FAS_S3_ACCESS_KEY"],
        secret_key=os.environ["FAS_S3_SECRET_KEY"], secure=False, region="us-east-1",
    )  # fmt: skip
    print(
        "objects", sum(1 for _ in store.list_objects(bucket_name=os.environ["FAS_S3_BUCKET"], recursive=True))
    )


if __name__ == "__main__":
    main()
