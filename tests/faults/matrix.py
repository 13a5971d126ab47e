"""The fault matrix (F1 to F24) against the tests, for docs/reliability.md."""

RIG = "rig: "
MATRIX = {
    "F1": ("broker killed under load", RIG + "broker killed"),
    "F2": ("broker restarted cleanly under load", RIG + "broker restarted"),
    "F3": ("broker frozen", RIG + "broker frozen (30 s)"),
    "F4": ("services killed at random", RIG + "services killed (20 times)"),
    "F5": ("services killed at named points", RIG + "killed at every point; `tests/faults/hooks.py` lists them"),
    "F6": (
        "resets, latency, black hole on the wire to the broker",
        RIG + "bad network; `limit_data` is left out: a reset in mid-message ends the same way",
    ),
    "F7": ("no binding for our declarations", RIG + "customs away (unbound, deleted)"),
    "F8": ("black hole between publish and confirm", RIG + "bad network (replies dropped on the broker's wire)"),
    "F9": ("customs' queue full", RIG + "customs away (reject-publish at two messages)"),
    "F10": ("100 poison messages in 1,000", RIG + "poison; `tests/flow/test_bad_receipts.py` for each reason"),
    "F11": (
        "database killed, and away for longer than a handler holds a message",
        RIG + "database killed, database away (the stand-in with its journal, 30 cases)",
    ),
    "F12": (
        "ambiguous write: the reply is dropped",
        RIG + "replies dropped; a stepdown needs a replica set of several, which is not at hand here",
    ),
    "F13": ("object store down", RIG + "object store away (60 s); `tests/flow/test_uploads.py` for the answers"),
    "F14": (
        "object store killed in mid-upload",
        RIG + "object store away; every file that was acknowledged is downloaded and compared",
    ),
    "F15": ("SIGTERM of every service again and again", RIG + "services terminated (every 20 s for 3 minutes)"),
    "F16": (
        "queue deleted",
        RIG + "customs away (customs' queue); `tests/flow/test_servers_lost.py` for every queue of ours",
    ),
    "F17": ("memory alarm: the broker takes nothing", RIG + "broker frozen (20 s of alarm after the freeze)"),
    "F18": ("a worker stopped past its lease and resumed", RIG + "worker paused, with a second gateway on the same ledger"),
    "F19": ("clocks five minutes apart", RIG + "clocks apart; `tests/property/test_ledger_machine.py`"),
    "F20": ("any order of receipts, with repeats", "`tests/unit/test_any_order.py`, `tests/property/`"),
    "F21": ("10,000 mutated XML messages", "`tests/fuzz/test_receipt_xml.py`"),
    "F22": ("hostile uploads", "`tests/unit/test_inspection.py`, `tests/fuzz/test_uploads.py`, `tests/flow/test_uploads.py`"),
    "F23": ("every route for everybody", "`tests/flow/test_access_matrix.py`"),
    "F24": (
        "two hours of everything, memory flat",
        "not here: no run may last two hours on the machines that check a change, and each run begins with fresh processes",
    ),
}  # fmt: skip
"""Each row: the fault, and where it is tested or why it can't be."""

MUTATIONS_SEEN = {
    "`persist_off`: classic queues, messages in memory": ("broker killed", "17 lost, cases stuck"),
    "`inbox_off`": ("replies dropped", "4 lies: receipts that moved their case are called stale"),
    "`acknowledged_first`: the broker is told before anything is stored": (
        "killed at every point",
        "17 lost, cases stuck",
    ),
    "`truthy_confirm`: whatever a publish returns is a confirm": (
        "customs away",
        "24 lost, 48 lies, cases stuck",
    ),
    "`nack_with_requeue`: read before stored, given back to the broker": (
        "calm, 5 % poison",
        "16 lost: no poison is ever kept",
    ),
}
"""Each protection taken out: the fault under which, and as what it was seen (30 cases, seed 5)."""
