"""Genuine messages and statements, mutated: no exception but ours comes out, and what is accepted is what was genuine.

Some seconds by default, a minute of a core under CI. ``WXPAY_V2_FUZZ=2000000`` tries that many on all cores and
prints the counts and the rate; ``WXPAY_V2_FUZZ_SEED`` takes other dice. A failure shows the input, and how to try it
again with what its process had seen before: ``WXPAY_V2_FUZZ_AGAIN="payment 0 1234"`` (target, seed, number). The
targets are in tests/corpus/targets.py.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from functools import partial

import pytest

from tests.corpus.mutations import double_a_field, drop_a_field, melt_neighbours, nest_a_field, shuffle, space_out
from tests.corpus.targets import SIGNED, TARGETS

TOLD = os.environ.get("WXPAY_V2_FUZZ", "")
INPUTS = int(TOLD or (200_000 if os.environ.get("CI") == "true" else 8_000))
SEED = int(os.environ.get("WXPAY_V2_FUZZ_SEED", "0"))
SLICE = 25_000  # inputs of one process
NAMES = list(TARGETS)


def input_of(name: str, seed: int, number: int) -> bytes:
    """Return one input; it depends on nothing but these three."""
    target = TARGETS[name]
    dice = random.Random((seed << 48) + (NAMES.index(name) << 40) + number)
    return target.mutate(target.seeds, dice, target.changes)


def tried(name: str, seed: int, part: tuple[int, int]) -> Counter[str]:
    """Return how the inputs from one number of *part* to before the other were answered.

    Raises AssertionError that names the input.
    """
    door = TARGETS[name].door
    answers: Counter[str] = Counter()
    for number in range(*part):
        body = input_of(name, seed, number)
        try:
            answers[door(body)] += 1
        except Exception as error:
            raise AssertionError(
                f'WXPAY_V2_FUZZ_AGAIN="{name} {seed} {number}": {type(error).__name__}: {error}; input {body!r}'
            ) from error
    return answers


def parts(count: int) -> list[tuple[int, int]]:
    return [(start, min(start + SLICE, count)) for start in range(0, count, SLICE)]


@pytest.mark.parametrize("name", NAMES)
def test_a_mutated_input_is_refused_by_us_or_is_what_was_genuine(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    target = TARGETS[name]
    count = INPUTS * target.share // 100
    if not TOLD:
        assert len(tried(name, SEED, (0, count))) > 1, "every input was answered alike: the dice reach nothing"
        return
    started = time.monotonic()
    # Each part has a fresh process: what the reader of messages learns is part of what is tried.
    with multiprocessing.get_context("spawn").Pool(maxtasksperchild=1) as pool:
        answers = sum(pool.imap_unordered(partial(tried, name, SEED), parts(count)), Counter[str]())
    with capsys.disabled():
        rate = sum(answers.values()) / (time.monotonic() - started)
        print(f"\n{name}: {sum(answers.values())} inputs, {rate:.0f}/s, {dict(answers.most_common())}")
    if count >= SLICE:
        assert target.outcomes <= set(answers), "the dice do not reach every answer"


def test_one_input_can_be_tried_again() -> None:
    name, seed, told = os.environ.get("WXPAY_V2_FUZZ_AGAIN", "payment 0 10").rsplit(" ", 2)
    number = int(told)
    assert input_of(name, int(seed), number) == input_of(name, int(seed), number)
    assert tried(name, int(seed), (number - number % SLICE, number + 1))


@pytest.mark.parametrize("name", NAMES)
def test_the_seeds_are_genuine(name: str) -> None:
    target = TARGETS[name]
    answers = Counter(map(target.door, target.seeds))
    assert "Malformed" not in answers
    assert any(answer.startswith("accepted") for answer in answers)


def test_the_mutations_reach_what_they_are_for() -> None:
    """A fuzzer that never melts, splits or accepts would prove nothing."""
    dice = random.Random(1)
    door = TARGETS["payment"].door
    assert door(melt_neighbours(SIGNED[0], dice)) == "OutcomeUnknown"
    assert door(shuffle(SIGNED[0], dice)) == "accepted"
    assert door(space_out(SIGNED[0], dice)) == "accepted"
    assert door(drop_a_field(SIGNED[0], dice)) == "SignatureInvalid"
    assert door(double_a_field(SIGNED[0], dice)) == "Malformed"
    assert door(nest_a_field(SIGNED[0], dice)) in ("Malformed", "SignatureInvalid")
    assert door(SIGNED[3]) == "Mismatch"


def test_a_failure_names_the_input_that_shows_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(body: bytes) -> str:
        raise KeyError("total_fee")

    monkeypatch.setitem(TARGETS, "payment", TARGETS["payment"]._replace(door=broken))
    with pytest.raises(AssertionError, match=r'AGAIN="payment 7 3": KeyError: .*; input b'):
        tried("payment", 7, (3, 4))
