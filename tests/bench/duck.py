"""Asks DuckDB what the collector's columns were asked; called by the benchmark `nps`.

    duck.py ROWS.csv AGENTS.csv QUESTIONS.sql REPEATS

The rows are in memory. Columns of few values are enumerations, DuckDB's narrowest and fastest form of text; as many
threads are used as the collector uses, one for each processor.
"""

import os
import statistics
import sys
import time

import duckdb

rows, agents, questions, repeats = sys.argv[1:]
threads = len(os.sched_getaffinity(0))
db = duckdb.connect(":memory:", config={"threads": threads})

started = time.perf_counter()
with open(rows) as file:
    names = file.readline().strip().split(",")
values = [name for name in names if name not in ("seconds", "score")]
columns = {name: "VARCHAR" for name in names} | {"seconds": "BIGINT", "score": "UTINYINT"}
source = f"read_csv('{rows}', header = true, auto_detect = false, delim = ',', columns = {columns})"
db.execute(f"CREATE TEMP TABLE sample AS SELECT * FROM {source} LIMIT 1000000")
for name in values:
    # The values of a million rows are all there are; another would make the next statement fail.
    db.execute(f"CREATE TYPE {name}_value AS ENUM (SELECT DISTINCT {name} FROM sample ORDER BY 1)")
typed = ", ".join(f"{name}::{name}_value AS {name}" for name in values)
db.execute(f"CREATE TABLE responses AS SELECT make_timestamp(seconds * 1000000) AS given, score, {typed} FROM {source}")
db.execute(f"CREATE TABLE agents AS SELECT agent::agent_value AS agent, team FROM read_csv('{agents}')")
db.execute("DROP TABLE sample")
bytes_used = db.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()[0][0]
count = db.execute("SELECT count(*) FROM responses").fetchall()[0][0]
print(
    f"DuckDB {duckdb.__version__}, {threads} threads, enumerations: {bytes_used / count:.1f} B for one response in "
    f"memory, read in {time.perf_counter() - started:.0f} s"
)

for question in open(questions):
    times = []
    for _ in range(int(repeats) + 1):
        started = time.perf_counter()
        answer = db.execute(question).fetchall()
        times.append(1000 * (time.perf_counter() - started))
    sums = [sum(column) for column in list(zip(*answer))[1:]]
    print(f"{statistics.median(times[1:]):.3f}", len(answer), *sums)
