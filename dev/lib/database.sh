# shellcheck shell=bash
# Databases from templates. Two layers: the dependencies (a minute, kept until
# Odoo or `depends` change) and the add-on on top of them (seconds, kept until
# a file of the add-on changes).

OWNER_MARK="crm_value development, clone $CLONE_ID"
ADDON=$ROOT/crm_value
# Without a manifest there is nothing to install yet: prepare what it will need.
DEFAULT_DEPENDS="contacts crm digest sale_crm sale_loyalty sale_margin"

sql() { psql -qtAX -v ON_ERROR_STOP=1 -d postgres -c "$1"; }
filestore() { printf '%s/data/filestore/%s\n' "$STATE" "$1"; }
digest() { sha256sum | cut -c1-10; }
has_addon() { [[ -e $ADDON/__manifest__.py ]]; }

database_exists() { [[ -n $(sql "SELECT 1 FROM pg_database WHERE datname = '$1'") ]]; }

# Databases carry our mark as their comment. On a server that the user lends us,
# nothing without it is ever dropped.
is_ours() {
    [[ $(sql "SELECT shobj_description(oid, 'pg_database')
              FROM pg_database WHERE datname = '$1'") == "$OWNER_MARK" ]]
}

our_databases() {
    sql "SELECT datname FROM pg_database
         WHERE shobj_description(oid, 'pg_database') = '$OWNER_MARK'
           AND datname LIKE '${1:-%}'"
}

drop_database() {
    database_exists "$1" || return 0
    is_ours "$1" || die "database $1 exists and was not made by these scripts."
    dropdb --force "$1"
    rm -rf "$(filestore "$1")"
}

# Files of a file store are named by their checksum and never rewritten, so a
# copy may share them.
copy_database() {
    local from=$1 to=$2
    drop_database "$to"
    createdb --template="$from" "$to"
    sql "COMMENT ON DATABASE \"$to\" IS '$OWNER_MARK'"
    rm -rf "$(filestore "$to")"
    [[ ! -d $(filestore "$from") ]] || cp -al "$(filestore "$from")" "$(filestore "$to")"
}

rename_database() {
    rm -rf "$(filestore "$2")"
    [[ ! -d $(filestore "$1") ]] || mv "$(filestore "$1")" "$(filestore "$2")"
    sql "ALTER DATABASE \"$1\" RENAME TO \"$2\""
}

depends() {
    has_addon || { echo "$DEFAULT_DEPENDS"; return; }
    "$VENV/bin/python" - "$ADDON/__manifest__.py" <<'END'
import ast, sys
manifest = ast.literal_eval(open(sys.argv[1], encoding="utf-8").read())
print(*sorted(manifest["depends"]))
END
}

addon_digest() {
    (cd "$ADDON" && find . -type f ! -name '*.pyc' -print0 | sort -z |
        xargs -0 sha256sum) | digest
}

# "install_modules DATABASE DEMO MODULES LOG" shows what went wrong, if it does.
install_modules() {
    local database=$1 demo=$2 modules=$3 log=$4
    local options=(-d "$database" -i "${modules// /,}" --stop-after-init --no-http
        --max-cron-threads=0)
    [[ -z $demo ]] || options+=(--with-demo)
    if ! odoo "${options[@]}" >"$log" 2>&1 || grep -q ' CRITICAL ' "$log"; then
        grep -v ' INFO ' "$log" >&2
        die "installing $modules failed; the whole log: $log"
    fi
}

# Templates are built under another name and renamed when finished.
install_template() {
    local name=$1 from=$2 demo=$3 modules=$4 layer=$5
    copy_database "$from" "${name}_part"
    install_modules "${name}_part" "$demo" "$modules" \
        "$LOGS/install-$layer${demo:+-demo}.log"
    rename_database "${name}_part" "$name"
}

warm_template() {
    local name=$1 from=$2
    copy_database "$from" "${name}_part"
    odoo shell -d "${name}_part" --no-http --log-level=warn <"$DEV/lib/warm_assets.py"
    rename_database "${name}_part" "$name"
}

drop_older_templates() {
    local old
    for old in $(our_databases "$1%"); do
        [[ $old =~ ^$1[0-9a-f]{10}(_part)?$ ]] && drop_database "$old"
    done
    return 0
}

# These leave the name of the wanted template in TEMPLATE, making it when missing.
ensure_dependency_template() {
    local demo=$1 prefix=crmv_deps_$CLONE_ID${1:+_demo}_ modules
    modules=$(depends)
    TEMPLATE=$prefix$({ odoo_identity; echo "$modules"; } | digest)
    database_exists "$TEMPLATE" && return
    drop_older_templates "$prefix"
    step "installing Odoo's apps${demo:+ with demo data} (about a minute)" \
        install_template "$TEMPLATE" template0 "$demo" "$modules" dependencies
}

ensure_addon_template() {
    local demo=$1 prefix=crmv_addon_$CLONE_ID${1:+_demo}_ from
    ensure_dependency_template "$demo"
    has_addon || return 0
    from=$TEMPLATE
    TEMPLATE=$prefix$({ echo "$from"; addon_digest; } | digest)
    database_exists "$TEMPLATE" && return
    drop_older_templates "$prefix"
    step "installing crm_value${demo:+ with demo data}" \
        install_template "$TEMPLATE" "$from" "$demo" crm_value addon
}

ensure_warm_template() {
    local demo=$1 prefix=crmv_warm_$CLONE_ID${1:+_demo}_ from
    ensure_addon_template "$demo"
    from=$TEMPLATE
    TEMPLATE=$prefix${from##*_}
    database_exists "$TEMPLATE" && return
    drop_older_templates "$prefix"
    step "building the web client's bundles" warm_template "$TEMPLATE" "$from"
}

# "new_database NAME LAYER DEMO"; templates are shared by all runs in this clone,
# so one run at a time makes and copies them.
new_database() {
    local name=$1 layer=$2 demo=$3
    exec 8>"$STATE/templates.lock"
    flock --nonblock 8 || step "waiting for another run's templates" flock 8
    "ensure_${layer}_template" "$demo"
    copy_database "$TEMPLATE" "$name"
    exec 8>&-
}
