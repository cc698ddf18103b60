# Sourced: whether memory and disks are large enough. Adds to the array `problems`.

# What `make up` and `make test` were seen to need, in MiB: the tree's own folder (target, out, clusters) and the caches
# (`go build`, Go's modules, cargo's registry, ours). What is there already is not needed again.
mib_of_tree() { case $1 in test) echo 12000 ;; *) echo 6000 ;; esac; }
mib_of_caches() { case $1 in test) echo 8000 ;; *) echo 7000 ;; esac; }

# Linking Kubernetes takes 3 GiB; a node of a local cluster has 4.
mib_of_memory() { case $1 in build) echo 3500 ;; *) echo 7500 ;; esac; }

check_memory() {
    local total needed
    total=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
    needed=$(mib_of_memory "$1")
    [ "$total" -ge "$needed" ] || problems+=("this host has $total MiB of memory; $needed are needed (building 3500, a node in a virtual machine 4096)")
}

# The folder, or the nearest one above it that is there.
existing() {
    local folder=$1
    while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
    echo "$folder"
}

mib_used() {
    local total=0 size folder
    for folder in "$@"; do
        [ ! -d "$folder" ] || { size=$(du -sm "$folder" 2>/dev/null | cut -f 1) && total=$((total + size)); }
    done
    echo "$total"
}

# remaining NEEDED FOLDER...: what has still to be written.
remaining() {
    local needed=$1
    shift
    needed=$((needed - $(mib_used "$@")))
    # Later builds replace more than they add.
    [ "$needed" -ge 500 ] || needed=500
    echo "$needed"
}

check_disk() {
    local cache=${XDG_CACHE_HOME:-$HOME/.cache}
    local cargo=${CARGO_HOME:-$HOME/.cargo}
    local go_build=$cache/go-build go_modules=$HOME/go
    if command -v go >/dev/null 2>&1; then
        go_build=$(go env GOCACHE)
        go_modules=$(go env GOMODCACHE)
    fi
    local minos=${MINOS_CACHE_DIR:-$cache/minos}
    local tree caches
    tree=$(remaining "$(mib_of_tree "$1")" target out "${MINOS_STATE:-$HOME/.minos/clusters}")
    caches=$(remaining "$(mib_of_caches "$1")" "$minos" "$go_build" "$go_modules" "$cargo/registry")
    check_space "$tree" "$PWD" "$caches" "$(existing "$minos")"
}

# check_space MIB FOLDER MIB FOLDER: both may be on one file system.
check_space() {
    if [ "$(stat -c %d "$2")" = "$(stat -c %d "$4")" ]; then
        check_free $(($1 + $3)) "$2"
    else
        check_free "$1" "$2"
        check_free "$3" "$4"
    fi
}

check_free() {
    local free
    free=$(df -Pm "$2" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge "$1" ] || problems+=("$free MiB are free on the disk of $2; about $1 more are needed")
}
