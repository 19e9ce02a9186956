# shellcheck shell=bash
# The virtual environment that runs Odoo and the tests.

find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    die "Python 3.11, 3.12 or 3.13 is needed, and none was found."
}

venv_path() {
    local version
    version=$("$(find_python)" -V)
    printf '%s/venv-%s\n' "$CACHE" \
        "$({ echo "$version"; cat "$DEV/requirements.lock"; } | sha256sum | cut -c1-10)"
}

# Scripts in bin/ hold the venv's absolute path, so it is built in place and
# declared finished by a stamp instead of being renamed.
ensure_venv() {
    [[ -e $VENV/.complete ]] && return
    rm -rf "$VENV"
    "$(find_python)" -m venv "$VENV"
    step "installing Python packages" "$VENV/bin/python" -m pip install \
        --quiet --quiet --disable-pip-version-check --no-deps -r "$DEV/requirements.lock"
    touch "$VENV/.complete"
}
