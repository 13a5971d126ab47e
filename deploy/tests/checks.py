"""What is tried, one function each; each says what was found, and raises where something else was expected."""

import asyncio
import re
import time
from collections.abc import Callable

from deploy.demo.officer import UnexpectedAnswer, signed_in
from deploy.demo.scenario import APPLICATION
from deploy.local.system import ALL
from deploy.tests.engine import EngineFailed
from deploy.tests.images import MOST_MEGABYTES, NAMES, own_megabytes
from deploy.tests.stack import Stack
from simulator.files import pdf

SERVERS = ("rabbitmq", "mongo", "minio")
IMAGE = "fas:0.1.0"
_DIGEST = re.compile("@sha256:[0-9a-f]{64}$")
CUSTOMS_IN_BUCKET = {
    "write customs/inbound/": "allowed", "read customs/outbound/": "allowed", "read customs/inbound/": "refused",
    "write customs/outbound/": "refused", "write files/": "refused", "read files/": "refused",
    "delete customs/inbound/": "refused", "list": "refused", "list buckets": "refused",
}  # fmt: skip
IN_DATABASE = {
    "own database": "allowed", "another database": "refused (13)", "the users": "refused (13)",
    "without a password": "refused (13)", "with a wrong password": "refused (18)",
}  # fmt: skip


def the_images_are_pinned_by_digest(stack: Stack) -> str:
    for name in NAMES:
        stack.registry.push(name, name.removeprefix("quay.io/"))
    pinned = stack.pin()
    _same(
        "images pinned by a digest",
        len(NAMES),
        len({each for each in pinned.values() if _DIGEST.search(each)}),
    )
    return f"a digest for each of {len(pinned)} images from a registry on loopback; all that follows runs by them"


def the_image_is_built_and_small(stack: Stack) -> str:
    stack.compose("build")
    megabytes = own_megabytes(stack.engine, IMAGE)
    _same("megabytes of our layers, at most", True, megabytes < MOST_MEGABYTES)
    user = stack.engine.run("docker", "image", "inspect", "--format", "{{.Config.User}}", IMAGE).strip()
    _same("the image's user", "10001:10001", user)
    return f"our layers are {megabytes:.0f} MB of at most {MOST_MEGABYTES}; its user is {user}"


def everything_comes_up(stack: Stack) -> str:
    begun = time.monotonic()
    stack.compose("up", "--wait", "--no-build")
    _healthy(stack)
    return f"everything healthy {time.monotonic() - begun:.0f} s after `up --wait`, with users and queues made on the way"


def the_demonstration_plays(stack: Stack) -> str:
    return _play(stack)


def customs_has_its_part_of_the_bucket(stack: Stack) -> str:
    _same("what customs may do in the bucket", CUSTOMS_IN_BUCKET, _answers(stack.probe("bucket.py")))
    return "customs writes customs/inbound/ and reads customs/outbound/; seven other things are refused"


def the_database_asks_for_passwords(stack: Stack) -> str:
    _same("who may read the database", IN_DATABASE, _answers(stack.probe("database.py", service="prepare")))
    return "the services' user reads its database and no other; nobody reads anything without the password"


def health_names_what_fails(stack: Stack) -> str:
    stack.compose("stop", "minio")
    try:
        stack.compose("exec", "-T", "documents", "fas", "health")
    except EngineFailed as failed:
        said = str(failed).splitlines()[1:]
    else:
        raise UnexpectedAnswer("`fas health` to fail without the object store", "status 0")
    finally:
        stack.compose("start", "minio")
    _same("that it names the object store", True, any(line.startswith("object_store: ") for line in said))
    _healthy(stack)
    return f"without the object store `fas health` says «{said[0].partition(':')[0]}: …» and ends with 1"


def each_service_is_killed(stack: Stack) -> str:
    seconds = {}
    for service in ALL:
        begun = time.monotonic()
        stack.kill(service)
        stack.wait_healthy(service)
        seconds[service] = time.monotonic() - begun
    return f"kill -9 of each service in turn: healthy again after {_range(seconds)}"


def each_server_is_killed(stack: Stack) -> str:
    seconds = {}
    for server in SERVERS:
        begun = time.monotonic()
        stack.kill(server)
        stack.wait_healthy(server, *ALL)
        seconds[server] = time.monotonic() - begun
    return f"kill -9 of each server in turn: everything healthy again after {_range(seconds)}"


