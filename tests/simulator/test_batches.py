"""Calls that share a transaction: committed together, each done or undone by itself, told of afterwards."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from tests.simulator.shop import NOON
from tests.simulator.test_ledger import empty
from wxpay_v2.clock import ManualClock
from wxpay_v2.simulator.batches import MOST, Batches
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.controls import Controls
from wxpay_v2.simulator.faults import Faults
from wxpay_v2.simulator.funds import NotEnough
from wxpay_v2.simulator.gateway import Gateway
from wxpay_v2.simulator.ledger import Ledger
from wxpay_v2.simulator.queries import Query
from wxpay_v2.simulator.states import IllegalTransition

CODE = {
    "auth_code": "1", "wallet": "mainland", "payer": "payer", "needs_password": False, "refuses": "", "balance": None,
    "expires_at": NOON + 60,
}  # fmt: skip
_SLOW = Query(select(func.pg_sleep(0.2)))


@pytest.fixture(params=["memory", "file", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    url = {"memory": "sqlite://", "file": f"sqlite:///{tmp_path}/ledger.db"}.get(request.param)
    url = url or request.getfixturevalue("postgres_url")
    empty(url)
    ledger = Ledger(url)
    yield ledger
    ledger.close()
    empty(url)


def put(ledger: Ledger, number: str) -> str:
    return ledger.run(lambda book: book.records.put("note", "1", number, "NEW"), NOON).number


def numbers(ledger: Ledger) -> list[str]:
    return [one.number for one in ledger.run(lambda book: book.records.list("note"), NOON)]


def commits(ledger: Ledger) -> list[int]:
    """A list that grows with every commit from now on."""
    seen: list[int] = []
    event.listen(ledger._engine, "commit", lambda connection: seen.append(1))
    return seen


def run(ledger: Ledger, *functions: Any, faults: Faults | None = None) -> list[Any]:
    """What each of *functions* returned or raised; they come while another call is at work."""
    at_work, go_on = threading.Semaphore(0), threading.Event()

    def first() -> None:
        at_work.release()
        go_on.wait(10)

    async def scenario() -> list[Any]:
        batches = Batches(ledger, faults)
        calls = [asyncio.ensure_future(batches.call(first))]
        await asyncio.to_thread(at_work.acquire, timeout=10)
        calls += [asyncio.ensure_future(batches.call(function, ledger)) for function in functions]
        await asyncio.sleep(0)
        go_on.set()
        results = await asyncio.gather(*calls, return_exceptions=True)
        batches.close()
        return results[1:]

    return asyncio.run(scenario())


def test_what_comes_at_the_same_time_is_committed_together(ledger: Ledger) -> None:
    seen = commits(ledger)
    wanted = [f"N-{number}" for number in range(MOST)]
    assert run(ledger, *(lambda ledger, number=number: put(ledger, number) for number in wanted)) == wanted
    assert len(seen) == 1
    assert numbers(ledger) == wanted


def test_nobody_hears_of_what_is_not_committed(ledger: Ledger) -> None:
    told: list[Any] = []
    seen = commits(ledger)

    async def scenario() -> None:
        batches = Batches(ledger)

        async def call(number: str) -> None:
            await batches.call(put, ledger, number)
            told.append((number, len(seen)))

        await asyncio.gather(*(call(f"N-{number}") for number in range(5)))
        batches.close()

    asyncio.run(scenario())
    assert all(made >= 1 for _, made in told)


def test_a_call_that_raises_is_undone_alone(ledger: Ledger) -> None:
    def fails(ledger: Ledger) -> None:
        def work(book: Book) -> None:
            book.records.put("note", "1", "N-2", "NEW")
            raise LookupError("no")

        ledger.run(work, NOON)

    first, second, third = run(ledger, lambda ledger: put(ledger, "N-1"), fails, lambda ledger: put(ledger, "N-3"))
    assert (first, third) == ("N-1", "N-3")
    assert isinstance(second, LookupError)
    assert numbers(ledger) == ["N-1", "N-3"]


def test_two_calls_with_one_number_end_as_one_record_and_one_refusal(ledger: Ledger) -> None:
    results = run(ledger, *[lambda ledger: put(ledger, "N-1")] * 2, lambda ledger: put(ledger, "N-2"))
    assert [results[0], results[2]] == ["N-1", "N-2"]
    assert isinstance(results[1], Exception)
    assert numbers(ledger) == ["N-1", "N-2"]


def test_what_the_database_refuses_costs_the_others_nothing(ledger: Ledger) -> None:
    """PostgreSQL says COMMIT to a transaction that has failed, and does nothing: nobody may take it for a yes."""

    def fails(ledger: Ledger) -> None:
        ledger.run(lambda book: book.connection.execute(text("SELECT nothing FROM nowhere")), NOON)

    first, second, third = run(ledger, lambda ledger: put(ledger, "N-1"), fails, lambda ledger: put(ledger, "N-3"))
    assert (first, third) == ("N-1", "N-3")
    assert isinstance(second, Exception)
    assert numbers(ledger) == ["N-1", "N-3"]


def test_what_another_worker_was_first_with_is_noticed_before_anybody_hears_of_it(ledger: Ledger) -> None:
    """Where statements are sent ahead nobody waits for what an UPDATE met: it is asked before the commit."""
    put(ledger, "N-1")
    (seen,) = ledger.run(lambda book: book.records.list("note"), NOON)
    ledger.run(lambda book: book.records.transition(seen, "NEW", "DONE"), NOON)
    told, late, third = run(
        ledger,
        lambda ledger: put(ledger, "N-2"),
        lambda ledger: ledger.run(lambda book: book.records.transition(seen, "NEW", "LOST"), NOON),
        lambda ledger: put(ledger, "N-3"),
    )
    assert (told, third) == ("N-2", "N-3")
    assert isinstance(late, IllegalTransition)
    found = {one.number: one.state for one in ledger.run(lambda book: book.records.list("note"), NOON)}
    assert found == {"N-1": "DONE", "N-2": "NEW", "N-3": "NEW"}


def test_what_is_undone_does_not_hide_what_the_database_refused_before(ledger: Ledger) -> None:
    """The error of a statement that was sent ahead shows late, here when another call's work is undone."""
    ledger.run(lambda book: book.add_code(**CODE), NOON)

    def taken(ledger: Ledger) -> None:
        if ledger._engine.dialect.name == "postgresql":  # so that the error is not there before it is waited for
            ledger.run(lambda book: book.access.send(_SLOW), NOON)
        ledger.run(lambda book: book.add_code(**CODE), NOON)

    def fails(ledger: Ledger) -> None:
        def work(book: Book) -> None:
            book.add_code(**{**CODE, "auth_code": "2"})
            raise LookupError("no")

        ledger.run(work, NOON)

    first, refused, undone, last = run(
        ledger, lambda ledger: put(ledger, "N-1"), taken, fails, lambda ledger: put(ledger, "N-2")
    )
    assert (first, last) == ("N-1", "N-2")
    assert isinstance(refused, ledger._refusals)
    assert isinstance(undone, LookupError)
    assert numbers(ledger) == ["N-1", "N-2"]
    assert ledger.run(lambda book: book.code("2"), NOON) is None


