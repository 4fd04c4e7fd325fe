"""The store in a database: many workers, workers that die, and databases that are no help."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from tests.adapters.shop import MERCHANT, note, noted
from tests.adapters.test_booking import PAID, Effects
from tests.adapters.worker import STEPS_INSIDE, STEPS_OUTSIDE, endpoint
from tests.corpus import messages as m
from wxpay_v2.adapters import Bookings
from wxpay_v2.adapters.booking import payment_entry
from wxpay_v2.clock import ManualClock
from wxpay_v2.errors import ConfigurationError, MissingExtra
from wxpay_v2.v2.payment import Payment

ROOT = Path(__file__).resolve().parents[2]
NUMBER = m.PAYMENT["out_trade_no"]
TRANSACTION = m.PAYMENT["transaction_id"]


def worker(url: str, step: str = "", copies: int = 1, threads: int = 1, apart: str = "") -> subprocess.Popen[bytes]:
    arguments = [url, step, str(copies), str(threads), apart]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.adapters.worker", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(m.payment())
    process.stdin.close()
    process.stdin = None
    return process


def posted_again(url: str, *, apart: bool = False, clock: ManualClock | None = None) -> bool:
    """The gateway's repeat, to another worker."""
    with endpoint(url, apart=apart, clock=clock) as shop:
        return b"SUCCESS" in shop.handle("POST", m.payment()).body


def test_m7_1000_copies_over_4_processes_of_32_threads_are_one_booking(database_url: str) -> None:
    copies = 250 if database_url.startswith("postgresql") else 50
    workers = [worker(database_url, copies=copies, threads=32) for _ in range(4)]
    answers = [process.communicate(timeout=60) for process in workers]
    assert [out.split() for out, _ in answers] == [[str(copies).encode()]] * 4, answers
    assert noted(database_url) == [TRANSACTION]
    bookings = Bookings(database_url)
    assert [(one.identity, one.state, one.attempts) for one in bookings.find(NUMBER)] == [(TRANSACTION, "done", 1)]
    bookings.close()


@pytest.mark.parametrize("step", STEPS_INSIDE)
def test_m8_a_worker_killed_at_any_step_loses_and_doubles_nothing(database_url: str, step: str) -> None:
    process = worker(database_url, step)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    committed = step == "after commit before reply"
    assert noted(database_url) == [TRANSACTION] * committed
    assert posted_again(database_url)
    assert posted_again(database_url)
    assert noted(database_url) == [TRANSACTION]


@pytest.mark.parametrize("step", STEPS_OUTSIDE)
def test_m8_an_effect_outside_that_was_killed_is_begun_anew_after_its_lease(database_url: str, step: str) -> None:
    process = worker(database_url, step, apart="apart")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    cut_off = step in ("during the effect", "after the effect")
    assert posted_again(database_url, apart=True) == (not cut_off)  # its lease is not over
    later = ManualClock(2_000_000_000.0)
    bookings = Bookings(database_url, clock=later)
    assert [entry.state for entry in bookings.unresolved()] == ["pending"] * cut_off
    assert posted_again(database_url, apart=True, clock=later)
    assert posted_again(database_url, apart=True, clock=later)
    assert bookings.unresolved() == []
    assert len(bookings.find(NUMBER)) == 1
    expected = {"during the effect": ["attempt 2"], "after the effect": ["attempt 1", "attempt 2"]}
    assert noted(database_url) == expected.get(step, ["attempt 1"])
    bookings.close()


def test_m7_two_payments_of_one_order_at_the_same_moment_are_one_booking_and_one_alarm(database_url: str) -> None:
    barrier = threading.Barrier(8)
    answers: list[bytes] = []

    def post(number: int) -> None:
        body = m.payment(transaction_id=f"420000{number % 2}")
        with endpoint(database_url) as shop:
            barrier.wait()
            answers.append(shop.handle("POST", body).body)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(b"SUCCESS" in answer for answer in answers)
    assert len(noted(database_url)) == 1
    bookings = Bookings(database_url)
    assert sorted(entry.state for entry in bookings.find(NUMBER)) == ["alarm", "done"]
    bookings.close()


@pytest.mark.parametrize("swallow", [False, True])
def test_m8_a_handler_that_breaks_the_transaction_and_goes_on_is_not_booked(database_url: str, swallow: bool) -> None:
    def effect(connection: Any, attempt: int) -> None:
        note(connection, "half")
        if not swallow:
            connection.rollback()
            return
        try:
            connection.execute(text("SELECT * FROM nowhere"))
        except SQLAlchemyError:
            if connection.dialect.name == "sqlite":  # which goes on after an error; PostgreSQL does not
                connection.connection.rollback()

    bookings = Bookings(database_url)
    with pytest.raises((SQLAlchemyError, ConfigurationError)):
        bookings.book(PAID, effect)
    assert bookings.find("T-1") == []
    assert noted(database_url) == []
    bookings.close()


