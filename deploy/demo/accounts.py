"""`python -m deploy.demo.accounts`: makes the sample accounts in a system that runs already, and says who can sign in."""

import asyncio
import sys

from deploy.local.banner import sign_in_line
from deploy.local.sample_accounts import make_sample_accounts
from shared.runtime.errors import DependencyUnavailable


def main() -> int:
    """Make them, with new passwords; the exit status."""
    try:
        accounts = asyncio.run(make_sample_accounts({}))
    except DependencyUnavailable as away:
        print(f"No sample accounts: {away}", file=sys.stderr)
        return 1
    print("Sign in as", *map(sign_in_line, accounts), sep="\n  ", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
