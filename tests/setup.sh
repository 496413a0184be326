#!/usr/bin/env bash
# The tools the project needs beside Rust, and the widget and the desk built with them.
#
#   tests/setup.sh          everything the tests need, the widget and the desk
#   tests/setup.sh NAME…    only these, e.g. `need_trunk` or `build_widget`
#   . tests/setup.sh        the functions, for another script
#
# A tool already on the machine in the right version is used. What is missing goes into target/tools, which
# `cargo clean` removes with the rest; only browsers, PostgreSQL and, without rustup, a compiler are apt-get's.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$root/target/tools
PATH=$tools/bin:$tools/node_modules/.bin:$PATH

trunk_version=0.21.14    # 0.22 asks for a newer Rust than the project does
binaryen_version=132.0.0 # Debian's is too old for the WebAssembly features rustc emits
terser_version=5.51.2    # makes the widget's script small
nextest_version=0.9.143
axe_version=4.14.1       # finds what a screen reader, or a weak eye, would stumble over
geckodriver_version=0.37.1
bootstrap_version=5.3.9 # this and the next two: style sheets of pages that a survey must get along with
tailwind_version=4.3.5
bulma_version=1.0.4
sugar_version=1.5.0 # the last that changes the language itself, as all such libraries once did
posthog_version=1.449.2 # this and the next: to compare with
aiosmtpd_version=1.4.6 # a mail server to send to
dkimpy_version=1.1.8   # checks signatures of mails
webhooks_version=1.1.0 # of Standard Webhooks' library for Python, to check signatures with; and for JavaScript:
webhooks_npm_version=1.1.1
surveyjs_version=2.5.38 # the newest that survey-js-ui has; it takes only a survey-core of the same version

say() { printf '» %s\n' "$*" >&2; }

