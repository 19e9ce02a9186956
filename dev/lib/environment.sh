# shellcheck shell=bash
# Everything a script needs to run Odoo: source these, then call "provision".

. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
. "$DEV/lib/python.sh"
. "$DEV/lib/packages.sh"
. "$DEV/lib/source.sh"
. "$DEV/lib/cluster.sh"
. "$DEV/lib/disk.sh"

ODOO_SOURCE=$(source_path)
use_cluster

write_config() {
    local addons=() path
    [[ -e $ROOT/crm_value/__manifest__.py ]] && addons+=("$ROOT")
    path=$(addons_path)
    [[ -n $path ]] && addons+=("$path")
    {
        echo "[options]"
        ((${#addons[@]} == 0)) || (IFS=, && echo "addons_path = ${addons[*]}")
        echo "data_dir = $STATE/data"
        echo "db_host = $PGHOST"
        echo "db_port = $PGPORT"
        echo "db_user = $PGUSER"
        echo "http_interface = 127.0.0.1"
        echo "list_db = False"
        echo "screenshots = $LOGS/screenshots"
    } >"$ODOO_RC.$$"
    mv "$ODOO_RC.$$" "$ODOO_RC"
}

# One set-up at a time: all clones share the cache.
lock_setup() {
    exec 9>"$CACHE/lock"
    flock --nonblock 9 || step "waiting for another set-up" flock 9
}

unlock_setup() { exec 9>&-; }

complete_code() {
    VENV=$(venv_path)
    export VENV ODOO_SOURCE ODOO_RC=$STATE/odoo.conf PYTHONPATH=$ODOO_SOURCE
    ensure_source
    ensure_venv
    PATH=$VENV/bin:$PATH
}

# For what needs Odoo's code but no database.
provision_code() {
    lock_setup
    check_disk
    ensure_packages python3-venv
    complete_code
    unlock_setup
}

# "provision [PACKAGE…]": everything to run Odoo, with further packages.
provision() {
    local server=postgresql
    is_private_cluster || server=postgresql-client
    lock_setup
    check_disk
    ensure_packages python3-venv "$server" wkhtmltopdf "$@"
    complete_code
    ensure_cluster
    unlock_setup
    write_config
}

odoo() { "$VENV/bin/python" -m odoo "$@"; }
