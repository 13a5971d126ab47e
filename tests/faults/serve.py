"""`python -m tests.faults.serve SERVICE`: `fas serve` with the rig's hooks in place."""

import sys

from cli.commands.serve import serve
from tests.faults.hooks import put_in_place

if __name__ == "__main__":
    put_in_place(sys.argv[1])
    serve(sys.argv[1])
