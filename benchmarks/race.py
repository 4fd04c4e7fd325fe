"""Interleaved rounds of a few runners, timed in CPU seconds and by the wall clock.

Every round runs every runner once, in an order that turns, for a slice of a few milliseconds: a slow second of the
machine meets them all. Medians of times and of per-round ratios are what is reported.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

Runner = Callable[[], object]


class Laps:
    """Times of the runners of one area: seconds per call, one number per round."""

    def __init__(self, names: list[str]) -> None:
        self.cpu: dict[str, list[float]] = {name: [] for name in names}
        self.wall: dict[str, list[float]] = {name: [] for name in names}

    def seconds(self, name: str, clock: str = "cpu") -> float:
        """Return the median seconds per call of *name* by *clock*, "cpu" or "wall"."""
        times: dict[str, list[float]] = getattr(self, clock)
        return median(times[name])

    def ratio(self, slower: str, faster: str, clock: str = "cpu") -> float:
        """Return the median over the rounds of *slower*'s time divided by *faster*'s."""
        times: dict[str, list[float]] = getattr(self, clock)
        return median(one / other for one, other in zip(times[slower], times[faster], strict=True))


def race(runners: Mapping[str, Runner], *, rounds: int, slice_seconds: float = 0.006, calls: int = 0) -> Laps:
    """Run *runners* in interleaved *rounds* and return their times.

    calls: per slice; 0 fills *slice_seconds* with a small job, during which the garbage collector rests as in timeit.
    """
    counts = {name: calls or _calls_in(slice_seconds, runner) for name, runner in runners.items()}
    names = list(runners)
    laps = Laps(names)
    gc.collect()
    if not calls:
        gc.disable()
    try:
        for turn in range(rounds):
            shift = turn % len(names)
            for name in names[shift:] + names[:shift]:
                runner, count = runners[name], counts[name]
                started, cpu_started = time.perf_counter(), time.process_time()
                for _ in range(count):
                    runner()
                cpu, wall = time.process_time() - cpu_started, time.perf_counter() - started
                laps.cpu[name].append(cpu / count)
                laps.wall[name].append(wall / count)
            gc.collect()
    finally:
        gc.enable()
    return laps


def _calls_in(seconds: float, runner: Runner) -> int:
    """Return how many calls of *runner* fill *seconds*, after a few that warm it up."""
    for _ in range(20):
        runner()
    started = time.perf_counter()
    for _ in range(20):
        runner()
    return max(1, int(seconds * 20 / (time.perf_counter() - started)))
