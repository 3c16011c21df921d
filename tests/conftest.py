"""Settings and fixtures that all tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.fixtures.browsing import ARGUMENTS, NAMES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A busy machine must not turn a slow example into a failure: no test is timed. Whole
# scenarios are drawn, which takes a while and many choices.
settings.register_profile(
    "entente",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# The same examples each time, so that a change is not refused for what it did not touch.
settings.register_profile("ci", settings.get_profile("entente"), derandomize=True)
settings.load_profile("ci" if "CI" in os.environ else "entente")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    missing = "no playwright: pip install -e '.[dev]'"
    api = pytest.importorskip("playwright.sync_api", reason=missing)
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the path; apt install chromium")
    with api.sync_playwright() as running:
        launched = running.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()
