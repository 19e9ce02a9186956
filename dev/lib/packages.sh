# shellcheck shell=bash
# Debian packages that the environment needs from the system.

TEST_PACKAGES=(chromium fonts-noto-cjk)

is_provided() {
    case $1 in
        postgresql) pg_bindir >/dev/null ;;
        postgresql-client) command -v psql >/dev/null ;;
        python3-venv) "$(find_python)" -c 'import ensurepip' 2>/dev/null ;;
        wkhtmltopdf) command -v wkhtmltopdf >/dev/null ;;
        chromium) command -v chromium google-chrome >/dev/null ;;
        fonts-noto-cjk) [[ -n $(fc-list :lang=zh 2>/dev/null) ]] ;;
        *) return 1 ;;
    esac
}

# Debian drops wkhtmltopdf from newer suites; without it only PDFs are missing.
is_optional() { [[ $1 == wkhtmltopdf ]]; }

apt_knows() { apt-cache show "$1" >/dev/null 2>&1; }

apt_lists_are_empty() { ! apt_knows postgresql; }

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "$@" >"$LOGS/apt.log" 2>&1 ||
        die "installing $* failed:" "$(tail -n 5 "$LOGS/apt.log")"
}

install_packages() {
    if apt_lists_are_empty; then
        step "refreshing the package lists" apt-get update -qq
    fi
    local package wanted=()
    for package in "$@"; do
        if is_optional "$package" && ! apt_knows "$package"; then
            say "Note: this system has no package $package; PDFs cannot be printed."
        else
            wanted+=("$package")
        fi
    done
    ((${#wanted[@]} == 0)) ||
        step "installing ${wanted[*]}" apt_install "${wanted[@]}"
}

# "ensure_packages PACKAGE…" installs what is missing when it may.
ensure_packages() {
    local package missing=() required=()
    for package in "$@"; do
        is_provided "$package" && continue
        missing+=("$package")
        is_optional "$package" || required+=("$package")
    done
    ((${#missing[@]})) || return 0
    if is_root && command -v apt-get >/dev/null; then
        install_packages "${missing[@]}"
    elif ((${#required[@]})); then
        die "this system lacks ${missing[*]}; install them first:" \
            "sudo apt-get update && sudo apt-get install ${missing[*]}"
    fi
}