def test_an_answer_is_that_of_its_own_question(ledger: Ledger) -> None:
    """More is sent ahead than a server answers at once: the rest of its answers comes while a question is asked."""

    def post(book: Book) -> None:
        for _ in range(400):
            book.funds.move("opening", "bank", "payer:o", 1, "CNY")

    with ledger.together():
        if ledger._engine.dialect.name == "postgresql":
            ledger.run(lambda book: book.access.send(_SLOW), NOON)
        ledger.run(post, NOON)
        threading.Event().wait(0.3)
        assert ledger.run(lambda book: book.funds.balance("nobody"), NOON) == 0
        assert ledger.run(lambda book: book.records.get("note", "1", "N-1"), NOON) is None


def test_what_is_refused_for_what_was_no_longer_so_is_done_again(postgres_url: str) -> None:
    """A carry that met nothing is noticed when its work is undone, too: the reason it gave may be gone."""
    empty(postgres_url)
    ledger, rival = Ledger(postgres_url), Ledger(postgres_url)
    put(ledger, "N-1")
    tries: list[str] = []

    def work(book: Book) -> str:
        found = book.records.get("note", "1", "N-1")
        assert found is not None
        tries.append(found.state)
        if len(tries) == 1:  # somebody else is first
            other = threading.Thread(target=lambda: Ledger.run(rival, change, NOON))
            other.start()
            other.join()
        book.records.transition(found, found.state, "MINE")
        if found.state == "NEW":
            raise NotEnough("somebody else took it")
        return found.state

    def change(book: Book) -> None:
        found = book.records.get("note", "1", "N-1")
        assert found is not None
        book.records.transition(found, "NEW", "THEIRS")

    (told,) = run(ledger, lambda ledger: ledger.run(work, NOON))
    assert (told, tries) == ("THEIRS", ["NEW", "THEIRS"])
    rival.close()
    ledger.close()
    empty(postgres_url)


