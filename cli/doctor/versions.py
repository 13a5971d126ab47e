"""Versions of servers, as they tell them."""


def version_of(text: str) -> tuple[int, ...]:
    """The first two numbers of a version, to be compared."""
    return tuple(int("".join(filter(str.isdigit, part)) or 0) for part in text.split(".")[:2])
