"""The same comparison on Apache Spark, in local mode: the same rows as on one machine."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.migration.reconciliation_cases import records_of, spoilt, statement_of, trades
from wxpay_v2.errors import ConfigurationError, Malformed
from wxpay_v2.migration.reconciliation import CLASSES, Difference, Reconciliation

sql = pytest.importorskip("pyspark.sql")
pytestmark = [
    pytest.mark.skipif(not (shutil.which("java") or os.environ.get("JAVA_HOME")), reason="Spark needs Java"),
    # pyspark 3.5 leaves the sockets that results came through to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def session() -> Iterator[object]:
    """One Spark for the module: what is quick for a few rows, and nothing that serves a browser."""
    made = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "OFF")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.constraintPropagation.enabled", "false")
        .getOrCreate()
    )
    yield made
    made.stop()


def rows_of(statement: Path, records: Path, engine: str) -> list[Difference]:
    with Reconciliation(statement, records, engine=engine) as found:
        return list(found.differences())


def test_spark_gives_the_same_rows(session, tmp_path):
    rows = trades(60, 21, ("HKD", "JPY"))
    rows += [*rows[:2], replace(rows[2], kind="reversal")]
    statement, records = tmp_path / "s.csv.gz", tmp_path / "r.csv"
    statement.write_bytes(gzip.compress(statement_of(rows, "global")))
    records.write_bytes(records_of(spoilt(rows, 22)))
    with Reconciliation(statement, records, engine="spark") as found:
        told, totals, facts = list(found.differences()), found.totals, found.report().facts
    with Reconciliation(statement, records) as found:
        assert told == list(found.differences())
        assert totals == found.totals
    assert {one.difference for one in told} == CLASSES.keys()
    assert facts and facts["read_by"] == "engine"


def test_spark_refuses_what_does_not_hold(session, tmp_path):
    rows = [row for row in trades(20, 23) if row.kind == "payment"][:10]
    statement, records = tmp_path / "s.csv", tmp_path / "r.csv"
    data = statement_of(rows)
    records.write_bytes(records_of(rows))
    for sound, spoilt_by in ((b"NATIVE", b"NATIVE,`"), (b"T-23-1,", b"T-\xff,"), (b"`10.0", b"`9.0")):
        assert sound in data
        statement.write_bytes(data.replace(sound, spoilt_by, 1))
        with pytest.raises(Malformed):
            Reconciliation(statement, records, engine="spark")


def test_a_memory_that_is_none_is_refused(tmp_path):
    (tmp_path / "s.csv").write_bytes(statement_of(trades(1, 1)))
    with pytest.raises(ConfigurationError, match="memory"):
        Reconciliation(tmp_path / "s.csv", tmp_path / "s.csv", engine="spark", memory="much")
