"""`python -m deploy.demo`, which is `make demo`."""

import sys

from deploy.demo.play import main

if __name__ == "__main__":
    sys.exit(main())
