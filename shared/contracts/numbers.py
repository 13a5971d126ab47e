"""One way to write a number, in pages, workbooks, PDF and declarations alike."""

from decimal import Decimal


def number_text(value: float) -> str:
    """A finite number with all its digits, never an exponent: 0.00005, not 5e-05."""
    return format(Decimal(repr(value)), "f")
