# shellcheck shell=bash
# How long `secmemctl get` takes beside a Java program that does nothing, on the same JVM.

# What the launcher gives to its JVM, one a line, asked from the launcher itself: it is given a JVM that only prints it.
# Kept beside the programs, where files may be executed.
launcher_arguments() {
    local recorder=$BENCH/out/recorder
    mkdir -p "$recorder/bin" || die "cannot make $recorder"
    cat >"$recorder/bin/java" <<TEXT
#!/bin/sh
[ "\$1" != -version ] || exec $(printf %q "$(command -v "$JAVA")") -version
printf '%s\n' "\$@"
TEXT
    chmod +x "$recorder/bin/java"
    JAVA_HOME=$recorder "$DIST/bin/secmemctl" --help 2>/dev/null
}

# Its class archive fits its own class path only, so hello world cannot have it.
archive_options() { grep -E '^-XX:(SharedArchiveFile|AOTCache)='; }
other_options() { grep -E '^-X' | grep -vE '^-XX:(SharedArchiveFile|AOTCache)='; }

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
    launcher_arguments >"$WORK/arguments"
    mapfile -t FLAGS < <(other_options <"$WORK/arguments")
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
    remark "secmemctl runs $(archive_options <"$WORK/arguments" | grep -q . && echo with || echo without) a class archive of its own."
    remark "Hello world takes $(show "$(of start run_hello ms)" ms), with secmemctl's options (${FLAGS[*]:-none found}) $(show "$(of start run_hello_with_options ms)" ms)."
}
