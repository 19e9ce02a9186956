# shellcheck shell=bash
# Paths, messages and a neutral locale, for every script of dev/.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
DEV=$ROOT/dev
STATE=$ROOT/.dev
LOGS=$STATE/log
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/crm_value
# Names outside the clone (socket folder, databases on the user's own server)
# carry this, so that two clones never meet.
CLONE_ID=$(printf %s "$ROOT" | sha256sum | cut -c1-8)

# A Turkish or missing locale changes how tools sort, upper-case and decode.
export LC_ALL=C.UTF-8 LANG=C.UTF-8
unset LANGUAGE PYTHONPATH PYTHONHOME

say() { printf '%s\n' "$*" >&2; }

die() {
    printf 'dev: %s\n' "$1" >&2
    shift
    (($# == 0)) || printf '     %s\n' "$@" >&2
    exit 1
}

# "step TEXT COMMAND…" says what a long step does and how long it took.
step() {
    local text=$1 begin=$SECONDS
    shift
    say "… $text"
    "$@" >&2
    say "  done in $((SECONDS - begin)) s"
}

is_root() { ((EUID == 0)); }

if [[ $ROOT == *,* ]]; then
    # addons_path is a comma-separated list without an escape.
    die "Odoo cannot load add-ons from a path with a comma: $ROOT" \
        "Move the clone elsewhere."
fi

mkdir -p "$STATE" "$LOGS" "$CACHE"
