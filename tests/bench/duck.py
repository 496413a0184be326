"""Asks DuckDB; called by the benchmark `nps`.

Each line of the input is a statement. Its answer is a line with the milliseconds it took and the number of rows, and
then the rows, their fields separated by tabs. The rows are made and kept in DuckDB; that Python then reads them is not timed.
"""

import os
import sys
import time

import duckdb

threads = len(os.sched_getaffinity(0))
db = duckdb.connect(":memory:", config={"threads": threads})
print(f"DuckDB {duckdb.__version__}, {threads} threads", flush=True)

for statement in sys.stdin:
    question = statement.startswith(("SELECT", "WITH"))
    started = time.perf_counter()
    db.execute(f"CREATE OR REPLACE TEMP TABLE answer AS {statement}" if question else statement)
    took = 1000 * (time.perf_counter() - started)
    rows = db.execute("FROM answer").fetchall() if question else []
    print(f"{took:.3f}", len(rows))
    for row in rows:
        print(*("" if field is None else field for field in row), sep="\t")
    sys.stdout.flush()
