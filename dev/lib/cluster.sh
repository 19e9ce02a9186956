# shellcheck shell=bash
# PostgreSQL: the user's own server (PGHOST), or a private cluster of this
# clone that listens on a unix socket only.

SOCKET_DIR=/tmp/crm_value-$EUID-$CLONE_ID  # short: a socket path has 107 bytes

CLUSTER_STARTED=''

# A PGHOST that is our own socket comes from `dev/env`, not from the user.
is_private_cluster() { [[ ${PGHOST:-$SOCKET_DIR} == "$SOCKET_DIR" ]]; }

pg_bindir() {
    local initdb
    if command -v initdb >/dev/null; then
        initdb=$(command -v initdb)
    else
        initdb=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    fi
    [[ -x $initdb ]] && dirname "$initdb"
}

# PostgreSQL refuses to run as root; then its own user runs it.
as_server() {
    if is_root; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# The clone may lie in a folder that the postgres user cannot enter.
cluster_path() {
    if is_root && ! as_server test -x "$STATE"; then
        printf '/var/tmp/crm_value-%s\n' "$CLONE_ID"
    else
        printf '%s/cluster\n' "$STATE"
    fi
}

# "private_folder PATH" is ours and closed to others, or the set-up stops.
private_folder() {
    local owner=$EUID
    is_root && owner=$(id -u postgres)
    mkdir -m 700 -p "$1"
    is_root && [[ $(stat -c %u "$1") == 0 ]] && chown postgres: "$1"
    [[ ! -L $1 && $(stat -c %u:%a "$1") == "$owner:700" ]] ||
        die "$1 exists and belongs to somebody else."
}

init_cluster() {
    local data=$1
    rm -rf "$data.part"
    private_folder "$data.part"
    as_server "$(pg_bindir)/initdb" --pgdata="$data.part" --username=odoo \
        --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    # fsync off: a crash of the machine may destroy this cluster, and every
    # database in it can be made again.
    as_server tee -a "$data.part/postgresql.conf" >/dev/null <<END
listen_addresses = ''
unix_socket_directories = '$SOCKET_DIR'
max_connections = 100
shared_buffers = 512MB
max_wal_size = 4GB
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
END
    mv "$data.part" "$data"
}

cluster_is_up() {
    [[ -d $(cluster_path) ]] &&
        as_server "$(pg_bindir)/pg_ctl" status -D "$(cluster_path)" >/dev/null
}

start_cluster() {
    local data log
    data=$(cluster_path)
    log=$data/server.log
    cluster_is_up && return
    [[ -e $data ]] || step "creating the database cluster" init_cluster "$data"
    private_folder "$SOCKET_DIR"
    # The server outlives this script: it must not inherit its locks.
    as_server "$(pg_bindir)/pg_ctl" start --silent --wait -D "$data" -l "$log" \
        >/dev/null 9>&- ||
        die "PostgreSQL does not start:" "$(as_server tail -n 5 "$log")"
    CLUSTER_STARTED=yes
}

# A cluster that was started for this script alone ends with it, by Ctrl-C too.
# One that ran before, for `dev/env` or another run, is left alone.
stop_cluster_after_this() {
    [[ -n $CLUSTER_STARTED ]] || return 0
    # Twice removed, so that it is no child of what this script becomes.
    (setsid "$DEV/lib/stop_when_idle" $$ </dev/null >/dev/null 2>&1 &)
}

stop_cluster() {
    cluster_is_up || return 0
    as_server "$(pg_bindir)/pg_ctl" stop --silent --wait --mode=fast -D "$(cluster_path)"
}

use_cluster() {
    if is_private_cluster; then
        # Settings of the user are for his own servers.
        unset "${!PG@}"
        export PGHOST=$SOCKET_DIR PGPORT=5432 PGUSER=odoo
    else
        export PGHOST PGPORT=${PGPORT:-5432} PGUSER=${PGUSER:-$(id -un)}
    fi
    export PGDATABASE=postgres
}

ensure_cluster() {
    if is_private_cluster; then
        start_cluster
    else
        psql -qtAc 'SELECT 1' >/dev/null ||
            die "PGHOST=$PGHOST is given, but PostgreSQL there does not answer."
    fi
}
