# shellcheck shell=bash
# shellcheck disable=SC2034  # the other parts use the variables set here
# Builds the C programs, starts the servers and stops all that was started.
# LOAD and FLOOR are the built programs (empty: not to be had). Kept by server: what was started, who listens, where,
# how many secrets it holds, what HELLO said.

LOAD='' FLOOR=''
declare -A PID=() SOCKET=() NAMES=() LAUNCHER=() VERSION=()
# Enough for the largest measurement; all else is as an operator would start it.
read -ra AGENT_ARGUMENTS <<<"--max-secrets 200000 ${AGENT_OPTIONS:-}"

# In memory, because that is where a socket and its lock belong; the programs are built elsewhere, it may be noexec.
make_work_folder() {
    local parent
    for parent in "${XDG_RUNTIME_DIR:-}" /dev/shm "${TMPDIR:-/tmp}"; do
        [[ -n $parent && -w $parent ]] && mktemp -d "$parent/secmem-bench.XXXXXX" 2>/dev/null && return 0
    done
    return 1
}

build() {
    local cc=${CC:-cc} out=$BENCH/out
    local flags=(-std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -pthread)
    if ! command -v "$cc" >/dev/null; then
        remark "No C compiler ($cc): neither the floor nor the load generator can be built. Only the start of a command is measured."
        return
    fi
    mkdir -p "$out" || die "cannot make bench/out"
    cd "$BENCH/floor" || die "no folder bench/floor"
    "$cc" "${flags[@]}" -o "$out/load" load.c client.c keys.c cpu.c wire.c || die "the load generator does not compile"
    LOAD=$out/load
    if ! printf '#include <openssl/evp.h>\n' | "$cc" -E -xc - >/dev/null 2>&1; then
        remark "No OpenSSL headers (libssl-dev, openssl-devel): no floor, so the agent's numbers stand alone."
    else
        "$cc" "${flags[@]}" -o "$out/floor_server" floor_*.c wire.c -lcrypto || die "the floor does not compile"
        FLOOR=$out/floor_server
    fi
    cd "$OLDPWD" || die "the working folder is gone"
}

launch() { # SERVER
    local folder=$WORK/$1
    mkdir -m 700 "$folder" || die "cannot make a folder for $1"
    SOCKET[$1]=$folder/s
    # The audit goes to /dev/null: kept in a file it would be memory, and would be counted as the agent's.
    local command=("$FLOOR" "${SOCKET[$1]}")
    [[ $1 == floor* ]] || command=("$DIST/bin/secmem-agent" --socket "${SOCKET[$1]}" "${AGENT_ARGUMENTS[@]}")
    "${command[@]}" </dev/null >/dev/null 2>&1 &
    LAUNCHER[$1]=$!
}

start_server() { # SERVER: returns when it answers
    launch "$1"
    local answer deadline=$((SECONDS + 30))
    until answer=$("$LOAD" --socket "${SOCKET[$1]}" --mode hello 2>/dev/null); do
        if ! kill -0 "${LAUNCHER[$1]}" 2>/dev/null || ((SECONDS >= deadline)); then
            die "$1 does not answer HELLO; to see why: bin/secmem-agent --socket FILE ${AGENT_ARGUMENTS[*]}"
        fi
        sleep 0.1
    done
    # The one who listens, which is not the launcher if that is a script that forked.
    PID[$1]=$(field pid <<<"$answer")
    VERSION[${1%100k}]=$(field server <<<"$answer")
}

start_pair() { # SUFFIX NAMES: the floor, if there is one, and the agent, with so many secrets of 64 B
    local server
    for server in ${FLOOR:+floor$1} agent$1; do
        start_server "$server"
        fill "$server" "$2"
    done
}

fill() { # SERVER NAMES
    "$LOAD" --socket "${SOCKET[$1]}" --fill --names "$2" >/dev/null || die "cannot fill $1"
    NAMES[$1]=$2
}

stop_server() { # SERVER
    local pids=("${LAUNCHER[$1]}" "${PID[$1]:-${LAUNCHER[$1]}}") tries=50
    kill "${pids[@]}" 2>/dev/null
    while kill -0 "${pids[@]}" 2>/dev/null && ((tries-- > 0)); do
        sleep 0.1
    done
    kill -KILL "${pids[@]}" 2>/dev/null
    wait "${LAUNCHER[$1]}" 2>/dev/null
    unset "PID[$1]" "LAUNCHER[$1]"
    rm -rf "${WORK:?}/$1"
}

stop_everything() {
    local server
    for server in "${!LAUNCHER[@]}"; do
        stop_server "$server"
    done
    rm -rf "${WORK:?}"
}
