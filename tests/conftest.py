"""What holds for every test: no skip goes unnoticed where all is installed, how far Hypothesis searches, a database."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import postgresql

# Nowhere a deadline: a busy machine is no fault of the code. Under CI the examples are derived from the test alone, so
# that a gate turns red by a change and never by the dice; the dice are thrown on every developer's machine, where
# the example database remembers what they found, and in the long run before a release.
settings.register_profile("default", deadline=None, max_examples=50)
settings.register_profile("gate", deadline=None, max_examples=50, derandomize=True, database=None, print_blob=True)
settings.register_profile("long", deadline=None, max_examples=10_000, suppress_health_check=[HealthCheck.too_slow])

IN_CI = os.environ.get("CI") == "true"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("gate" if IN_CI else "default"))


def _skip_is_failure(report: Any) -> None:
    """Under CI everything the tests need is installed: a skipped test is one that nobody ran."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"CI=true allows no skip: {report.nodeid}: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    _skip_is_failure(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    _skip_is_failure(report)
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what the differential run compared, added up over all processes."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", ()):
        counts.update(dict(report.user_properties).get("differential", {}))
    if counts:
        from tests.upgrade.test_differential import told

        terminalreporter.write_line(told(counts))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The SQLAlchemy URL of a PostgreSQL server that runs for this session only."""
    reason = postgresql.unavailable()
    if reason:
        pytest.skip(reason)
    with postgresql.server() as url:
        yield url
