"""Asks every address behind a name for `/ready`: `ready.py NAME PORT LEAST`; status 1 where one is not ready, or fewer answer.

`helm test` runs it in the image, by `python -c`; it needs nothing but Python.
"""

import socket
import sys
import urllib.error
import urllib.request

SECONDS = 10


def main(name: str, port: int, least: int) -> int:
    """Ask, and print a line for each address."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    addresses = sorted({str(each[4][0]) for each in found})
    ready = sum(_is_ready(address, port) for address in addresses)
    print(f"{ready} of {len(addresses)} are ready; all should be, and {least} or more")
    return 0 if ready == len(addresses) >= least else 1


def _is_ready(address: str, port: int) -> bool:
    host = f"[{address}]" if ":" in address else address
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/ready", timeout=SECONDS) as answer:
            said, ready = answer.read().decode(), True
    except urllib.error.HTTPError as error:
        said, ready = error.read().decode(), False
    except OSError as error:
        said, ready = str(error), False
    print(address, said)
    return ready


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
