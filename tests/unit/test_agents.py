"""A session is told by its browser and device, as far as they say what they are."""

import pytest

from services.portal.pages.account.agents import described

_MOZILLA = "Mozilla/5.0"
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (f"{_MOZILLA} (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/141.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{_MOZILLA} (Windows NT 10.0) {_WEBKIT} Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        (f"{_MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{_MOZILLA} (Linux; Android 14; K) {_WEBKIT} Chrome/141.0 Mobile Safari/537.36", "Chrome on Android"),
        (
            f"{_MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1",
            "Safari on iPhone",
        ),
        (f"{_MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/18 Safari/605.1", "Safari on Mac"),
        ("<script>", "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_a_browser_is_named_with_its_device(agent: str, said: str) -> None:
    assert described(agent, page=True).en == said


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("python-httpx/0.28.1", "The program python-httpx (API)"),
        ("", "A program (API)"),
        ("<b>", "A program (API)"),
    ],
)
def test_a_program_is_called_as_it_calls_itself(agent: str, said: str) -> None:
    assert described(agent, page=False).en == said
