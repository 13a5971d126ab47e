"""What the handlers of a module work with, given to them once by the `build` of their service.

A parameter of the handler would have to be filled by FastStream from its context, which costs a hop through a worker thread
for every message: 2.3 times the CPU.
"""


class Provided[T]:
    """One object of a process. `name` says what is missing where a handler runs before the service was built."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._value: T | None = None

    def provide(self, value: T) -> None:
        """Put it there, before the broker hands out a message; a second one takes the place of the first."""
        self._value = value

    def __call__(self) -> T:
        """What was provided; LookupError where nothing was."""
        if self._value is None:
            raise LookupError(f"no {self._name} was provided")
        return self._value
