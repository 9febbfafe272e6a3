#!/bin/sh
# Checks what is needed beside the sources and installs what can be installed.
#
#   scripts/prepara.sh costruzione   to build: Rust, a C compiler
#   scripts/prepara.sh prove         to test: the same, PostgreSQL and OpenLDAP (server programs), xmllint, readers of PDF and codes, Node, Chromium
#
# Debian packages that are missing are installed when this runs as root; otherwise a message names them.
# The Rust toolchain is never installed by us.
set -eu

radice=$(cd "$(dirname "$0")/.." && pwd)

errore() {
    printf '%s\n' "$@" >&2
    exit 1
}

# The oldest Rust is the rust-version of the workspace.
controlla_rust() {
    minima=$(sed -n 's/^rust-version *= *"\([0-9.]*\)".*/\1/p' "$radice/Cargo.toml" | head -n 1)
    command -v cargo >/dev/null 2>&1 && command -v rustc >/dev/null 2>&1 || errore \
        "Rust is missing: cargo and rustc $minima or later must be in PATH." \
        "Install them with rustup (stable toolchain, with clippy and rustfmt) and try again."
    presente=$(rustc --version | sed -n 's/^rustc \([0-9]*\.[0-9]*\).*/\1/p')
    prima=$(printf '%s\n%s\n' "$minima" "$presente" | sort -t . -k 1,1n -k 2,2n | head -n 1)
    [ "$prima" = "$minima" ] || errore \
        "Rust $presente is too old: $minima or later is needed (rustup update stable)."
}

controlla_rust_prove() {
    cargo clippy --version >/dev/null 2>&1 || errore \
        "cargo clippy is missing: rustup component add clippy"
    cargo fmt --version >/dev/null 2>&1 || errore \
        "cargo fmt is missing: rustup component add rustfmt"
}

# True when a small C program compiles and links: a compiler without the headers of libc is not enough.
compila_c() {
    command -v cc >/dev/null 2>&1 || return 1
    prova=$(mktemp -d)
    printf '#include <stdio.h>\nint main(void) { return puts("") < 0; }\n' >"$prova/prova.c"
    esito=0
    cc -o "$prova/prova" "$prova/prova.c" >/dev/null 2>&1 || esito=1
    rm -rf "$prova"
    return $esito
}

# True when the server programs of PostgreSQL 14 or later are there; Debian keeps them out of PATH.
trova_postgresql() {
    for initdb in "$(command -v initdb || true)" /usr/lib/postgresql/*/bin/initdb; do
        [ -n "$initdb" ] && [ -x "$initdb" ] || continue
        maggiore=$("$initdb" --version | sed -n 's/.* \([0-9][0-9]*\)[.0-9a-z]*.*/\1/p')
        [ "${maggiore:-0}" -ge 14 ] || continue
        # A server does not run as root: the tests then use the account that the package makes.
        [ "$(id -u)" -ne 0 ] || id postgres >/dev/null 2>&1 || return 1
        return 0
    done
    return 1
}

# The server of OpenLDAP and its tools; Debian keeps them out of PATH of who is not root.
trova_slapd() {
    for programma in slapd slapadd slapmodify; do
        [ -x "/usr/sbin/$programma" ] || command -v "$programma" >/dev/null 2>&1 || return 1
    done
    [ -r /etc/ldap/schema/inetorgperson.schema ]
}

trova_xmllint() {
    command -v xmllint >/dev/null 2>&1
}

# The programs that read printed pages back: text, pictures, QR codes, DataMatrix, structure.
trova_lettori_pdf() {
    for programma in pdftotext pdftoppm pdfinfo pdffonts zbarimg dmtxread qpdf; do
        command -v "$programma" >/dev/null 2>&1 || return 1
    done
}

trova_curl() {
    command -v curl >/dev/null 2>&1
}

# Node 18 (that of Debian 12) or later, with npm: for the test in the browser.
trova_node() {
    command -v npm >/dev/null 2>&1 || return 1
    maggiore=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)[.].*/\1/p')
    [ "${maggiore:-0}" -ge 18 ]
}

trova_chromium() {
    command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1
}

# mancanti: Debian packages to install.
mancanti=
serve() {
    controllo=$1
    shift
    "$controllo" || mancanti="$mancanti $*"
}

installa() {
    [ -n "$mancanti" ] || return 0
    command -v apt-get >/dev/null 2>&1 || errore \
        "Missing, under their Debian names:$mancanti." "Install them with your system's tools and try again."
    [ "$(id -u)" -eq 0 ] || errore \
        "Missing Debian packages:$mancanti" "Install them and try again: sudo apt-get install$mancanti"
    echo "Installing the missing Debian packages:$mancanti"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    # The tests start servers of their own: those of the packages are not started, now or later.
    politica=/usr/sbin/policy-rc.d
    if [ ! -e "$politica" ]; then
        trap 'rm -f "$politica"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$politica"
        chmod 755 "$politica"
        nostra=si
    fi
    # shellcheck disable=SC2086 # one word per package
    apt-get install -q -y --no-install-recommends $mancanti
    if [ "${nostra:-}" = si ]; then
        rm -f "$politica"
        trap - EXIT
    fi
    case "$mancanti" in *slapd*) update-rc.d slapd disable >/dev/null 2>&1 || true ;; esac
}

verifica() {
    "$1" || errore "$2"
}

case "${1:-}" in
costruzione)
    controlla_rust
    serve compila_c gcc libc6-dev
    installa
    verifica compila_c "The C compiler (cc) does not work: gcc and libc6-dev on Debian."
    ;;
prove)
    controlla_rust
    controlla_rust_prove
    serve compila_c gcc libc6-dev
    serve trova_postgresql postgresql
    serve trova_slapd slapd
    serve trova_xmllint libxml2-utils
    serve trova_lettori_pdf poppler-utils zbar-tools dmtx-utils qpdf
    serve trova_curl curl
    serve trova_node nodejs npm
    serve trova_chromium chromium
    installa
    verifica compila_c "The C compiler (cc) does not work: gcc and libc6-dev on Debian."
    verifica trova_postgresql "initdb of PostgreSQL 14 or later is not there: package postgresql on Debian."
    verifica trova_slapd "slapd of OpenLDAP is not there: package slapd on Debian."
    verifica trova_xmllint "xmllint is not there: package libxml2-utils on Debian."
    verifica trova_lettori_pdf "Programs that read PDF and codes are missing: packages poppler-utils, zbar-tools, dmtx-utils, qpdf on Debian."
    verifica trova_curl "curl is not there: package curl on Debian."
    verifica trova_node "Node 18 or later with npm is not there: packages nodejs and npm on Debian."
    verifica trova_chromium "Chromium is not there: package chromium on Debian, or its path in CHROMIUM."
    ;;
*)
    errore "usage: scripts/prepara.sh costruzione|prove"
    ;;
esac