def each_is_restarted(stack: Stack) -> str:
    seconds = {}
    for service in (*ALL, *SERVERS):
        begun = time.monotonic()
        stack.compose("stop", service)
        seconds[service] = time.monotonic() - begun
        (container,) = stack.compose("ps", "--all", "--quiet", service).split()
        if service in ALL:
            _same(f"the status that {service} ends with", "0", stack.shown(container, "{{.State.ExitCode}}"))
        stack.compose("start", service)
    _healthy(stack)
    return f"stopped and started again one by one: services end with 0; stopping takes {_range(seconds)}"


def questionnaire_runs_three_times(stack: Stack) -> str:
    stack.compose("up", "--wait", "--no-build", "--no-recreate", "--scale", "questionnaire=3")
    _same("the containers of questionnaire", 3, len(stack.containers("questionnaire")))
    said = _play(stack)
    stack.compose("up", "--wait", "--no-build", "--no-recreate", "--scale", "questionnaire=1")
    return f"questionnaire three times: {said}"


def nothing_is_lost_by_down_and_up(stack: Stack) -> str:
    before = stack.probe("contents.py", service="prepare")
    stack.compose("down")
    stack.compose("up", "--wait", "--no-build")
    after = stack.probe("contents.py", service="prepare")
    _same("what is kept over `down` and `up`", before.splitlines(), after.splitlines())
    return f"the same before `down` and after `up`: {', '.join(before.split(chr(10))).strip(', ')}"


def the_profile_demo_can_be_tried(stack: Stack) -> str:
    stack.compose("--profile", "demo", "up", "--wait", "--no-build")
    said = stack.compose("--profile", "demo", "logs", "--no-color", "--no-log-prefix", "demo_accounts")
    accounts = dict(re.findall(r"([\w.]+) / (\S+)", said))
    _same("the sample accounts", {"aruba.officer", "newzealand.officer", "operator"}, {*accounts})
    case = asyncio.run(_answered(stack.portal_url, "aruba.officer", accounts["aruba.officer"]))
    return f"profile demo: aruba.officer signs in with the printed password, and customs accepts case {case}"


CHECKS: tuple[Callable[[Stack], str], ...] = (
    the_images_are_pinned_by_digest,
    the_image_is_built_and_small, everything_comes_up, the_demonstration_plays, customs_has_its_part_of_the_bucket,
    the_database_asks_for_passwords, health_names_what_fails, each_service_is_killed, each_server_is_killed,
    each_is_restarted, questionnaire_runs_three_times, nothing_is_lost_by_down_and_up, the_profile_demo_can_be_tried,
)  # fmt: skip


async def _answered(portal: str, username: str, password: str) -> str:
    """Submit an application by the published port, and wait until the simulated customs has accepted it."""
    async with signed_in(portal, username, password) as officer:
        letter = await officer.upload("letter.pdf", pdf("Application"), "application_letter")
        draft = await officer.post("/assessments", {**APPLICATION, "attachments": [letter]}, status=201)
        answer = await officer.post(f"/assessments/{draft['id']}/submit")
        await officer.stands(draft["id"], "application", "accepted", limit=90)
        return str(answer["case_no"])


def _play(stack: Stack) -> str:
    """The three cases of `make demo`, played in a container by customs' own user; the numbers it sums up with."""
    lines = stack.compose("run", "--rm", "-T", "--no-deps", "demo_play").splitlines()
    told = {line.split("  ")[1].strip(): line[20:].strip() for line in lines[-6:]}
    return (
        f"{told['movements']} movements, {told['receipts applied']} receipts applied, {told['parked']} parked"
    )


def _healthy(stack: Stack) -> None:
    stack.wait_healthy(*SERVERS, *ALL)


def _answers(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines())


def _range(seconds: dict[str, float]) -> str:
    longest = max(seconds, key=lambda name: seconds[name])
    return f"{min(seconds.values()):.1f} to {seconds[longest]:.1f} s ({longest})"


def _same(what: str, expected: object, came: object) -> None:
    if expected != came:
        raise UnexpectedAnswer(f"{what}: {expected!r}", repr(came))
