"""Run in a container with a service's settings: who may do what in the database, a line each."""

import os
from urllib.parse import urlsplit

from pymongo import MongoClient
from pymongo.errors import OperationFailure


def attempts(url: str, name: str) -> dict[str, tuple[str, str]]:
    """What is tried, by its name: a URL and a database."""
    given = urlsplit(url)
    nobody = url.replace(f"{given.username}:{given.password}@", "").replace("&authSource=admin", "")
    return {
        "own database": (url, name),
        "another database": (url, "another"),
        "the users": (url, "admin"),
        "without a password": (nobody, name),
        "with a wrong password": (url.replace(f":{given.password}@", ":wrong@"), name),
    }


def main() -> None:
    """Try everything."""
    for what, (url, database) in attempts(
        os.environ["FAS_MONGO_URL"], os.environ["FAS_MONGO_DATABASE"]
    ).items():
        client: MongoClient[dict[str, object]] = MongoClient(url, serverSelectionTimeoutMS=5000)
        try:
            client[database]["system.users" if database == "admin" else "cases"].find_one()
            print(f"{what}: allowed")
        except OperationFailure as error:
            print(f"{what}: refused ({error.code})")


if __name__ == "__main__":
    main()