def test_a_handler_may_use_a_savepoint(database_url: str) -> None:
    def effect(connection: Any, attempt: int) -> None:
        note(connection, "whole")
        with pytest.raises(SQLAlchemyError), connection.begin_nested():
            note(connection, "half")
            connection.execute(text("SELECT * FROM nowhere"))

    bookings = Bookings(database_url)
    assert bookings.book(PAID, effect) == "booked"
    assert noted(database_url) == ["whole"]
    bookings.close()


def test_m8_a_lock_is_waited_for_only_so_long(database_url: str) -> None:
    bookings = Bookings(database_url, wait=0.1)

    def effect(connection: Any, attempt: int) -> None:
        with pytest.raises(OperationalError):
            bookings.book(PAID, Effects().of("never"))

    assert bookings.book(PAID, effect) == "booked"
    bookings.close()


def test_what_is_durable_is_so_at_once(database_url: str) -> None:
    bookings = Bookings(database_url)
    with bookings._begin() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        else:
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "3s"
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    bookings.close()


def test_a_server_that_loses_commits_by_its_settings_does_not_lose_ours(postgres_url: str) -> None:
    careless = f"{postgres_url}&options=-csynchronous_commit%3Doff"
    bookings = Bookings(careless)
    with bookings._begin() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    bookings.close()


FORKING = """
import os, sys
from tests.adapters.test_booking import PAID
from wxpay_v2.adapters import Bookings
def driver():
    with bookings._begin() as connection:
        return connection.connection.dbapi_connection
bookings = Bookings(sys.argv[1])
before = driver()
assert driver() is before  # the pool holds it
child = os.fork()
if not child:
    done = False
    try:
        assert driver() is not before
        done = bookings.book(PAID, lambda connection, attempt: None) == "booked"
        bookings.close()
    finally:
        os._exit(not done)
assert os.waitpid(child, 0)[1] == 0
assert driver() is before
assert bookings.book(PAID, lambda connection, attempt: None) == "duplicate"
bookings.close()
"""


def test_a_fork_does_not_share_a_connection(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING, database_url], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_table_is_made_once_by_whoever_comes_first(database_url: str) -> None:
    results: list[Any] = []
    barrier = threading.Barrier(8)

    def start() -> None:
        barrier.wait()
        try:
            results.append(Bookings(database_url))
        except ConfigurationError as error:
            results.append(error)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(one, Bookings) for one in results), results
    for one in results:
        one.close()


def test_the_table_is_not_made_where_migrations_do_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bookings.db"
    Bookings(url, create=False).close()
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_restart_remembers(database_url: str) -> None:
    first = Bookings(database_url)
    first.book(PAID, Effects().of("ship"))
    first.close()
    second = Bookings(database_url)
    assert second.book(PAID, Effects().of("ship")) == "duplicate"
    second.close()


def test_nobody_gets_in_between_for_ever(tmp_path: Path) -> None:
    """A store that is overtaken every time says busy in the end, and the gateway asks again."""
    bookings = Bookings(f"sqlite:///{tmp_path}/bookings.db")
    insertions = []

    def overtake(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("INSERT"):
            insertions.append(statement)
            cursor.execute(
                "INSERT INTO wxpay_bookings VALUES (?, ?, ?, 1, 'x', 0, '', 0, '', 'done', '', 1, 0, 0)",
                (PAID.mch_id, PAID.kind, PAID.subject),
            )

    event.listen(bookings._engine, "before_cursor_execute", overtake)
    assert bookings.book(PAID, Effects().of("never")) == "busy"
    assert len(insertions) == 20
    bookings.close()


@pytest.mark.parametrize("url", ["nonsense", "nosuch://here", "sqlite:////nowhere/at/all/bookings.db"])
def test_a_database_that_cannot_be_opened_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Bookings(url)


@pytest.mark.parametrize("settings", [{"lease": 0}, {"wait": -1}, {"lease": "60"}, {"wait": True}, {"lease": 1e9}])
def test_settings_that_cannot_work_are_refused_at_once(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        Bookings("sqlite://", **settings)


@pytest.mark.parametrize("url", ["mysql+pymysql://u@h/shop", "mariadb+pymysql://u@h/shop", "mssql+pyodbc://u@h/shop"])
def test_m7_a_database_that_takes_two_order_numbers_for_one_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="must be SQLite or PostgreSQL") as caught:
        Bookings(url)
    assert not isinstance(caught.value, MissingExtra)


def test_m7_order_numbers_that_differ_in_case_are_two_orders(database_url: str) -> None:
    bookings = Bookings(database_url)
    for number in ("Order-a", "order-A", "Order-a "):
        assert bookings.book(payment_entry(Payment(number, "4200001", 1, "CNY"), MERCHANT), lambda *_: None) == "booked"
    bookings.close()


def test_a_driver_that_is_not_installed_is_named() -> None:
    with pytest.raises(MissingExtra, match="needs"):
        Bookings("postgresql+psycopg2cffi://here")


def test_s7_the_password_of_a_database_does_not_print() -> None:
    bookings = Bookings("postgresql+psycopg://shop:CanaryPassword@db.example/shop", create=False)
    assert "CanaryPassword" not in repr(bookings)
    assert "db.example" in repr(bookings)