fail() {
    printf '✗ %s\n' "$*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null; }

# need NAME WHAT: sees to it that have_NAME holds, by install_NAME if it must; one process at a time, because two
# scripts started together would otherwise build the same tool in the same place.
need() {
    "have_$1" && return
    mkdir -p "$tools"
    (
        ! has flock || flock 9
        "have_$1" && exit
        say "installing $2"
        "install_$1"
        "have_$1" || fail "$1 is still missing; see $tools/log"
    ) 9>"$tools/lock"
}

# Installers talk a lot: their words go to a log that is shown only when they fail.
quietly() {
    "$@" >"$tools/log" 2>&1 </dev/null 9>&- || {
        tail -n 40 "$tools/log" >&2
        fail "this failed: $*"
    }
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

debian() {
    has apt-get || fail "please install these (by their names in Debian; on macOS Homebrew has most): $*"
    [ "$(id -u)" = 0 ] || has sudo || fail "please run as root: apt-get install $*"
    # An old package list names versions that the archive no longer has.
    as_root apt-get -qq update >/dev/null 2>&1 || true
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# The tools run for seconds: compiling them fast matters more than running them fast.
crate() {
    quietly env -u RUSTC -u RUSTFLAGS CARGO_TARGET_DIR="$tools/build" CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
        CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install --root "$tools" "$@"
    rm -rf "$tools/build"
}

# --- Rust ---

need_cargo() {
    has cargo || PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin # installed, but this shell is older
    has cargo || fail "Rust is missing: install it as https://rustup.rs says, then run this again"
}

have_nextest() { has cargo-nextest; }
install_nextest() { crate "cargo-nextest@$nextest_version" --locked; }
need_nextest() { need nextest "cargo-nextest $nextest_version (about 5 minutes)"; }

# --- WebAssembly ---

# The widget comes with a standard library of its own, built for size: that needs the library's source, of the very
# version of the compiler. rustup has both; where it cannot be reached, Debian has a pair too.
rustup_sysroot() { rustc --print sysroot 2>/dev/null; }
has_rust_src() { [ -f "$1/lib/rustlib/src/rust/library/std/Cargo.toml" ]; }

have_wasm() { has_rust_src "$(rustup_sysroot)" || { [ -x /usr/bin/rustc ] && has_rust_src /usr; }; }

install_wasm() {
    if has rustup; then
        timeout 120 rustup component add rust-src >"$tools/log" 2>&1 &&
            timeout 120 rustup target add wasm32-unknown-unknown >>"$tools/log" 2>&1 && return
        say "rustup cannot fetch it; taking Debian's"
    fi
    debian rustc-web rust-web-src
}

need_wasm() { need wasm "the standard library's source, for WebAssembly (about 15 seconds)"; }

have_trunk() { has trunk && [ "$(trunk --version)" = "trunk $trunk_version" ]; }
install_trunk() { crate "trunk@$trunk_version" --locked --no-default-features --features rustls; }
need_trunk() { need trunk "trunk $trunk_version (about 5 minutes)"; }

# The command and the library in the widget must be of one version: Cargo.lock says which.
wasm_bindgen_version() {
    awk '/^name = "wasm-bindgen"$/ { getline; gsub(/.* = "|"/, ""); print; exit }' "$root/Cargo.lock"
}

have_wasm_bindgen() { has wasm-bindgen && [ "$(wasm-bindgen --version)" = "wasm-bindgen $(wasm_bindgen_version)" ]; }
install_wasm_bindgen() { crate "wasm-bindgen-cli@$(wasm_bindgen_version)" --bin wasm-bindgen; }

need_wasm_bindgen() {
    [ -n "$(wasm_bindgen_version)" ] || fail "Cargo.lock names no wasm-bindgen"
    need wasm_bindgen "wasm-bindgen $(wasm_bindgen_version) (about 2 minutes)"
}

have_wasm_opt() { has wasm-opt && [[ $(wasm-opt --version) == "wasm-opt version ${binaryen_version%%.*}"* ]]; }

# All in one call: npm takes away again what it is not asked for.
node_packages() {
    has npm || fail "please install Node.js with npm"
    quietly npm install --prefix "$tools" --no-save --no-audit --no-fund \
        "binaryen@$binaryen_version" "axe-core@$axe_version" "terser@$terser_version" \
        "bootstrap@$bootstrap_version" "tailwindcss@$tailwind_version" "bulma@$bulma_version" "sugar@$sugar_version"
}

# Whether DIRECTORY holds PACKAGE in this VERSION.
has_package() { grep -qs "\"version\": \"$3\"" "$1/node_modules/$2/package.json"; }

install_wasm_opt() { node_packages; }

need_wasm_opt() { need wasm_opt "binaryen $binaryen_version, for wasm-opt (seconds)"; }

have_terser() { has terser && [ "$(terser --version)" = "terser $terser_version" ]; }

install_terser() { node_packages; }
need_terser() { need terser "terser $terser_version (seconds)"; }

# --- For the tests in browsers ---

have_axe() { has_package "$tools" axe-core "$axe_version"; }
install_axe() { node_packages; }

need_axe() { need axe "axe-core $axe_version, for the accessibility tests (seconds)"; }

have_styles() {
    has_package "$tools" bootstrap "$bootstrap_version" &&
        has_package "$tools" tailwindcss "$tailwind_version" &&
        has_package "$tools" bulma "$bulma_version"
}

install_styles() { node_packages; }
need_styles() { need styles "Bootstrap, Tailwind and Bulma, for pages around a survey (seconds)"; }

# Prototype and MooTools, as they are in Debian; neither is in the npm registry as it is for browsers.
have_old_libraries() {
    has_package "$tools" sugar "$sugar_version" &&
        [ -f /usr/share/javascript/prototype/prototype.js ] && [ -f /usr/share/javascript/mootools/mootools-more.js ]
}

install_old_libraries() {
    node_packages
    debian libjs-prototype libjs-mootools
}

need_old_libraries() { need old_libraries "Prototype, MooTools and Sugar, for old pages around a survey (seconds)"; }

# For the benchmarks only.
have_rivals() {
    has_package "$tools/rivals" posthog-js "$posthog_version" &&
        has_package "$tools/rivals" survey-core "$surveyjs_version" &&
        has_package "$tools/rivals" survey-js-ui "$surveyjs_version"
}

install_rivals() {
    has npm || fail "please install Node.js with npm"
    quietly npm install --prefix "$tools/rivals" --no-save --no-audit --no-fund --ignore-scripts \
        "posthog-js@$posthog_version" "survey-core@$surveyjs_version" "survey-js-ui@$surveyjs_version"
}

need_rivals() { need rivals "posthog-js $posthog_version and survey-js-ui $surveyjs_version, to compare with (seconds)"; }

have_geckodriver() { has geckodriver && [[ $(geckodriver --version) == "geckodriver $geckodriver_version"* ]]; }
install_geckodriver() { crate "geckodriver@$geckodriver_version" --locked; }
need_geckodriver() { need geckodriver "geckodriver $geckodriver_version (about 3 minutes)"; }

# --- Programs from Debian ---

# chromedriver finds the browser under any of these names by itself.
have_chromium() { has chromedriver && { has chromium || has google-chrome || has chromium-browser; }; }
install_chromium() { debian chromium chromium-driver; }
need_chromium() { need chromium "Chromium and its driver (about 30 seconds)"; }

have_firefox_esr() { has firefox-esr || has firefox; }
install_firefox_esr() { debian firefox-esr; }

need_firefox() {
    need firefox_esr "Firefox (about 30 seconds)"
    need_geckodriver
}

# WebKit's small browser is no command: it comes with the library. It has no mode without a display, so Xvfb plays one.
have_webkit() {
    local browser
    has WebKitWebDriver && has Xvfb || return
    for browser in /usr/lib/*/webkit2gtk-4.1/MiniBrowser; do [ -x "$browser" ] && return; done
    return 1
}

install_webkit() { debian webkit2gtk-driver xvfb; }
need_webkit() { need webkit "WebKit, its driver and Xvfb (about 30 seconds)"; }

# For the benchmarks only. Debian would start a server of its own: it is told not to.
have_postgres() {
    local bin
    for bin in /usr/lib/postgresql/*/bin; do PATH=$PATH:$bin; done
    has postgres && has initdb && has pgbench
}

install_postgres() {
    debian postgresql-common
    as_root pg_conftool /etc/postgresql-common/createcluster.conf set create_main_cluster off
    debian postgresql
}

need_postgres() { need postgres "PostgreSQL, to compare with (about 30 seconds)"; }

# For the examples of signed passes in the languages that company servers speak; Node.js and Python are there already.
have_php() { has php; }
install_php() { debian php-cli; }
need_php() { need php "PHP, to sign passes with (seconds)"; }

have_ruby() { has ruby; }
install_ruby() { debian ruby; }
need_ruby() { need ruby "Ruby, to sign passes with (seconds)"; }

# --- For mails ---

smtp=$tools/smtp

have_smtp() {
    "$smtp/bin/python" -c "
from importlib.metadata import version
assert (version('aiosmtpd'), version('dkimpy')) == ('$aiosmtpd_version', '$dkimpy_version')" 2>/dev/null && has openssl
}

install_smtp() {
    has python3 || fail "please install Python 3"
    has openssl || debian openssl
    python3 -m venv --help >/dev/null 2>&1 || debian python3-venv
    quietly python3 -m venv --clear "$smtp"
    quietly "$smtp/bin/pip" install --no-input --disable-pip-version-check \
        "aiosmtpd==$aiosmtpd_version" "dkimpy==$dkimpy_version"
}

need_smtp() { need smtp "aiosmtpd $aiosmtpd_version and dkimpy $dkimpy_version, to send mails to (seconds)"; }

# --- For webhooks ---

webhooks=$tools/webhooks

have_webhooks() {
    "$webhooks/bin/python" -c "
from importlib.metadata import version
assert version('standardwebhooks') == '$webhooks_version'" 2>/dev/null &&
        has_package "$webhooks" standardwebhooks "$webhooks_npm_version"
}

install_webhooks() {
    has python3 || fail "please install Python 3"
    python3 -m venv --help >/dev/null 2>&1 || debian python3-venv
    quietly python3 -m venv --clear "$webhooks"
    quietly "$webhooks/bin/pip" install --no-input --disable-pip-version-check "standardwebhooks==$webhooks_version"
    quietly npm install --prefix "$webhooks" --no-save --no-audit --no-fund "standardwebhooks@$webhooks_npm_version"
}

need_webhooks() { need webhooks "the libraries of Standard Webhooks, to check signatures with (seconds)"; }

# --- The widget and the desk ---

# Changes with whatever the program in this directory is made of, and with what was made of it.
fingerprint() {
    (
        cd "$root"
        find Cargo.toml Cargo.lock tests/setup.sh collector/wire "$1" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
        "${RUSTC:-rustc}" --version
    ) | sha256sum
}

# Programs for browsers have their own target directory: other compiler flags, and no waiting for the collector's build.
browser_environment() {
    export CARGO_TARGET_DIR=$root/target/widget
    export RUSTC_BOOTSTRAP=1 # building std is not stable yet
    export CARGO_UNSTABLE_BUILD_STD=std,panic_abort CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
    # A panic traps at once: its message and place, and the code that formats them, were a fifth of the download.
    export RUSTFLAGS="-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none -Zlocation-detail=none"
    has_rust_src "$(rustup_sysroot)" && return
    local host
    host=$(rustc -vV | sed -n 's/^host: //p')
    export RUSTC=/usr/bin/rustc # Debian's; its package has no linker for WebAssembly, the toolchain does
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$(rustup_sysroot)/lib/rustlib/$host/bin/rust-lld
}

# wasm-opt can use features that no browser has yet; an engine some years old, as node's is, tells.
refuse_new_features() {
    has node || return 0
    local file
    for file in "$root/$1"/dist/*.wasm; do
        node -e 'process.exit(WebAssembly.validate(require("fs").readFileSync(process.argv[1])) ? 0 : 1)' "$file" ||
            fail "browsers would refuse ${file##*/}: does $1/index.html give wasm-opt more than rustc's own features?"
    done
}

brotli_size() {
    if has node; then
        node -e 'const fs = require("fs"), z = require("zlib"); console.log(z.brotliCompressSync(fs.readFileSync(process.argv[1])).length)' "$1"
    else
        echo '?'
    fi
}

print_sizes() {
    local file
    for file in "$root/$1"/dist/*.{js,wasm}; do
        printf '  %-48s %7d bytes, by brotli %7s\n' "${file##*/}" "$(wc -c <"$file")" "$(brotli_size "$file")" >&2
    done
}

# need_each TOOL…: need_TOOL for each.
need_each() {
    local tool
    for tool in "$@"; do "need_$tool"; done
}

# build_program DIRECTORY NAME: what is in the directory, as its dist/.
build_program() {
    need_each cargo wasm trunk wasm_bindgen wasm_opt terser
    mkdir -p "$tools"
    (
        ! has flock || flock 9
        browser_environment
        stamp=$CARGO_TARGET_DIR/stamp-${2// /-}
        # Taken before it is built: what is edited meanwhile is built again.
        sources=$(fingerprint "$1")
        if [ -d "$root/$1/dist" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sources" ]; then
            say "$2 is built already"
            exit
        fi
        say "building $2 (2 to 4 minutes the first time)"
        cd "$root/$1"
        # Needs no network once the crates are there. NO_COLOR=1, a custom of many tools, is an error to trunk.
        env -u NO_COLOR trunk build --release --locked --skip-version-check 9>&-
        refuse_new_features "$1"
        echo "$sources" >"$stamp"
        print_sizes "$1"
    ) 9>"$tools/widget.lock"
}

build_widget() { build_program widget "the widget"; }
build_desk() { build_program collector/desk "the desk"; }

need_all() {
    need_each cargo nextest wasm trunk wasm_bindgen wasm_opt terser axe styles old_libraries
    need_each chromium firefox webkit php ruby smtp webhooks
}

# Run, not sourced: do what is asked.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    [ $# != 0 ] || set -- need_all build_widget build_desk
    for wanted in "$@"; do "$wanted"; done
fi
