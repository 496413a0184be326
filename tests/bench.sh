#!/usr/bin/env bash
# Measures the collector and prints each figure beside its budget, or beside a rival measured in the same run.
#
#   tests/bench.sh             every section: TIME once everything is built and installed
#   tests/bench.sh SECTION…    only these:
#     submissions    durable submissions a second, beside PostgreSQL's pgbench on the same disk
#     last-score     look-ups a second among a million customers, beside a route that answers a constant
#     nps            Net Promoter Scores over 1 and 10 million responses, beside DuckDB and PostgreSQL
#     growth         how the time of an answer grows from 10 thousand responses to 10 million
#     beside         submissions while four clients ask for reports without pause, beside submissions alone
#     export         all responses as CSV, NDJSON and Parquet: rows a second, and memory
#     cases          the work list of a lead among a million cases
#     interactions   a CSV of a million interactions: who is asked, and the links written back
#     mails          mails a second to a mail server on the same machine, and how soon
#     events         from a response to its event on the live stream, with a thousand listeners
#     webhooks       from a response to the webhook received, with one of fifty that never answers, and without
#     sizes          bytes to the first question, and of the program
#     start          time to start with 10 million responses: from the snapshot, after a kill, without, and from records alone
#     memory         memory when idle, and the time to start with nothing
#     widgets        time to the first question in a slow browser, beside posthog-js and survey-js-ui
#
#   BENCH_CUSTOMERS=100000    fewer customers for last-score, beside, export and memory
#   BENCH_START=1000000       fewer responses for start
#
# A poor figure is no failure: the exit status tells only whether everything could be measured, and whether Hearback's
# widget was the first to draw. Nothing else should run meanwhile. All data is in target/bench; the directories with many customers stay there for the next run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tests/setup.sh # brings say, fail, need_cargo, need_postgres

duckdb_version=2.0.0
sections=(submissions last-score nps growth beside export interactions cases mails events webhooks sizes start memory widgets)
[ -n "${BENCH_CUSTOMERS-}" ] || unset BENCH_CUSTOMERS
[ -n "${BENCH_START-}" ] || unset BENCH_START
work=$PWD/target/bench
bench=$PWD/target/release/hearback-bench
export PATH

# --- Starting and stopping ---

running=     # the process group of what runs now
postgres=    # PostgreSQL's directory, once it is made
as_postgres=() # how to become the user it runs as

# In a process group of its own, so that whatever it starts can be ended with it.
run() {
    set -m
    "$@" </dev/null &
    set +m
    running=$!
    wait "$running"
    running=
}

# shellcheck disable=SC2317 # called by the trap
stop() {
    local tries
    trap '' INT TERM HUP
    if [ -n "$running" ]; then
        disown -a || true # or bash would tell that it was terminated
        kill -TERM -- "-$running" 2>/dev/null || true
        for ((tries = 0; tries < 50; tries++)); do
            kill -0 -- "-$running" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$running" 2>/dev/null || true
    fi
    stop_postgres
    rm -rf "$work/submissions" "$work/interactions" "$work/cases" "$work/mails" "$work/mails-received" "$work/events" "$work/webhooks" "$work/sizes" "$work/memory" "$work/widgets"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- The rivals ---

# start_postgres MEMORY: how much it keeps of its tables. PostgreSQL refuses to run as root; as the user postgres it must be
# able to reach its directory.
start_postgres() {
    need_postgres
    postgres=$work/postgres
    if [ "$(id -u)" = 0 ]; then
        as_postgres=(runuser -u postgres --)
        if ! "${as_postgres[@]}" test -x "$work"; then
            postgres=/var/tmp/hearback-bench-postgres
            say "the user postgres cannot reach $work: using $postgres, which may be on another disk"
        fi
    fi
    rm -rf "$postgres"
    mkdir -p "$postgres"
    [ "$(id -u)" != 0 ] || chown postgres "$postgres"
    "${as_postgres[@]}" initdb --pgdata="$postgres/data" --username=bench --auth=trust --no-sync >"$work/initdb.log" 2>&1 ||
        fail "initdb failed; see $work/initdb.log"
    PGPORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    export PGHOST=127.0.0.1 PGPORT PGUSER=bench PGDATABASE=postgres
    cat >>"$postgres/data/postgresql.conf" <<EOF
listen_addresses = '127.0.0.1'
port = $PGPORT
unix_socket_directories = ''
max_connections = 300
fsync = on
synchronous_commit = on
shared_buffers = $1
max_wal_size = 8GB
EOF
    "${as_postgres[@]}" pg_ctl --pgdata="$postgres/data" --log="$postgres/log" --wait start >/dev/null ||
        fail "PostgreSQL did not start; see $postgres/log"
}

# Its directory is removed with it.
stop_postgres() {
    [ -n "$postgres" ] || return 0
    [ ! -d "$postgres/data" ] ||
        "${as_postgres[@]}" pg_ctl --pgdata="$postgres/data" --mode=immediate --wait stop >/dev/null 2>&1 || true
    rm -rf "$postgres"
    postgres=
}

need_duckdb() {
    has python3 || fail "please install Python 3, with its module venv: DuckDB is compared with by it"
    local python=$work/venv/bin/python
    "$python" -c "import duckdb; assert duckdb.__version__ == '$duckdb_version'" 2>/dev/null && return
    say "installing DuckDB $duckdb_version (seconds)"
    python3 -m venv "$work/venv"
    quietly "$work/venv/bin/pip" install --disable-pip-version-check "duckdb==$duckdb_version"
}

chromium_name() {
    local name
    for name in chromium chromium-browser google-chrome; do
        ! has "$name" || { echo "$name" && return; }
    done
}

# --- The sections ---

# Changes with whatever decides what the directory of customers holds.
fingerprint_of_customers() {
    find collector/src/store collector/src/domain collector/wire/src examples/survey.toml tests/bench/src/fill.rs -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}

measure() { run "$bench" --stamp "$customers_stamp" "$@"; }

section() {
    case $1 in
        submissions)
            start_postgres 1GB
            measure submissions
            stop_postgres
            ;;
        nps)
            need_duckdb
            start_postgres 4GB # all of ten million rows
            measure nps --rows 1000000 --repeats 21 --python "$work/venv/bin/python" --postgres 3
            measure nps --rows 10000000 --repeats 9 --python "$work/venv/bin/python" --postgres 1
            stop_postgres
            ;;
        mails)
            need_smtp
            measure mails --python "$smtp/bin/python"
            ;;
        widgets)
            need_chromium
            need_rivals
            measure widgets --packages "$tools/rivals/node_modules" --chromium "$(chromium_name)"
            ;;
        *) measure "$1" ;;
    esac
}

for wanted in "$@"; do
    [[ " ${sections[*]} " == *" $wanted "* ]] || fail "no section is called $wanted; there are: ${sections[*]}"
done
[ $# != 0 ] || set -- "${sections[@]}"

mkdir -p "$work" "$tools"
need_cargo
build_widget
build_desk
say "building the collector and the benchmarks (6 minutes the first time)"
run cargo build --release --locked --quiet --package hearback --package hearback-bench --target-dir target
customers_stamp=$(fingerprint_of_customers)

measure machine
for wanted in "$@"; do section "$wanted"; done
printf '\nMeasured in %s min %s s, installing and building included.\n' $((SECONDS / 60)) $((SECONDS % 60))
