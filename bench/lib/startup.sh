# shellcheck shell=bash
# How long `secmemctl get` takes beside a Java program that does nothing, on the same JVM.

# The options that the launcher gives to its JVM, but for its own class data archive, which hello world cannot use.
launcher_flags() {
    grep -aoE -- '(^|[[:space:]"'\''(=])-X[A-Za-z0-9:+=.-]+' "$DIST/bin/secmemctl" |
        grep -oE -- '-X.*' | grep -vE 'Archive|AOTCache|-Xlog' | awk '!seen[$0]++'
}

run_hello() { "$JAVA" -cp "$WORK" Hello; }
run_hello_with_options() { "$JAVA" "${FLAGS[@]}" -cp "$WORK" Hello; }
run_ctl() { "$DIST/bin/secmemctl" --socket "${SOCKET[agent]}" "$@"; }
run_ctl_get() { run_ctl get k000000; }
run_c_client() { "$LOAD" --socket "${SOCKET[agent]}" --mode get --count 1; }

elapsed() { # COMMAND: prints ms=N
    local begin end
    begin=${EPOCHREALTIME/./}
    "$1" </dev/null >/dev/null 2>&1 || die "failed: $1"
    end=${EPOCHREALTIME/./}
    awk -v t=$((end - begin)) 'BEGIN { printf "ms=%.2f\n", t / 1000 }'
}

# The secret that --fill puts first: its name, then zeros.
first_secret() { printf 'k000000%057d' 0; }

# Without the load generator the command must do it.
put_by_command() {
    local deadline=$((SECONDS + 30))
    launch agent
    until first_secret | run_ctl put k000000 >/dev/null 2>&1; do
        ((SECONDS < deadline)) || die "secmemctl put does not reach the agent"
        sleep 0.2
    done
}

measure_startup() {
    local start command commands=(run_hello run_ctl_get run_hello_with_options)
    if ! command -v "$JAVAC" >/dev/null; then
        remark "Start of a command: $JAVAC is not here, hello world cannot be compiled."
        return
    fi
    if [[ -n $LOAD ]]; then
        commands+=(run_c_client)
    else
        put_by_command
    fi
    note "start of a command"
    printf 'public class Hello { public static void main(String[] a) { System.out.println("hello"); } }\n' >"$WORK/Hello.java"
    "$JAVAC" -d "$WORK" "$WORK/Hello.java" || die "hello world does not compile"
    mapfile -t FLAGS < <(launcher_flags)
    [[ $(run_ctl_get) == "$(first_secret)" ]] || die "secmemctl get does not print the secret that was put"
    for ((start = 0; start < STARTS; start++)); do
        for command in "${commands[@]}"; do
            elapsed "$command" >>"$WORK/start.$command" || exit 1
        done
    done
    local ctl client by
    ctl=$(of start run_ctl_get ms)
    client=$(show "$(of start run_c_client ms)" ms)
    by=$(ratio start run_ctl_get ms start run_hello ms)
    row "secmemctl get / hello world of its JVM" "$client" "$(show "$ctl" ms)" "$by" '<=' 2.5 "$by"
    by=$(ratio start run_ctl_get ms start run_hello_with_options ms)
    row "the same / hello world with its options" "" "$(show "$ctl" ms)" "$by" "" "" ""
    remark "Hello world takes $(show "$(of start run_hello ms)" ms), with secmemctl's options (${FLAGS[*]:-none found}) $(show "$(of start run_hello_with_options ms)" ms)."
}
