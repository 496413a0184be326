#!/usr/bin/env bash
# The whole of Hearback on this machine: the collector with an invented company's survey, organisation, customers and
# answers, and the company's two web pages.
#
#   examples/run.sh            start it, print the addresses, and stop it by Ctrl-C
#   examples/run.sh --check    start it, try the addresses, print them, and stop
#
#   HEARBACK_PORT=8080 SITE_PORT=8081    other ports, if these are taken
#
# What it makes is in target/: the data directory is a new one each time.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tests/setup.sh # brings say, fail, has, need_cargo

check=
case ${1-} in
    "") ;;
    --check) check=1 ;;
    *) fail "usage: examples/run.sh [--check]" ;;
esac

collector_port=${HEARBACK_PORT:-8080}
site_port=${SITE_PORT:-8081}
collector=http://127.0.0.1:$collector_port
site=http://127.0.0.1:$site_port
unset HEARBACK_PORT SITE_PORT
hearback=$PWD/target/quick/hearback
files=examples
work=target/example

# --- Starting and stopping ---

running=() # process groups

# Each in a process group of its own, so that whatever it starts can be ended with it.
start() {
    set -m
    "$@" </dev/null &
    set +m
    running+=("$!")
}

# shellcheck disable=SC2317 # called by the trap
stop() {
    local group tries
    trap '' INT TERM HUP
    disown -a || true # or bash would tell of each that it was terminated
    for group in ${running[@]+"${running[@]}"}; do kill -TERM -- "-$group" 2>/dev/null || true; done
    for group in ${running[@]+"${running[@]}"}; do
        for ((tries = 0; tries < 100; tries++)); do
            kill -0 -- "-$group" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$group" 2>/dev/null || true
    done
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Runs a long command. At a terminal it may have to ask for a password; elsewhere it is waited for in the background,
# because bash would hear a signal only after the command has ended.
step() {
    if [ -t 0 ]; then
        "$@"
    else
        start "$@"
        wait "${running[${#running[@]} - 1]}"
        unset "running[${#running[@]} - 1]"
    fi
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

need_port() {
    ! answers "$1" || fail "port $1 is taken. Stop what uses it, or choose another: $2=$(($1 + 100)) examples/run.sh"
}

need_ports() {
    [ "$collector_port" != "$site_port" ] || fail "HEARBACK_PORT and SITE_PORT must be two ports"
    need_port "$collector_port" HEARBACK_PORT
    need_port "$site_port" SITE_PORT
}

# wait_for NAME PROCESS URL LOG
wait_for() {
    local tries
    for ((tries = 0; tries < 300; tries++)); do
        ! curl -sf -o /dev/null "$3" || return 0
        kill -0 "$2" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$4" >&2
    fail "$1 did not start; $4 says why"
}

# --- The parts ---

# Pages, survey and settings name the ports: where they are others, copies are used.
adapt() {
    [ "$collector_port:$site_port" != 8080:8081 ] || return 0
    work=target/example-$collector_port
    rm -rf "$work/files"
    mkdir -p "$work/files"
    cp -R examples/. "$work/files"
    files=$work/files
    local file
    for file in "$files"/*.toml "$files"/site/*.html; do
        sed -e "s/:8081/:SITE/g; s/:8080/:$collector_port/g; s/:SITE/:$site_port/g" -e "s#target/example/#$work/#" \
            "$file" >"$work/adapted"
        cat "$work/adapted" >"$file"
    done
}

build() {
    [ -x "$hearback" ] || say "the first time takes about 20 minutes: tools, widget, collector; later it takes seconds"
    step tests/setup.sh build_widget
    step tests/setup.sh build_desk
    say "building the collector (about 9 minutes the first time)"
    step cargo build --profile quick --locked --quiet --package hearback --target-dir target
}

start_collector() {
    rm -rf "$work/data"
    start "$hearback" serve --config "$files/hearback.toml" >"$work/collector.log" 2>&1
    collector_process=$!
    wait_for "the collector" "$collector_process" "$collector/readyz" "$work/collector.log"
}

start_site() {
    start python3 -m http.server "$site_port" --bind 127.0.0.1 --directory "$files/site" >"$work/site.log" 2>&1
    wait_for "the web site" "$!" "$site/survey.html" "$work/site.log"
}

fill() {
    say "surveys, organisation, people, 200 invitations and 150 answers, of which some open cases"
    ask survey push "$files/survey.toml"
    ask survey push "$files/feedback.toml"
    ask organisation push "$files/organisation.toml"
    ask people push "$files/people.toml"
    ask follow-up push "$files/followup.toml"
    password=$(python3 -c 'import secrets; print(secrets.token_urlsafe(15))')
    for person in head-of-service lead-of-technical; do
        printf '%s\n' "$password" | ask people password "$person"
    done
    ask invite --survey support --csv "$files/customers.csv" --out "$work/links.csv"
    ask mail push "$files/mail.toml"
    ask invite --survey support --customer C-20001 --email ana@customer.example --first-name Ana --agent amelia.hart \
        --attribute product=Internet --mail larkmoor
    ask asking push "$files/asking.toml"
    key=$("$hearback" --config "$files/hearback.toml" key create --name example --scope read --scope write)
    python3 "$files/customers.py" "$collector" "$work/links.csv" "$files/answers.csv" "$files/organisation.toml" \
        >"$work/three"
}

ask() { "$hearback" --config "$files/hearback.toml" "$@" >/dev/null; }

# --- What to do with it ---

headline() { printf '\n\033[1m%s\033[0m\n' "$1"; }
[ -t 1 ] || headline() { printf '\n%s\n' "$1"; }

print_addresses() {
    local name language agent team link
    headline "Answer a survey: three customers who have not answered yet"
    while IFS=$'\t' read -r name language agent team link; do
        case $language in ar) language=Arabic ;; *) language=English ;; esac
        printf '  %s, in %s, about %s (%s)\n    %s\n' "$name" "$language" "$agent" "$team" "$link"
    done <"$work/three"
    headline "The thank-you page, as a promoter sees it"
    printf '  %s\n' "$thanks"
    headline "For web designers: every mode, state and language of the survey, and the tag to copy"
    printf '  %s\n' "$collector/try/support"
    headline "The mail that a customer is sent: open it in a mail program; and every width, light and language of it"
    printf '  %s\n' "$mail"
    printf '  %s\n' "$collector/try/support/mail/larkmoor"
    headline "An agent ends a call: whether the customer is asked, when, or why not"
    printf '  %s\n' "$interaction"
    headline "Net Promoter Score by team; as a picture; and on the command line, with what was asked and answered"
    printf '  %s\n' "$nps"
    printf '  %s\n' "$picture"
    printf '  %s\n' "$numbers"
    headline "What a team lead has to follow up: the work list, and a case with all that is known"
    printf '  %s\n' "$cases"
    printf '  %s\n' "$case"
    headline "The same at the desk: sign in as the lead of technical support, or as the head of service, who sees all; and choose a password as another"
    printf '  %s\n' "$desk"
    printf '  e-mail: lead-of-technical@larkmoor.example or head-of-service@larkmoor.example\n  password: %s\n' "$password"
    printf '  %s\n' "$welcome"
    headline "The last score of the customer who is on the telephone; beside it a card that changes when she answers"
    printf '  %s\n' "$last_score"
    printf '  %s\n' "$card"
}

try() {
    local status
    status=$(eval "$1 -o /dev/null -w '%{http_code}'") || true
    [ "$status" = 200 ] || fail "this answered ${status:-nothing}, not 200: $1"
}

try_addresses() {
    local name language agent team link
    while IFS=$'\t' read -r name language agent team link; do try "curl -s '$link'"; done <"$work/three"
    try "curl -s '$thanks'"
    try "curl -s '$collector/hearback.js'"
    try "curl -s '$collector/try/support'"
    try "curl -s '$collector/try/support/mail/larkmoor/one'"
    grep -q "^Subject:" "$mail" || fail "this is no mail: $mail"
    try "$interaction"
    try "$nps"
    try "curl -sH 'Authorization: Bearer $key' '$collector/v1/nps?survey=support&by=team&format=svg'"
    eval "$numbers" >/dev/null || fail "this does not answer: $numbers"
    try "$cases"
    eval "$case" >/dev/null || fail "this does not answer: $case"
    try "curl -s '$desk'"
    try "curl -s -H 'Content-Type: application/json' '$collector/v1/session' -d '{\"email\": \"lead-of-technical@larkmoor.example\", \"password\": \"$password\"}'"
    try "$last_score"
    try "curl -s '$card'"
    try "curl -s '$card.png?size=16'"
}

has python3 || fail "please install Python 3: it serves the example's pages"
has curl || fail "please install curl"
need_ports
need_cargo
build
need_ports # the build took its time
adapt
mkdir -p "$work"
start_collector
fill
start_site

thanks="$site/thanks.html#hearback=promoter.en"
interaction="curl -sH 'Authorization: Bearer $key' -H 'Content-Type: application/json' '$collector/v1/interactions' -d '{\"outcome\": \"resolved\", \"customer\": \"C-20002\", \"email\": \"jo@customer.example\", \"agent\": \"amelia.hart\"}'"
nps="curl -sH 'Authorization: Bearer $key' '$collector/v1/nps?survey=support&by=team'"
picture="curl -sH 'Authorization: Bearer $key' '$collector/v1/nps?survey=support&by=team&format=svg' -o nps.svg"
numbers="$hearback nps --by team --rates --config '$files/hearback.toml'"
cases="curl -sH 'Authorization: Bearer $key' '$collector/v1/cases?unit=billing'"
case="$hearback cases show 1 --config '$files/hearback.toml'"
desk="$collector/desk/"
welcome=$("$hearback" --config "$files/hearback.toml" people invite lead-of-billing 2>/dev/null)
last_score="curl -sH 'Authorization: Bearer $key' '$collector/v1/customers/C-10001/last-score'"
card=$(curl -sX POST -H "Authorization: Bearer $key" "$collector/v1/customers/C-10001/last-score/links" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["url"])')

# Sent a moment after it is asked for.
for ((tries = 0; tries < 100; tries++)); do
    mail=$(grep -rls --include="*.eml" "ana@customer.example" "$work/data/mails" | head -n 1) || true
    [ -z "$mail" ] || break
    sleep 0.1
done
[ -n "$mail" ] || fail "no mail was written to $work/data/mails"

print_addresses
if [ -n "$check" ]; then
    try_addresses
    printf '\nAll of these answer.\n'
    exit
fi
printf '\nCtrl-C stops it. The log is %s.\n' "$work/collector.log"
wait "$collector_process" || true
tail -n 20 "$work/collector.log" >&2
fail "the collector has stopped"
