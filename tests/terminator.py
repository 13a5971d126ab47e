"""Speaks TLS before a server that does not. In threads: asyncio ends a refused handshake without telling the client why."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from deploy.local.ports import LOOPBACK, free_ports
from tests.authority import Papers

_CHUNK = 65536


class Terminator:
    """Listens on `port` while it is a context; wants a client certificate of the CA of its `papers`."""

    def __init__(self, target: int, papers: Papers) -> None:
        self.port, self._target, self._context = free_ports(1)[0], target, papers.server_context()
        self._open = set[socket.socket]()
        self._listening = socket.create_server((LOOPBACK, self.port))

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.reset()

    def show(self, papers: Papers) -> None:
        """Show another certificate from now on, to new connections."""
        self._context.load_cert_chain(papers.server_cert, papers.server_key)

    def reset(self) -> None:
        """End every connection."""
        for each in tuple(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                accepted, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(accepted,), daemon=True).start()

    def _serve(self, accepted: socket.socket) -> None:
        with suppress(OSError), accepted:
            accepted.settimeout(5)
            with (
                self._context.wrap_socket(accepted, server_side=True) as theirs,
                socket.create_connection((LOOPBACK, self._target)) as ours,
            ):
                ends = {theirs, ours}
                self._open |= ends
                back = threading.Thread(target=_pump, args=(ours, theirs), daemon=True)
                back.start()
                _pump(theirs, ours)
                back.join()
                self._open -= ends


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Carry everything over until one side ends; then the other ends too."""
    source.settimeout(None)
    with suppress(OSError):
        while piece := source.recv(_CHUNK):
            target.sendall(piece)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
