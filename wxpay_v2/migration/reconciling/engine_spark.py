"""The engine for those who outgrow one machine: Apache Spark, by the same SQL as DuckDB's.

Files must lie where the executors can read them. A session that is active is used, and not stopped.
"""

from __future__ import annotations

import re
from contextlib import contextmanager

from wxpay_v2.errors import ConfigurationError, Malformed, MissingExtra, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

__all__ = ["Spark"]

_PART = 64 << 20  # bytes of a statement that one task works on
_MEMORY = re.compile(r"([0-9]{1,9}) ?([KMGT])i?B", re.ASCII)


class Spark:
    """A session of its own within *master*, or within the active one. memory: of the driver, such as "2GB".

    Raises MissingExtra without pyspark, ConfigurationError where Spark does not start (Java 17 is missing).
    """

    narrow = False

    def __init__(self, memory: str, master: str) -> None:
        size = _MEMORY.fullmatch(memory)
        if not size:
            raise ConfigurationError(f"memory is a size such as 512MB or 2GB, got {quoted(memory)}")
        try:
            from pyspark import StorageLevel
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession, functions
        except ImportError:
            raise MissingExtra("--engine spark needs pyspark", remedy="pip install 'wxpay-v2[spark]'") from None
        self._functions: Any = functions
        self._error: type[Exception] = PySparkException
        self._storage = StorageLevel.MEMORY_AND_DISK
        active = SparkSession.getActiveSession()
        if active is None:
            builder: Any = SparkSession.builder
            builder = builder.master(master).appName("wxpay-v2 reconcile")
            builder = builder.config("spark.driver.memory", f"{size[1]}{size[2].lower()}")
            builder = builder.config("spark.ui.enabled", "false").config("spark.log.level", "ERROR")
            try:
                active = builder.getOrCreate()
            except (RuntimeError, OSError, self._error) as error:
                raise ConfigurationError(
                    f"Spark does not start: {type(error).__name__}", remedy="it needs Java 17 or newer: JAVA_HOME"
                ) from None
            self._own = active
        else:
            self._own = None
        self._session: Any = active.newSession()  # its names are nobody else's
        self._kept: list[Any] = []

    def open_statement(self, name: str, path: Path, header: str, width: int) -> None:
        f = self._functions
        least = self._session.sparkContext.defaultParallelism
        parts = max(least, path.stat().st_size // _PART)
        self._session.conf.set("spark.sql.shuffle.partitions", str(parts))
        lines = self._session.read.option("lineSep", "\n").text(str(path))
        # A line of another width, or one that is no UTF-8, is no row: its last cell is NULL.
        sound = f.encode("value", "UTF-8") == f.col("value").cast("binary")
        lines = lines.select(sound.alias("sound"), f.regexp_replace("value", "\r$", "").alias("line"))
        lines = lines.where((f.trim("line") != "") & ~f.contains(f.col("line"), f.lit(header)))
        rows = lines.select("sound", f.split(f.col("line"), ",`", -1).alias("cells"))
        whole = f.col("sound") & (f.size("cells") == width)
        columns = [f.get("cells", f.lit(place)) for place in range(width - 1)]
        columns.append(f.when(whole, f.get("cells", f.lit(width - 1))))
        self._named(name, rows.select(*[column.alias(f"c{place}") for place, column in enumerate(columns)]))

    def open_csv(self, name: str, path: Path, delimiter: str, width: int, *, empty: bool = False) -> None:
        schema = ", ".join(f"c{place} STRING" for place in range(width))
        reader = self._session.read.schema(schema).option("header", True)
        reader = reader.option("sep", delimiter).option("quote", '"').option("escape", '"').option("multiLine", True)
        reader = reader.option("enforceSchema", True).option("mode", "FAILFAST")
        with self._ours(name):
            rows = reader.csv(str(path))
            self._named(name, rows.na.fill("") if empty else rows)

    def parquet_columns(self, path: Path) -> list[tuple[str, str]]:
        with self._ours("the records"):
            return [(str(name), str(kind)) for name, kind in self._session.read.parquet(str(path)).dtypes]

    def open_parquet(self, name: str, path: Path, columns: Sequence[str]) -> None:
        with self._ours("the records"):
            rows = self._session.read.parquet(str(path)).toDF(*[f"c{place}" for place in range(len(columns))])
            self._named(
                name,
                rows.select(*[self._functions.col(column).cast("string").alias(column) for column in rows.columns]),
            )

    def _named(self, name: str, rows: Any) -> None:
        with self._ours(name):
            rows.createOrReplaceTempView(name)

    def view(self, name: str, query: str) -> None:
        with self._ours(name):
            self._session.sql(query).createOrReplaceTempView(name)

    def keep(self, name: str, query: str) -> None:
        with self._ours(name):
            rows = self._session.sql(query).persist(self._storage)
            self._kept.append(rows)
            rows.createOrReplaceTempView(name)

    def forget(self, name: str, columns: Sequence[str]) -> None:
        """Nothing: what it keeps is kept as a whole."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._ours("the comparison"):
            return [tuple(row) for row in self._session.sql(query).collect()]

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        with self._ours("the comparison"):
            yield from map(tuple, self._session.sql(query).toLocalIterator())

    def matches(self, expression: str, pattern: str) -> str:
        return f"{expression} RLIKE r'\\A(?:{pattern})\\z'"

    def literal(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def close(self) -> None:
        for rows in self._kept:
            rows.unpersist()
        if self._own is not None:
            self._own.stop()

    @contextmanager
    def _ours(self, what: str) -> Iterator[None]:
        """Spark's errors as ours; of its words the first line, cut."""
        try:
            yield
        except Exception as error:  # Py4J's own, too
            if not isinstance(error, self._error) and "py4j" not in type(error).__module__:
                raise
            raise Malformed(f"{what} cannot be read: {quoted(str(error).partition(chr(10))[0])}") from None
