"""`python -m deploy.demo.running PORTAL`: plays the three cases in a system that runs already, at this address.

FAS_MONGO_URL leads to its database, for the sample accounts; FAS_RABBIT_URL and the keys of the object store may be customs'.
"""

import asyncio
import sys

from deploy.demo.play import FAILURES, play


def main(portal_url: str) -> int:
    """Play; the exit status."""
    try:
        asyncio.run(play({}, portal_url.rstrip("/")))
    except FAILURES as failure:
        print(f"\nFailed: {str(failure) or repr(failure)}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
