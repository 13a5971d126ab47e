"""What the process does that inspects: files come on its standard input one by one, what is wrong with each goes to its output.

It begins sooner and holds less than a service because it imports nothing but what inspects (0.2 s, 21 MB).
"""

import ctypes
import gc
import json
import math
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from pkgutil import resolve_name
from typing import BinaryIO

from services.documents.inspection import inspect
from services.documents.rejection import Verdict
from shared.runtime.errors import RequestRejected

CPU_SECONDS = 4
"""Of the processor, for one file, as the kernel counts them: on a busy machine a file takes longer, and is not refused."""
MEMORY_BYTES = 1536 * 1024 * 1024
_KEPT_BYTES = 32 * 1024 * 1024
_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1


def examine(name: str, data: bytes) -> Verdict:
    """Inspect a file, within the limits."""
    limit_process()
    try:
        inspect(name, data)
    except RequestRejected as refusal:
        return Verdict(refusal.code, refusal.text.zh, refusal.text.en, refusal.status)
    finally:
        gc.collect()  # readers of PDF are rings that hold the whole file, of which the collector knows only a few objects
    return Verdict()


def limit_process(seconds: int = CPU_SECONDS) -> None:
    """Let the kernel end this process when it has used so many seconds more; memory is bounded, no core is dumped."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which ends its processes
    used = math.ceil(time.process_time())
    for what, most in (
        (resource.RLIMIT_CPU, used + seconds),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


def main(examining: str) -> None:
    """Say that it is ready, then what `examining` («module:function») finds of each file, until there are no more."""
    found = resolve_name(examining)
    files, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    _keep_blocks()
    gc.freeze()  # what is there before the first file is not looked at again, which makes collecting cheap
    _tell(answers, "ready")
    while asked := files.readline():
        name, size = json.loads(asked)
        _tell(answers, found(name, files.read(size)))


def _keep_blocks() -> None:
    """Use the memory of one file for the next: to get it from the kernel anew costs three times what reading the file does."""
    with suppress(AttributeError):  # a C library without it
        for what in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            ctypes.CDLL(None).mallopt(what, _KEPT_BYTES)


def _tell(answers: BinaryIO, what: object) -> None:
    answers.write(json.dumps(what).encode() + b"\n")
    answers.flush()
