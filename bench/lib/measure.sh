# shellcheck shell=bash
# Rates and latencies: the servers take turns, and medians are taken.

LARGE='--prefix large --names 16 --size 65536'
declare -A TASK_ARGUMENTS=(
    [get-1]='--mode get --connections 1'
    [get-8]='--mode get --connections 8'
    [get-32]='--mode get --connections 32'
    [put-8]='--mode put --connections 8'
    [get-connect-8]='--mode get-connect --connections 8'
    [get-64k-8]="--mode get --connections 8 $LARGE"
    [control]='--mode get --connections 8'
    [by-number]='--mode get --connections 8'
)

field() { # KEY: its value in each line of the input
    sed -n "s/^\(.* \)\{0,1\}$1=\([^ ]*\).*/\2/p"
}

median() { # of the numbers in the input, one a line
    sort -g | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

of() { # LABEL SERVER KEY: the slices' median, or nothing
    [[ -f $WORK/$1.$2 ]] && field "$3" <"$WORK/$1.$2" | median
}

# The median of the slices' ratios, not the ratio of the medians: what slows the machine down for a while slows both.
ratio() { # LABEL SERVER KEY LABEL SERVER KEY: first by second, or nothing
    [[ -f $WORK/$1.$2 && -f $WORK/$4.$5 ]] &&
        paste <(field "$3" <"$WORK/$1.$2") <(field "$6" <"$WORK/$4.$5") | awk '{ print $1 / $2 }' | median
}

load() { # SERVER ARGUMENTS...
    local server=$1
    shift
    "$LOAD" --socket "${SOCKET[$server]}" --server-pid "${PID[$server]}" --names "${NAMES[$server]}" "$@" ||
        die "the load generator failed against $server: $*"
}

# What does a label's task instead of the load generator: it is given SERVER --seconds N and the label's arguments.
declare -A RUNNER=()

run_task() { # LABEL SERVER SECONDS
    # shellcheck disable=SC2086
    "${RUNNER[$1]:-load}" "$2" --seconds "$3" ${TASK_ARGUMENTS[$1]:-}
}

# The agent is a JVM, and what it has not compiled yet is not what is measured. The floor gets the same, so that both heaps
# have the same past.
warm() { # SECONDS LABEL
    local server
    for server in "${!PID[@]}"; do
        # shellcheck disable=SC2086
        load "$server" --seconds "$1" ${TASK_ARGUMENTS[$2]} >/dev/null || exit 1
    done
}

# Every round is cut into slices, and the tasks take turns with each: A B, B A, A B ... A machine's speed drifts within
# seconds: the same two servers came out at 0.98 to 1.05 of each other with three turns of 2 s, at 0.98 to 1.01 with twelve
# of 0.5 s.
# Turns are taken until enough were undisturbed by other work, at most three times as many as asked for; those with the
# least of it count, whatever their results were.
take_turns() { # LABEL.SERVER...: the label says what to do, and both where the results go
    local tasks=("$@") wanted=$((ROUNDS * SLICES_PER_ROUND)) taken=0 calm=0 others seconds task turn backwards
    note "  ${tasks[*]}"
    seconds=$(awk -v s="$SECONDS_EACH" -v n="$SLICES_PER_ROUND" 'BEGIN { print s / n }')
    rm -rf "$WORK/turns"
    mkdir "$WORK/turns" || die "no room in $WORK"
    while ((calm < wanted && taken < 3 * wanted)); do
        backwards=()
        for task in "${tasks[@]}"; do
            run_task "${task%%.*}" "${task#*.}" "$seconds" >"$WORK/turns/$taken.$task" || exit 1
            backwards=("$task" "${backwards[@]}")
        done
        tasks=("${backwards[@]}")
        others=$(cat "$WORK/turns/$taken".* | field others_percent | sort -g | tail -n 1)
        printf '%s %s\n' "$others" "$taken" >>"$WORK/turns/others"
        taken=$((taken + 1)) calm=$((calm + (${others%.*} < DISTURBED_PERCENT)))
    done
    for turn in $(sort -g "$WORK/turns/others" | head -n "$wanted" | cut -d ' ' -f 2); do
        for task in "${tasks[@]}"; do
            cat "$WORK/turns/$turn.$task" >>"$WORK/$task"
        done
    done
    TURNS_LEFT_OUT=$((TURNS_LEFT_OUT + taken - wanted))
}

TURNS_LEFT_OUT=0
DISTURBED_PERCENT=15

both() { # LABEL: its task for each server there is
    printf '%s ' ${FLOOR:+"$1.floor"} "$1.agent"
}

compare() { # WHAT LABEL KEY UNIT [OPERATOR TARGET]: a row of agent against floor
    local by
    by=$(ratio "$2" agent "$3" "$2" floor "$3")
    row "$1" "$(show "$(of "$2" floor "$3")" "$4")" "$(show "$(of "$2" agent "$3")" "$4")" "$by" "${5:-}" "${6:-}" "$by"
}

measure_rates() {
    local server label
    for server in ${FLOOR:+floor} agent; do
        # shellcheck disable=SC2086
        "$LOAD" --socket "${SOCKET[$server]}" --fill $LARGE >/dev/null || die "cannot fill $server"
    done
    note "warming up"
    warm "$WARM_SECONDS" get-8
    warm 1 get-connect-8
    warm 1 put-8
    warm 1 get-64k-8
    note "measuring"
    # shellcheck disable=SC2046
    {
        take_turns $(both get-8) $(both put-8) # together: one of the targets compares them
        for label in get-1 get-32 get-connect-8 get-64k-8; do
            take_turns $(both "$label")
        done
    }

    compare "GET 64 B, 8 connections" get-8 rate /s '>=' 0.90
    compare "server CPU for each of them" get-8 server_cpu_us_per_op us '<=' 1.3
    compare "GET 64 B, a connection for each" get-connect-8 rate /s '>=' 0.5
    compare "p99 of GET 64 B, 32 connections" get-32 p99_us us '<=' 1.5
    compare "GET 64 KiB, 8 connections" get-64k-8 rate /s '>=' 0.8
    local own floors
    own=$(ratio put-8 agent rate get-8 agent rate)
    floors=$(ratio put-8 floor rate get-8 floor rate)
    row "PUT / GET of 64 B, 8 connections" "$(show "$floors" x)" "$(show "$own" x)" "$own" '>=' 0.70 "$own"
    compare "PUT 64 B, 8 connections" put-8 rate /s
    compare "GET 64 B, 1 connection" get-1 rate /s
    compare "GET 64 B, 32 connections" get-32 rate /s
}

# Without this number nobody can tell a slow agent from a busy machine.
report_other_work() {
    remark "$(cat "$WORK"/*.* 2>/dev/null | field others_percent | sort -g |
        awk -v out="$TURNS_LEFT_OUT" -v most="$DISTURBED_PERCENT" '
            { v[NR] = $1 < 0 ? 0 : $1; many += $1 >= most }
            END { printf "Other work on the machine took %.0f %% of its CPU time in the median slice, %.0f %% in the worst; " \
                      "more than %d %% in %d of %d; %d turns were left out for that.",
                      v[int((NR + 1) / 2)], v[NR], most, many, NR, out }')"
}

report_system_calls() {
    local server count=2000 cells=("" "") at=0 each listing
    command -v strace >/dev/null || { remark "System calls: strace is not here."; return; }
    note "  system calls"
    for server in floor agent; do
        if [[ -n ${PID[$server]:-} ]] && trace "$server" "$count"; then
            each=$(awk -v n="$count" '$NF == "total" { printf "%.1f", $4 / n }' "$WORK/strace.$server")
            listing=$(awk -v n="$count" '$NF != "total" && $4 / n >= 0.05 { printf "%s%s %.1f", s, $NF, $4 / n; s = ", " }' \
                "$WORK/strace.$server")
            cells[at]=$each
            remark "System calls of a GET, $server: $listing."
        fi
        at=$((at + 1))
    done
    row "system calls for each GET" "${cells[0]:--}" "${cells[1]:--}" "" "" "" ""
}

trace() { # SERVER COUNT: strace's summary of so many GETs on one connection, in WORK/strace.SERVER
    strace -c -f -S calls -p "${PID[$1]}" -o "$WORK/strace.$1" 2>/dev/null &
    local tracer=$! tries=50 done=0
    until grep -q '^TracerPid:[[:space:]]*[1-9]' "/proc/${PID[$1]}/status" 2>/dev/null; do
        if ! kill -0 "$tracer" 2>/dev/null || ((tries-- == 0)); then
            remark "System calls: strace may not attach to $1 (it needs root or ptrace_scope 0)."
            kill "$tracer" 2>/dev/null
            wait "$tracer" 2>/dev/null
            return 1
        fi
        sleep 0.1
    done
    sleep 0.5 # the other threads are attached one after the other
    "$LOAD" --socket "${SOCKET[$1]}" --mode get --names "${NAMES[$1]}" --count "$2" >/dev/null || done=1
    kill -INT "$tracer"
    wait "$tracer" 2>/dev/null
    ((done == 0)) || die "the load generator failed against $1 under strace"
}
