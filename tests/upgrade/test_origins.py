"""The store of origins: one record per number, whoever asks first, in memory, in a file, on a server."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import ConfigurationError, MissingExtra
from wxpay_v2.upgrade import origins
from wxpay_v2.upgrade.origins import V2, V3, MemoryOrigins, Origins

ROOT = Path(__file__).resolve().parents[2]
ORDER = ("1900000109", "out_trade_no", "T-1")
OTHER = ("1900000109", "out_trade_no", "T-2")
PREPAY = ("1900000109", "prepay_id", "wx201410272009395522657a690389285100")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/shop.db"
    yield url
    engine = create_engine(url)
    origins.metadata().drop_all(engine)
    engine.dispose()


@pytest.fixture(params=["memory", "sqlite in memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Any]:
    if request.param == "memory":
        yield MemoryOrigins(clock=clock)
        return
    url = {
        "sqlite in memory": lambda: "sqlite://",
        "sqlite": lambda: f"sqlite:///{tmp_path}/shop.db",
        "postgresql": lambda: request.getfixturevalue("postgres_url"),
    }[request.param]()
    made = Origins(url, clock=clock)
    yield made
    with made._begin() as connection:
        origins.metadata().drop_all(connection)
    made.close()


def test_the_first_claim_makes_the_record_and_later_ones_only_count(store: Any) -> None:
    assert store.claim(ORDER, V3) == (V3, 1)
    assert store.claim(ORDER, V2) == (V3, 2)
    assert store.claim(ORDER, V3) == (V3, 3)
    assert store.claim(OTHER, V2) == (V2, 1)


def test_only_what_is_recorded_is_found(store: Any) -> None:
    assert store.find([]) == {}
    assert store.find([ORDER, OTHER]) == {}
    store.claim(ORDER, V3)
    assert store.find([OTHER, ORDER]) == {ORDER: V3}
    others = [("1900000999", *ORDER[1:]), (ORDER[0], "out_refund_no", ORDER[2]), (*ORDER[:2], "t-1")]
    assert store.find(others) == {}


def test_a_record_moves_while_nobody_else_relies_on_it(store: Any) -> None:
    store.claim(ORDER, V3)
    assert not store.move(ORDER, V2, V3)
    assert store.move(ORDER, V3, V2)
    assert not store.move(ORDER, V3, V2)
    assert store.claim(ORDER, V3) == (V2, 2)
    store.claim(OTHER, V3)
    store.claim(OTHER, V3)
    assert not store.move(OTHER, V3, V2)
    assert store.find([ORDER, OTHER]) == {ORDER: V2, OTHER: V3}
    assert not store.move(PREPAY, V3, V2)


def test_what_is_learnt_changes_nothing_that_is_recorded(store: Any) -> None:
    store.claim(ORDER, V3)
    store.note([(ORDER, V2, 0.0), (OTHER, V3, 0.0), (OTHER, V2, 0.0)])
    assert store.find([ORDER, OTHER]) == {ORDER: V3, OTHER: V3}
    assert store.claim(OTHER, V2) == (V3, 2)  # a call that relies on what was learnt is never its maker
    store.note([])


def test_a_prepay_id_is_forgotten_when_it_is_over(store: Any, clock: ManualClock) -> None:
    store.note([(PREPAY, V3, 7800.0)])
    clock.advance(7799)
    assert store.find([PREPAY]) == {PREPAY: V3}
    clock.advance(1)
    assert store.find([PREPAY]) == {}
    clock.advance(3600)
    store.note([(ORDER, V3, 0.0)])
    store.note([(PREPAY, V2, 10.0)])  # the row is gone, or this would change nothing
    assert store.find([PREPAY, ORDER]) == {PREPAY: V2, ORDER: V3}


def test_of_many_threads_one_makes_the_record(store: Any) -> None:
    barrier = threading.Barrier(8)
    told: list[tuple[str, int]] = []

    def claim(number: int) -> None:
        barrier.wait()
        told.append(store.claim(ORDER, V3 if number % 2 else V2))

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claims for _, claims in told) == list(range(1, 9))
    assert len({protocol for protocol, _ in told}) == 1


WORKER = """
import sys
from wxpay_v2.upgrade.origins import Origins
store = Origins(sys.argv[1], wait=30)
print(*(f"{n}:{p}:{c}" for n in range(20) for p, c in [store.claim(("1", "out_trade_no", str(n)), sys.argv[2])]))
"""


def test_workers_in_processes_of_their_own_agree(database_url: str) -> None:
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, database_url, protocol], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for protocol in (V2, V3)
    ]
    told = [process.communicate(timeout=60)[0].split() for process in workers]
    assert [process.returncode for process in workers] == [0, 0]
    ways = [{one.rsplit(":", 1)[0] for one in lines} for lines in told]
    assert ways[0] == ways[1]
    assert Counter(one.rsplit(":", 1)[1] for lines in told for one in lines) == {"1": 20, "2": 20}


FORKING = """
import os, sys
from wxpay_v2.upgrade.origins import Origins
store = Origins(sys.argv[1])
key = ("1", "out_trade_no", "T-1")
assert store.claim(key, "v3") == ("v3", 1)
child = os.fork()
if not child:
    done = False
    try:
        done = store.claim(key, "v2") == ("v3", 2)
        store.close()
    finally:
        os._exit(not done)