def test_a_call_that_is_made_again_meets_the_faults_it_met(ledger: Ledger) -> None:
    faults, left = Faults(), [1]
    faults.add("lost_reply", operation="refund")
    faults.add("delay", times=3)

    def refuse(connection: Any) -> None:
        if left:
            left.pop()
            raise OSError("the disk is full")

    def call(ledger: Ledger) -> list[str]:
        put(ledger, "N-1")
        return [fault.name for name in ("lost_reply", "delay") if (fault := faults.take("refund", name))]

    event.listen(ledger._engine, "commit", refuse)
    assert run(ledger, call, faults=faults) == [["lost_reply", "delay"]]
    assert [(fault.name, fault.times, fault.struck) for fault in faults.active()] == [("delay", 2, 1)]


def test_the_clock_and_the_platforms_certificate_turn_once_however_often_a_batch_is_made() -> None:
    clock = ManualClock(NOON)
    gateway = Gateway(clock=clock)

    async def made_again(function: Any, *arguments: Any) -> Any:
        function(*arguments)
        return function(*arguments)

    nobody: Any = None
    controls = Controls(gateway, made_again, nobody, nobody, nobody)
    before = len(gateway.platform.certificates())
    asyncio.run(controls._advance(100))
    asyncio.run(controls._rotate())
    assert clock.time() == NOON + 100
    assert len(gateway.platform.certificates()) == before + 1
    gateway.close()


def test_when_the_commit_fails_each_call_is_made_by_itself(ledger: Ledger) -> None:
    left = [1]

    def refuse(connection: Any) -> None:
        if left:
            left.pop()
            raise OSError("the disk is full")

    wanted = ["N-1", "N-2"]
    event.listen(ledger._engine, "commit", refuse)
    assert run(ledger, *(lambda ledger, number=number: put(ledger, number) for number in wanted)) == wanted
    assert numbers(ledger) == wanted


def test_a_block_that_raises_commits_nothing(ledger: Ledger) -> None:
    with pytest.raises(LookupError), ledger.together():
        put(ledger, "N-1")
        raise LookupError
    assert numbers(ledger) == []
    with ledger.together():
        put(ledger, "N-2")
        assert numbers(ledger) == ["N-2"]
    assert numbers(ledger) == ["N-2"]


def test_calls_after_the_end_are_refused_and_the_end_waits_for_those_before() -> None:
    ledger = Ledger()

    async def scenario() -> list[Any]:
        batches = Batches(ledger)
        calls = [asyncio.ensure_future(batches.call(put, ledger, f"N-{number}")) for number in range(3)]
        await asyncio.sleep(0)
        batches.close()
        with pytest.raises(RuntimeError, match="closed"):
            await batches.call(put, ledger, "N-9")
        return await asyncio.gather(*calls)

    assert asyncio.run(scenario()) == ["N-0", "N-1", "N-2"]
    ledger.close()


def test_what_was_never_called_ends_as_well() -> None:
    ledger = Ledger()
    Batches(ledger).close()
    ledger.close()


def test_a_call_that_was_given_up_is_done_and_disturbs_nobody(ledger: Ledger) -> None:
    async def scenario() -> str:
        batches = Batches(ledger)
        given_up = asyncio.ensure_future(batches.call(put, ledger, "N-1"))
        await asyncio.sleep(0)
        given_up.cancel()
        number = await batches.call(put, ledger, "N-2")
        batches.close()
        return number

    assert asyncio.run(scenario()) == "N-2"
    assert numbers(ledger) == ["N-1", "N-2"]
