"""Asks every address behind a name for `/ready`: `ready.py NAME PORT LEAST`; status 1 where one is not ready, or fewer answer.

Run by `helm test` in the image, by `python -c`: it has nothing but Python's own library.
"""

import socket
import sys
import urllib.error
import urllib.request

name, port, least = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
addresses = sorted({str(found[4][0]) for found in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)})
failing = 0
for address in addresses:
    host = f"[{address}]" if ":" in address else address
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/ready", timeout=10) as answer:
            said, ready = answer.read().decode(), answer.status == 200
    except urllib.error.HTTPError as error:
        said, ready = error.read().decode(), False
    except OSError as error:
        said, ready = str(error), False
    failing += not ready
    print(address, said)
print(f"{len(addresses) - failing} of {len(addresses)} are ready; wanted are {least} or more, and all")
sys.exit(failing > 0 or len(addresses) < least)