assert os.waitpid(child, 0)[1] == 0
assert store.claim(key, "v2") == ("v3", 3)
store.close()
"""


def test_a_fork_does_not_share_a_connection(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING, database_url], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_restart_remembers(database_url: str) -> None:
    first = Origins(database_url)
    first.claim(ORDER, V3)
    first.close()
    second = Origins(database_url)
    assert second.claim(ORDER, V2) == (V3, 2)
    second.close()


def test_what_was_recorded_before_an_order_left_is_durable(database_url: str) -> None:
    store = Origins(database_url)
    with store._begin() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        else:
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "3s"
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    store.close()


def test_a_server_that_loses_commits_by_its_settings_does_not_lose_ours(postgres_url: str) -> None:
    store = Origins(f"{postgres_url}&options=-csynchronous_commit%3Doff")
    with store._begin() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        origins.metadata().drop_all(connection)
    store.close()


def test_old_records_can_be_forgotten(database_url: str) -> None:
    clock = ManualClock()
    store = Origins(database_url, clock=clock)
    store.claim(ORDER, V3)
    clock.advance(86400)
    store.claim(OTHER, V3)
    assert store.forget(clock.time() - 3600) == 1
    assert store.find([ORDER, OTHER]) == {OTHER: V3}
    store.close()


def test_the_table_is_not_made_where_migrations_do_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    store = Origins(url, create=False)
    with pytest.raises(SQLAlchemyError):
        store.claim(ORDER, V3)
    store.close()
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_table_is_made_once_by_whoever_comes_first(database_url: str) -> None:
    barrier = threading.Barrier(6)
    made: list[Any] = []

    def start() -> None:
        barrier.wait()
        try:
            made.append(Origins(database_url))
        except ConfigurationError as error:
            made.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(one, Origins) for one in made), made
    for one in made:
        one.close()


def test_a_record_that_comes_and_goes_is_told_instead_of_guessed(tmp_path: Path) -> None:
    store = Origins(f"sqlite:///{tmp_path}/shop.db")
    store.claim(ORDER, V3)

    def vanish(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("UPDATE"):
            cursor.execute("DELETE FROM wxpay_origins")
        elif statement.startswith("INSERT"):
            cursor.execute(
                "INSERT OR IGNORE INTO wxpay_origins VALUES ('1900000109', 'out_trade_no', 'T-1', '?', 1, 0, 0)"
            )

    event.listen(store._engine, "before_cursor_execute", vanish)
    with pytest.raises(ConfigurationError, match="comes and goes"):
        store.claim(ORDER, V3)
    store.close()


@pytest.mark.parametrize("url", ["nonsense", "nosuch://here", "sqlite:////nowhere/at/all/shop.db"])
def test_a_database_that_cannot_be_opened_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Origins(url)


@pytest.mark.parametrize("wait", [0, -1, "3", True, 1e9])
def test_a_wait_that_cannot_work_is_refused_at_once(wait: Any) -> None:
    with pytest.raises(ConfigurationError, match="wait"):
        Origins("sqlite://", wait=wait)


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(MissingExtra, match="needs"):
        Origins("postgresql+psycopg2cffi://here")


def test_without_sqlalchemy_the_extra_is_named() -> None:
    script = """
import sys
sys.modules["sqlalchemy"] = None
from wxpay_v2.errors import MissingExtra
from wxpay_v2.upgrade.origins import MemoryOrigins, Origins
MemoryOrigins().claim(("1", "out_trade_no", "T"), "v3")
try:
    Origins("sqlite://")
except MissingExtra as error:
    print(error.remedy)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "pip install 'wxpay-v2[booking]'\n"


def test_s7_the_password_of_a_database_does_not_print() -> None:
    store = Origins("postgresql+psycopg://shop:CanaryPassword@db.example/shop", create=False)
    assert "CanaryPassword" not in repr(store)
    assert "db.example" in repr(store)
    assert repr(MemoryOrigins()) == "<MemoryOrigins 0>"


def test_a_lock_is_waited_for_only_so_long(tmp_path: Path) -> None:
    store = Origins(f"sqlite:///{tmp_path}/shop.db", wait=0.05)
    with store._begin() as connection:
        connection.execute(text("SELECT 1"))
        other = Origins(f"sqlite:///{tmp_path}/shop.db", wait=0.05, create=False)
        with pytest.raises(SQLAlchemyError):
            other.claim(ORDER, V3)
        other.close()
    store.close()
