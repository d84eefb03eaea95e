# shellcheck shell=bash
# What secrets cost in memory, of the process and of the kernel.

status_kib() { awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/status"; }

meminfo_kib() { # KEYS...: their sum
    awk -v keys=" $* " 'index(keys, " " substr($1, 1, length($1) - 1) " ") { sum += $2 } END { print sum }' /proc/meminfo
}

# The agent is not dumpable: smaps_rollup opens for root only. For others the counters of status, which are all but exact.
resident_kib() { # PID
    awk '$1 == "Rss:" { print $2 }' "/proc/$1/smaps_rollup" 2>/dev/null | grep . || status_kib "$1" VmRSS
}

# Four numbers in KiB: the process without shared memory; shared memory as the process sees it, and as the system
# does (a memfd that nobody maps is in the second only); what the kernel keeps.
snapshot() { # PID
    local resident shared
    resident=$(resident_kib "$1")
    shared=$(status_kib "$1" RssShmem)
    printf '%s %s %s %s\n' $((resident - shared)) "$shared" "$(meminfo_kib Shmem)" \
        "$(meminfo_kib Slab KernelStack PageTables SecPageTables Percpu)"
}

growth() { # BEFORE AFTER SECRETS: bytes for each: in all, process, shared memory, kernel
    awk -v n="$3" '{ for (i = 1; i <= 4; i++) d[NR, i] = $i }
        END { for (i = 1; i <= 4; i++) g[i] = (d[2, i] - d[1, i]) * 1024 / n
              shared = g[2] > g[3] ? g[2] : g[3]
              if (g[4] < 0) g[4] = 0 # the kernel gave back what others had used: that is not to the credit of this one
              printf "%.0f %.0f %.0f %.0f\n", g[1] + shared + g[4], g[1], shared, g[4] }' <<<"$1"$'\n'"$2"
}

show_mib() { awk -v kib="$1" 'BEGIN { if (kib != "") printf "%.1f MiB", kib / 1024 }'; }

# The kernel frees the objects of closed descriptors a while later (RCU), and the server may have work of its own left.
settle() {
    local slab last=0 tries=10
    while slab=$(meminfo_kib Slab) && ((slab < last - 256 || slab > last + 256)) && ((tries-- > 0)); do
        last=$slab
        sleep 1
    done
}

# A fresh agent, each secret stored and then read: what an operator who just started it would see.
resident_with_1000() {
    local server cells=("" "") at=0 kib mib
    note "memory with 1 000 secrets"
    for server in floor1000 agent1000; do
        if [[ $server == agent* || -n $FLOOR ]]; then
            start_server "$server"
            fill "$server" 1000
            load "$server" --mode get --count 2000 >/dev/null || exit 1
            kib=$(resident_kib "${PID[$server]}")
            cells[at]=$(show_mib "$kib")
            stop_server "$server"
        fi
        at=$((at + 1))
    done
    mib=$(awk -v kib="$kib" 'BEGIN { print kib / 1024 }')
    row "resident with 1 000 secrets" "${cells[0]:--}" "${cells[1]}" "" '<=' 64 "$mib" MiB
}

# The same servers that have just been asked as fast as they can answer.
report_after_load() {
    local kib floor=
    [[ -z ${PID[floor]:-} ]] || floor=$(resident_kib "${PID[floor]}")
    kib=$(resident_kib "${PID[agent]}")
    row "resident after all that load" "$(show_mib "$floor")" "$(show_mib "$kib")" "" "" "" ""
}

# Two floors that hold the same: how far a ratio here may be from the truth.
control() {
    [[ -n $FLOOR ]] || return 0
    take_turns control.floor control.floor100k
    local by
    by=$(ratio control floor100k rate control floor rate)
    row "control: floor / floor, GET 64 B, 8 connections" "$(show "$(of control floor rate)" /s)" \
        "$(show "$(of control floor100k rate)" /s)" "$by"
}

measure_growth_and_rate() {
    local server before after parts cells=("" "") at=0 added=$((GROWN - 100))
    note "memory with $GROWN secrets"
    warm "$WARM_SECONDS" get-8
    warm 1 put-8
    control
    settle
    for server in floor100k agent100k; do
        if [[ -n ${PID[$server]:-} ]]; then
            before=$(snapshot "${PID[$server]}")
            fill "$server" "$GROWN"
            settle
            after=$(snapshot "${PID[$server]}")
            read -r "cells[at]" parts <<<"$(growth "$before" "$after" "$added")"
            remark "Bytes a secret, ${server%100k}: $(awk '{ printf "process %s, shared memory %s, kernel %s", $1, $2, $3 }' <<<"$parts")."
        fi
        at=$((at + 1))
    done
    row "each of $GROWN secrets of 64 B" "${cells[0]:+${cells[0]} B}" "${cells[1]} B" "" '<=' 400 "${cells[1]}" B

    take_turns ${FLOOR:+by-number.floor by-number.floor100k} by-number.agent by-number.agent100k
    local agent floor
    agent=$(ratio by-number agent100k rate by-number agent rate)
    floor=$(ratio by-number floor100k rate by-number floor rate)
    row "GET with $GROWN / with 100 secrets" "$(show "$floor" x)" "$(show "$agent" x)" "$agent" '>=' 0.95 "$agent"
}
