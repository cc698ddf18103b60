# Sourced: which Debian archive this host uses, read from its own apt sources.

# The address that ends in $1 (`debian`, `debian-security`); nothing when the sources name none.
archive_of_host() {
    cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list 2>/dev/null |
        sed -nE 's/^(URIs:|deb( \[[^]]*\])?) *([^ ]+).*/\3/p' | grep -E "/$1/?\$" | head -n 1 || true
}

# The same, or the end with the way out.
need_archive_of_host() {
    local archive
    archive=${MINOS_DEBIAN_ARCHIVE:-$(archive_of_host debian)}
    [ -n "$archive" ] || {
        echo "no Debian archive in /etc/apt/sources.list or /etc/apt/sources.list.d; name one: MINOS_DEBIAN_ARCHIVE=http://…/debian" >&2
        exit 1
    }
    echo "${archive%/}"
}
