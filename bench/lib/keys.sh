# shellcheck shell=bash
# shellcheck disable=SC2034  # the other parts use the variables set here
# Keys and the lock: ssh-agent, Bouncy Castle and bare libcrypto are the peers.

LOCK_LOAD=''
TASK_ARGUMENTS+=(
    [sign]='--mode sign --connections 8'
    [sign-fresh]='--mode sign-fresh --connections 8'
    [ssh-sign]='--mode ssh-sign --connections 8'
    [pubkey]='--mode pubkey --connections 8'
)
RUNNER+=(
    [bc-sign]=ask_bouncy_castle
    [loop-sign]=sign_loop
    [lock]=lock_load
)

build_key_programs() {
    local cc=${CC:-cc} out=$BENCH/out flags=(-std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -pthread)
    printf '#include <openssl/evp.h>\n' | "$cc" -E -xc - >/dev/null 2>&1 ||
        die "no OpenSSL headers (libssl-dev, openssl-devel): signatures cannot be verified, nor the bare PBKDF2 be timed"
    cd "$BENCH/floor" || die "no folder bench/floor"
    "$cc" "${flags[@]}" -o "$out/lock_load" lock_load.c client.c keys.c cpu.c wire.c -lcrypto || die "lock_load does not compile"
    "$cc" "${flags[@]}" -o "$out/sign_loop" sign_loop.c client.c keys.c cpu.c wire.c -lcrypto || die "sign_loop does not compile"
    LOCK_LOAD=$out/lock_load
    cd "$OLDPWD" || die "the working folder is gone"
}

start_unlocked() { # SERVER NAMES
    start_server "$1"
    "$LOCK_LOAD" --socket "${SOCKET[$1]}" --unlock || die "$1 does not unlock with the test mnemonic"
    "$LOCK_LOAD" --socket "${SOCKET[$1]}" --check || die "$1 does not sign, or wrongly"
    fill "$1" "$2"
}

lock_load() { # SERVER ARGUMENTS...
    local server=$1
    shift
    "$LOCK_LOAD" --socket "${SOCKET[$server]}" --server-pid "${PID[$server]}" "$@" || die "LOCK or UNLOCK failed: $server"
}

sign_loop() { # SERVER ARGUMENTS...: there is no server
    shift
    "$BENCH/out/sign_loop" "$@" || die "sign_loop failed"
}

# The key is made for this run, in memory, and its file removed once ssh-agent has it.
start_ssh_agent() {
    local tool tries=50 folder=$WORK/ssh
    for tool in ssh-agent ssh-add ssh-keygen; do
        command -v "$tool" >/dev/null || { remark "SIGN beside ssh-agent: skipped, $tool is not here (openssh-client)."; return; }
    done
    mkdir -m 700 "$folder" || die "no room in $WORK"
    SOCKET[ssh]=$folder/s NAMES[ssh]=1
    ssh-keygen -q -t ed25519 -N '' -C bench -f "$folder/key" </dev/null || die "ssh-keygen makes no key"
    ssh-agent -D -a "${SOCKET[ssh]}" </dev/null >/dev/null 2>&1 &
    PID[ssh]=$! LAUNCHER[ssh]=$!
    until SSH_AUTH_SOCK=${SOCKET[ssh]} ssh-add -q "$folder/key" </dev/null 2>/dev/null; do
        ((tries-- > 0)) || die "ssh-agent takes no key"
        sleep 0.1
    done
    rm -f "$folder/key" "$folder/key.pub"
    PEERS+=", $(ssh -V 2>&1)"
}

# One JVM for the whole run, told when and how long: what it has compiled stays compiled.
start_bouncy_castle() {
    local jar
    jar=$(find "$DIST/lib/providers/bc" -name 'bcprov-*.jar' 2>/dev/null | head -n 1)
    if [[ -z $jar ]] || ! command -v "$JAVAC" >/dev/null; then
        remark "SIGN beside Bouncy Castle: skipped, it needs $JAVAC and the distribution's lib/providers/bc."
        return
    fi
    "$JAVAC" -cp "$jar" -d "$WORK" "$BENCH/lib/BouncyCastleSigner.java" || die "BouncyCastleSigner does not compile"
    coproc SIGNER { exec "$JAVA" -cp "$WORK:$jar" BouncyCastleSigner; }
    PID[bc]=$SIGNER_PID LAUNCHER[bc]=$SIGNER_PID
    PEERS+=", $(basename "$jar" .jar)"
}

