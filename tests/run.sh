#!/usr/bin/env bash
# Every check of the project, the quick ones first; the first that fails ends the run.
#
#   tests/run.sh            all of them
#   tests/run.sh NAME…      only the tests whose name contains one of these (or any arguments of `cargo nextest run`)

set -euo pipefail
cd "$(dirname "$0")/.."
. tests/setup.sh
need_cargo
shopt -s nullglob

# A step runs in a session of its own, named by the id of its first process: whatever it started, browsers and
# servers too, can then be found and ended, however the run ends.
session=

stop_leftovers() {
    [ -n "$session" ] || return 0
    pkill -TERM -s "$session" || return 0
    for _ in {1..50}; do
        pgrep -s "$session" >/dev/null || return 0
        sleep 0.1
    done
    pkill -KILL -s "$session" || return 0
}
trap stop_leftovers EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

elapsed() {
    if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

step() {
    local name=$1 start=$SECONDS
    shift
    printf '\n=== %s\n' "$name"
    setsid "$@" </dev/null &
    session=$!
    wait "$session" || {
        printf '\n✗ %s failed after %s\n' "$name" "$(elapsed $((SECONDS - start)))"
        exit 1
    }
    stop_leftovers
    session=
    printf '=== %s: %s\n' "$name" "$(elapsed $((SECONDS - start)))"
}

if [ $# = 0 ]; then
    step "format" cargo fmt --all --check
    ! has shellcheck || step "scripts" shellcheck -x tests/*.sh examples/*.sh .ci/run
    step "lints" cargo clippy --workspace --all-targets --locked -- -D warnings
fi

step "tools" tests/setup.sh need_all
step "widget" tests/setup.sh build_widget
step "desk" tests/setup.sh build_desk
step "collector" cargo build --locked --bin hearback # with both inside, for the browsers to meet

if [ $# = 0 ]; then
    step "tests" cargo nextest run --locked --workspace --exclude hearback-e2e
    step "tests in browsers" cargo nextest run --locked --package hearback-e2e
else
    step "tests named $*" cargo nextest run --locked --workspace "$@"
fi

printf '\n✓ all passed in %s\n' "$(elapsed "$SECONDS")"
