# shellcheck shell=bash
# Room on the disks that set-up writes to, looked at before anything is downloaded.

VENV_MEGABYTES=700
CLUSTER_MEGABYTES=2000  # the databases of `make run` and `make test`

declare -A NEEDED_ON=() FOLDER_ON=()

# "need_room FOLDER MEGABYTES": so much more will be written below FOLDER, which may
# not exist yet.
need_room() {
    local folder=$1 disk
    while [[ ! -d $folder ]]; do folder=$(dirname "$folder"); done
    disk=$(df --output=target "$folder" | tail -n 1)
    NEEDED_ON[$disk]=$((${NEEDED_ON[$disk]:-0} + $2))
    FOLDER_ON[$disk]=${FOLDER_ON[$disk]:-$1}
}

check_disk() {
    local cluster disk free
    NEEDED_ON=() FOLDER_ON=()
    # Debian's package is downloaded and unpacked; a checkout of the user's is there.
    [[ $ODOO_SOURCE != "$ODOO_PREFIX"/* || -e $ODOO_PREFIX ]] ||
        need_room "$CACHE" "$SOURCE_MEGABYTES"
    compgen -G "$CACHE/venv-*" >/dev/null || need_room "$CACHE" "$VENV_MEGABYTES"
    # Where PostgreSQL is still missing, its user is too.
    cluster=$(cluster_path 2>/dev/null)
    if is_private_cluster && [[ ! -e $cluster ]]; then
        need_room "$cluster" "$CLUSTER_MEGABYTES"
    fi
    for disk in "${!NEEDED_ON[@]}"; do
        free=$(df --output=avail -m "$disk" | tail -n 1)
        ((free >= NEEDED_ON[$disk])) ||
            die "set-up needs ${NEEDED_ON[$disk]} MB, ${FOLDER_ON[$disk]} has ${free// /} MB free." \
                "Free some space, or put the clone and XDG_CACHE_HOME on a larger disk."
    done
}
