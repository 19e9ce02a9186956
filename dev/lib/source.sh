# shellcheck shell=bash
# Odoo's source: the user's own (ODOO_SOURCE), or Debian's package unpacked
# into the cache without being installed.

ODOO_SERIES=19.0
ODOO_VERSION=19.0.0+dfsg-1
ODOO_SHA256=9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf
ODOO_PREFIX=$CACHE/odoo-$ODOO_VERSION
# The Odoo tree links to files of these packages. Two of them must come from the
# machine's own suite: the newer ones have other file names.
COMPANIONS=(
    fonts-glyphicons-halflings fonts-montserrat fonts-ocr-b fonts-roboto-unhinted
    libjs-jquery libjs-jquery-form libjs-underscore
)
STABLE_COMPANIONS=(fonts-font-awesome fonts-inconsolata)
SOURCE_MEGABYTES=1500

source_path() {
    printf '%s\n' "${ODOO_SOURCE:-$ODOO_PREFIX/usr/lib/python3/dist-packages}"
}

# In a checkout the add-ons lie beside the odoo package; in Debian's tree they
# are inside it, and the folder beside it holds their Python files only.
addons_path() {
    [[ -e $ODOO_SOURCE/odoo/addons/crm ]] || printf '%s\n' "$ODOO_SOURCE/addons"
}

odoo_identity() {
    if [[ -e $ODOO_PREFIX/VERSION && $ODOO_SOURCE == "$ODOO_PREFIX"/* ]]; then
        cat "$ODOO_PREFIX/VERSION"
    else
        git -C "$ODOO_SOURCE" rev-parse HEAD 2>/dev/null || echo "$ODOO_SOURCE"
    fi
}

no_package() {
    die "$1" "Any Odoo $ODOO_SERIES checkout does instead: ODOO_SOURCE=/path/to/odoo make run"
}

# The machine's own mirror, so that proxies and local mirrors keep working.
debian_mirror() {
    local codename
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-sid}")
    apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' |
        awk -v codename="$codename" \
            '$1 == "Debian" && $2 == codename { print $3, $2; exit }'
}

# "private_apt DIR COMMAND…" works on lists of its own in DIR; the system's
# package lists and sources stay as they are.
private_apt() {
    local dir=$1 tool=$2
    shift 2
    "$tool" -qq -oDir::Etc::sourcelist="$dir/debian.sources" \
        -oDir::Etc::sourceparts=/dev/null -oDir::State::Lists="$dir/lists" \
        -oDir::Cache="$dir/cache" -oAPT::Sandbox::User=root "$@"
}

prepare_private_apt() {
    local dir=$1 mirror codename
    read -r mirror codename < <(debian_mirror) || true
    if [[ -z ${mirror:-} ]] && is_root; then
        apt-get update -qq
        read -r mirror codename < <(debian_mirror) || true
    fi
    [[ -n ${mirror:-} ]] ||
        no_package "no Debian mirror is configured here (or its lists are empty: sudo apt-get update)."
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    cat >"$dir/debian.sources" <<END
Types: deb
URIs: $mirror
Suites: $codename sid
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
    private_apt "$dir" apt-get update
}

# Prints the version to take: the tested one, else a newer one of the series.
choose_version() {
    local versions newest
    versions=$(private_apt "$1" apt-cache madison odoo-19 | awk -F' *[|] *' '{ print $2 }')
    if grep -qxF "$ODOO_VERSION" <<<"$versions"; then
        echo "$ODOO_VERSION"
        return
    fi
    newest=$(grep -F "$ODOO_SERIES." <<<"$versions" | sort -V | tail -n 1) ||
        no_package "Debian no longer offers a package of Odoo $ODOO_SERIES."
    say "Note: Odoo $ODOO_VERSION, which was tested, is gone; taking $newest."
    echo "$newest"
}

download_odoo() {
    local dir=$1 version codename
    version=$(choose_version "$dir")
    codename=$(awk '/^Suites:/ { print $2 }' "$dir/debian.sources")
    cd "$dir"
    private_apt "$dir" apt-get download "odoo-19=$version" "${COMPANIONS[@]}" \
        "${STABLE_COMPANIONS[@]/%//$codename}"
    if [[ $version == "$ODOO_VERSION" ]]; then
        sha256sum --check --status <<<"$ODOO_SHA256  $(ls odoo-19_*.deb)" ||
            die "the Odoo package is not the one that was tested (checksum differs)."
    fi
    echo "$version" >VERSION
}

unpack_odoo() {
    local dir=$1 prefix=$2 package
    for package in "$dir"/*.deb; do
        dpkg -x "$package" "$prefix"
    done
    # Debian dropped this file; without it every page logs a console error.
    local segmentation=$prefix/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation
    mkdir -p "$segmentation"
    touch "$segmentation/selfie_segmentation.js"
    [[ -z $(find "$prefix" -xtype l) ]] ||
        die "the unpacked Odoo has dangling links:" "$(find "$prefix" -xtype l)"
    cp "$dir/VERSION" "$prefix/VERSION"
}

check_own_source() {
    grep -q "^version_info = (19, 0," "$ODOO_SOURCE/odoo/release.py" 2>/dev/null ||
        die "ODOO_SOURCE=$ODOO_SOURCE is not a checkout of Odoo $ODOO_SERIES."
}

# Both steps work in a folder that is renamed when finished: what was killed
# half-way is thrown away, what was finished is kept.
ensure_source() {
    if [[ $ODOO_SOURCE != "$ODOO_PREFIX"/* ]]; then
        check_own_source
        return
    fi
    [[ -e $ODOO_PREFIX ]] && return
    command -v apt-get dpkg >/dev/null ||
        no_package "Odoo is taken from a Debian package, and this system has no apt."
    local download=$CACHE/download-$ODOO_VERSION
    if [[ ! -e $download ]]; then
        rm -rf "$download.part"
        mkdir -p "$download.part"
        step "reading the package lists" prepare_private_apt "$download.part"
        step "downloading Odoo (125 MB)" download_odoo "$download.part"
        rm -rf "$download.part/lists" "$download.part/cache"
        mv "$download.part" "$download"
    fi
    rm -rf "$ODOO_PREFIX.part"
    mkdir -p "$ODOO_PREFIX.part"
    step "unpacking Odoo (1.2 GB)" unpack_odoo "$download" "$ODOO_PREFIX.part"
    mv "$ODOO_PREFIX.part" "$ODOO_PREFIX"
}
