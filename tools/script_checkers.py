"""`python -m tools.script_checkers`: takes the checkers of the pages' scripts, Biome and TypeScript, from npm.

Both are programs of one package each, made for one kind of machine; the archive is compared with the digest that stands here.
"""

import platform
import sys
from pathlib import Path

from tools.npm import unpack

FOLDER = Path(__file__).parents[1] / ".local/script-checkers"
BIOME, TYPESCRIPT = "2.6.8", "7.0.2"
MACHINES = {
    ("Linux", "x86_64"): "linux-x64",
    ("Linux", "aarch64"): "linux-arm64",
    ("Darwin", "arm64"): "darwin-arm64",
    ("Darwin", "x86_64"): "darwin-x64",
}
DIGESTS = {
    f"@biomejs/cli-linux-x64@{BIOME}": "e9fc491ffec6ba4024549b7c797937cd4f01855b4fe66a78220efe83b95be7f1",
    f"@biomejs/cli-linux-arm64@{BIOME}": "2db75b982f62fda24a864b3a4831ff9cc0899cc9673b3bd88de16dcf14b47290",
    f"@biomejs/cli-darwin-arm64@{BIOME}": "05a72143395eb2fc387393b51444c9662513673ab4f8bb415dc17b93ad71c8fb",
    f"@biomejs/cli-darwin-x64@{BIOME}": "3a2ba0bc6675ca2edc433cdb74adc568dcc69c5d3aa1132ce3ec173d0273f9de",
    f"@typescript/typescript-linux-x64@{TYPESCRIPT}": "7ecad6f67377e831856367ab062ef394f21506a611405bf8ac0ff039348637d3",
    f"@typescript/typescript-linux-arm64@{TYPESCRIPT}": "c83d931ac9dd7549cde6e71246aa9d6a9812843023df3e277fe3b5dcf41dd0ea",
    f"@typescript/typescript-darwin-arm64@{TYPESCRIPT}": "902e2fe1cf0799198ef902c6b8c310a450fef629a6baba41d45641ef75c04ebd",
    f"@typescript/typescript-darwin-x64@{TYPESCRIPT}": "eba158cb54050f723d5ff781438f33de5640054440bb4f2bd170cfe9bc2eb551",
}


def main() -> None:
    """Fetch what is missing or of another version; status 1 with one sentence where that can't be done."""
    machine = MACHINES.get((platform.system(), platform.machine()))
    if machine is None:
        sys.exit(f"there are no checkers of scripts for {platform.system()} on {platform.machine()}")
    for name, package in (
        ("biome", f"@biomejs/cli-{machine}@{BIOME}"),
        ("typescript", f"@typescript/typescript-{machine}@{TYPESCRIPT}"),
    ):
        unpack(package, DIGESTS[package], FOLDER / name)


if __name__ == "__main__":
    main()
