"""A container engine of this test's own, from Debian's packages, in one folder; nothing is installed on the machine.

Root is needed, and a Debian machine. The packages come by lists of their own (trixie: docker 26.1, Compose 2.26; what starts
containers and filters packets from this machine's release), and are unpacked, not installed.
"""

import os
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from deploy.local.programs import ROOT, Program, records, stop_recorded

FOLDER = ROOT / ".local" / "engine"
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
SUITE = "trixie"
FROM_SUITE = ("docker.io", "docker-cli", "docker-compose", "docker-buildx", "docker-registry",
              "containerd", "tini")  # fmt: skip
FROM_MACHINE = ("runc", "iptables", "libip4tc2", "libip6tc2", "libxtables12", "libnftnl11", "libmnl0", "libnfnetlink0",
                "libnetfilter-conntrack3", "libseccomp2", "debootstrap")  # fmt: skip
LINKS = {"sbin/iptables": "xtables-nft-multi", "sbin/ip6tables": "xtables-nft-multi",
         "sbin/iptables-save": "xtables-nft-multi", "sbin/iptables-restore": "xtables-nft-multi",
         "bin/docker-init": "tini-static"}  # fmt: skip
_FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
_START_SECONDS = 60.0


class EngineFailed(Exception):
    """The engine, or a command of it, did not do what it was asked for; the text says what it said."""


def debian_archive() -> str:
    """The address of Debian's archive that this machine takes its own packages from; EngineFailed where its lists name none."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Label: Debian"]
    found = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True).stdout.split()
    if not found:
        raise EngineFailed("The machine's lists name no archive of Debian: run `apt-get update`.")
    return found[0]


class Engine:
    """Unpacked where it is not there yet, started on entering and ended on leaving; the machine's packet filter is put back."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._unpacked = folder / "root"
        self.socket = folder / "docker.sock"
        self._program = Program("dockerd", self._command(), folder, self.environment)
        self._filter = ""
        self._forwarding = _FORWARDING.read_text()

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program needs that uses the engine's commands."""
        usr = self._unpacked / "usr"
        libraries = usr / "lib/x86_64-linux-gnu"
        return os.environ | {
            "PATH": f"{usr / 'sbin'}:{usr / 'bin'}:{os.environ['PATH']}", "LD_LIBRARY_PATH": str(libraries),
            "XTABLES_LIBDIR": str(libraries / "xtables"), "DOCKER_HOST": f"unix://{self.socket}",
            "DOCKER_CONFIG": str(self.folder / "config"), "DEBOOTSTRAP_DIR": str(usr / "share/debootstrap"),
        }  # fmt: skip

    def __enter__(self) -> Self:
        if os.geteuid() != 0:
            raise EngineFailed("Only root can start a container engine: run this as root.")
        if not self._is_complete():
            self._unpack()
        stop_recorded(records(self.folder) / "dockerd.json", 60)
        self._filter = self.run("iptables-save")
        self._program.start()
        try:
            self._wait()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def run(
        self, *command: str | Path, given: IO[Any] | str | None = None, extra: Mapping[str, str] | None = None,
        seconds: float = 900.0,
    ) -> str:  # fmt: skip
        """What a command prints; EngineFailed with the end of what it said where its status is not 0."""
        text, file = (given, None) if isinstance(given, str) else (None, given)
        done = subprocess.run(
            [*map(str, command)], env={**self.environment, **(extra or {})}, cwd=ROOT, text=True, input=text, timeout=seconds,
            stdin=None if text is not None else file or subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
            raise EngineFailed(f"`{' '.join(map(str, command))}` ended with {done.returncode}:\n{said}")
        return done.stdout

    def _command(self) -> list[str]:
        folder = self.folder
        return [
            str(self._unpacked / "usr/sbin/dockerd"), "--config-file", str(folder / "daemon.json"),
            "--data-root", str(folder / "data"), "--exec-root", str(folder / "exec"),
            "--pidfile", str(folder / "docker.pid"), "--host", f"unix://{self.socket}",
        ]  # fmt: skip

    def _wait(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.run("docker", "info", seconds=20)
            except EngineFailed as error:
                if not self._program.is_running() or time.monotonic() > until:
                    raise EngineFailed(
                        f"The engine did not start. {error}\n{self._program.tail()}"
                    ) from error
                time.sleep(0.2)
            else:
                return

    def _end(self) -> None:
        self._program.stop(60)
        with suppress(EngineFailed):
            self.run("ip", "link", "delete", "docker0")
        self.run("iptables-restore", given=self._filter)
        _FORWARDING.write_text(self._forwarding)

    def _is_complete(self) -> bool:
        """Whether all of today's packages were unpacked."""
        complete = self.folder / "complete"
        return complete.exists() and complete.read_text().split() == [*FROM_SUITE, *FROM_MACHINE]

    def _unpack(self) -> None:
        packages = self.folder / "packages"
        for name in ("packages", "root", "apt/lists/partial", "apt/archives/partial", "config/cli-plugins"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._download(FROM_SUITE, self._lists())
        self._download(FROM_MACHINE, [])
        for package in sorted(packages.glob("*.deb")):
            self.run("dpkg", "-x", package, self._unpacked)
        for link, target in LINKS.items():
            path = self._unpacked / "usr" / link
            path.unlink(missing_ok=True)
            path.symlink_to(target)
        for plugin in (self._unpacked / "usr/libexec/docker/cli-plugins").iterdir():
            named = self.folder / "config/cli-plugins" / plugin.name
            named.unlink(missing_ok=True)
            named.symlink_to(plugin)
        (self.folder / "daemon.json").write_text("{}\n")
        (self.folder / "complete").write_text("\n".join((*FROM_SUITE, *FROM_MACHINE)))

    def _download(self, names: tuple[str, ...], options: list[str]) -> None:
        subprocess.run(
            ["apt-get", "--quiet=2", *options, "download", *names], cwd=self.folder / "packages", check=True,
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600,
        )  # fmt: skip

    def _lists(self) -> list[str]:
        """Lists of the suite, apart from the machine's own; the options that lead to them."""
        apt = self.folder / "apt"
        (apt / "sources.list").write_text(f"deb [signed-by={KEYS}] {debian_archive()} {SUITE} main\n")
        (apt / "status").touch()
        given = {
            "Dir::Etc::SourceList": apt / "sources.list", "Dir::Etc::SourceParts": "/dev/null",
            "Dir::State::Lists": apt / "lists", "Dir::State::status": apt / "status",
            "Dir::Cache": apt, "Dir::Cache::Archives": apt / "archives",
        }  # fmt: skip
        options = [part for name, value in given.items() for part in ("-o", f"{name}={value}")]
        subprocess.run(
            ["apt-get", "--quiet=2", *options, "update"], check=True, stdin=subprocess.DEVNULL, timeout=600
        )
        return options