ask_bouncy_castle() { # bc --seconds N
    local answer
    printf '%s\n' "$3" >&"${SIGNER[1]}" || die "Bouncy Castle's program ended"
    IFS= read -r answer <&"${SIGNER[0]}" || die "Bouncy Castle's program failed"
    printf '%s\n' "$answer"
}

sign_tasks() {
    printf '%s ' ${PID[ssh]:+ssh-sign.ssh} ${PID[bc]:+bc-sign.bc} loop-sign.libcrypto sign.agent sign-fresh.agent
}

# Until the compilers have seen enough: the verbs are slow for longer than GET is.
warm_keys() {
    local label seconds=$1
    note "warming up"
    for label in get-8 pubkey sign-fresh sign lock; do
        run_task "$label" agent "$seconds" >/dev/null || exit 1
    done
    [[ -z ${PID[bc]:-} ]] || run_task bc-sign bc "$seconds" >/dev/null || exit 1
    [[ -z ${PID[ssh]:-} ]] || run_task ssh-sign ssh 1 >/dev/null || exit 1
}

measure_keys() {
    warm_keys "$WARM_SECONDS"
    note "measuring"
    # shellcheck disable=SC2046
    take_turns $(sign_tasks)
    take_turns get-8.agent pubkey.agent
    local sign="SIGN ed25519, 8 connections" cpu="server CPU for each of them" both="CPU of client and server for each"
    beside "$sign / ssh-agent" ssh-sign.ssh sign.agent rate /s '>=' 5
    beside "$cpu" ssh-sign.ssh sign.agent server_cpu_us_per_op us
    beside "$sign / Bouncy Castle in a loop" bc-sign.bc sign.agent rate /s '>=' 0.5
    beside "$both" bc-sign.bc sign.agent both_cpu_us_per_op us
    beside "$sign / libcrypto in a loop" loop-sign.libcrypto sign.agent rate /s
    beside "$both" loop-sign.libcrypto sign.agent both_cpu_us_per_op us
    beside "the same, a fresh memfd for each / one kept" sign.agent sign-fresh.agent rate /s
    beside "PUBKEY, 8 connections / GET 64 B of the same agent" get-8.agent pubkey.agent rate /s '>=' 1
    beside "$cpu" get-8.agent pubkey.agent server_cpu_us_per_op us
}

beside() { # WHAT PEER-TASK TASK KEY UNIT [OPERATOR TARGET]: a task is LABEL.SERVER; no row without the peer
    local by peer="${2%%.*} ${2#*.}" own="${3%%.*} ${3#*.}"
    [[ -f $WORK/$2 ]] || return 0
    # shellcheck disable=SC2086
    by=$(ratio $own "$4" $peer "$4")
    # shellcheck disable=SC2086
    row "$1" "$(show "$(of $peer "$4")" "$5")" "$(show "$(of $own "$4")" "$5")" "$by" "${6:-}" "${7:-}" "$by"
}

measure_locks() {
    local by
    note "warming up with $GROWN secrets"
    run_task lock agent100k "$WARM_SECONDS" >/dev/null || exit 1
    take_turns lock.agent lock.agent100k
    by=$(ratio lock agent unlock_us lock agent pbkdf2_us)
    row "UNLOCK / bare PBKDF2 of libcrypto" "$(show "$(of lock agent pbkdf2_us)" us)" \
        "$(show "$(of lock agent unlock_us)" us)" "$by" '<=' 3 "$by"
    by=$(ratio lock agent100k unlock_us lock agent100k pbkdf2_us)
    row "the same with $GROWN secrets stored" "$(show "$(of lock agent100k pbkdf2_us)" us)" \
        "$(show "$(of lock agent100k unlock_us)" us)" "$by"
    by=$(ratio lock agent100k lock_us lock agent lock_us)
    row "LOCK with $GROWN / with $FEW secrets" "$(show "$(of lock agent lock_us)" us)" \
        "$(show "$(of lock agent100k lock_us)" us)" "$by" '<=' 1.5 "$by"
}
