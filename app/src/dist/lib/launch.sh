# Starts the programs; sourced, with secmem_home and secmem_program set. Every variable is prefixed:
# one that the caller exported must stay as it is for 'secmem-agent -- COMMAND'.

# Only make-archives sets these to anything else: to make an archive, from a run of all commands.
secmem_archive_option=
secmem_ctl_main=dev.secmem.app.ctl.CtlMain

# The exit code of this script's own failures.
secmem_failure=1

secmem_fail() {
  printf '%s: %s\n' "$secmem_program" "$1" >&2
  exit "$secmem_failure"
}

# Sets secmem_command to the first word that is no option, as secmemctl itself finds its command.
secmem_find_command() {
  secmem_command=
  while [ $# -gt 0 ]; do
    case $1 in
    --socket | --agent-uid) [ $# -lt 2 ] || shift ;;
    -*) ;;
    *)
      secmem_command=$1
      return
      ;;
    esac
    shift
  done
}

# Sets secmem_fds to the descriptors of the caller. The one through which the shell reads its script
# is closed when it becomes java; the one that lists the folder is closed before it is looked at.
secmem_find_descriptors() {
  secmem_fds=
  for secmem_fd in /proc/self/fd/*; do
    if [ -h "$secmem_fd" ] && ! [ "$secmem_fd" -ef "$secmem_self" ]; then
      secmem_fds=$secmem_fds${secmem_fds:+,}${secmem_fd##*/}
    fi
  done
}

# Sets secmem_java to the program and secmem_java_home to where it is installed.
secmem_find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    secmem_java=$JAVA_HOME/bin/java
    secmem_java_home=$JAVA_HOME
    [ -x "$secmem_java" ] ||
      secmem_fail "JAVA_HOME is $JAVA_HOME, where there is no bin/java; set it to a JDK or JRE of version 17 or newer, or unset it"
    return
  fi
  secmem_rest=${PATH:-}:
  while [ -n "$secmem_rest" ]; do
    secmem_java=${secmem_rest%%:*}
    secmem_java=${secmem_java:-.}/java
    secmem_rest=${secmem_rest#*:}
    if [ -f "$secmem_java" ] && [ -x "$secmem_java" ]; then
      secmem_java_home=$secmem_java
      [ -L "$secmem_java" ] && secmem_java_home=$(readlink -f -- "$secmem_java")
      secmem_java_home=${secmem_java_home%/bin/java}
      return
    fi
  done
  secmem_fail "no java in PATH, and JAVA_HOME is not set; install a JDK or JRE of version 17 or newer"
}

# Sets secmem_java_version to the number before the first dot. The file tells it without the 40 ms
# of a JVM; an installation without the file is asked.
secmem_read_version() {
  secmem_java_version=
  if [ -r "$secmem_java_home/release" ]; then
    while read -r secmem_line; do
      case $secmem_line in
      JAVA_VERSION=*)
        secmem_java_version=${secmem_line#*\"}
        break
        ;;
      esac
    done <"$secmem_java_home/release"
  fi
  if [ -z "$secmem_java_version" ]; then
    secmem_line=$("$secmem_java" -version 2>&1) ||
      secmem_fail "$secmem_java cannot be started: $secmem_line"
    secmem_java_version=${secmem_line#*version \"}
  fi
  secmem_java_version=${secmem_java_version%%[!0-9]*}
  [ "${secmem_java_version:-0}" -ge 17 ] ||
    secmem_fail "$secmem_java is older than version 17; set JAVA_HOME to a JDK or JRE of version 17 or newer"
}

# Becomes java, with what both programs need and then the given arguments.
secmem_start() {
  # Classes and, where the JDK can, compiled code from the archive that was made with this version.
  # The JVM itself checks that it fits, and goes on without it if not.
  secmem_archive=$secmem_home/lib/archive/$secmem_program-$secmem_java_version
  if [ -n "$secmem_archive_option" ]; then
    set -- "$secmem_archive_option" "$@"
  elif [ -f "$secmem_archive.aot" ]; then
    set -- "-XX:AOTCache=$secmem_archive.aot" "$@"
  elif [ -f "$secmem_archive.jsa" ]; then
    set -- "-XX:SharedArchiveFile=$secmem_archive.jsa" "$@"
  fi
  if [ "$secmem_java_version" -ge 22 ]; then
    set -- "--enable-native-access=$secmem_native_modules" "$@"
  fi
  # A standard descriptor that the caller closed would come to mean a file of the JVM's. In its place
  # one that fails as a closed one does: an input that cannot be read, outputs that cannot be written.
  if [ -d /proc/self/fd ]; then
    [ -e /proc/self/fd/0 ] || exec 0>/dev/null
    [ -e /proc/self/fd/1 ] || exec 1</dev/null
    [ -e /proc/self/fd/2 ] || exec 2</dev/null
  fi
  # No file of the JVM's own is written: no counters, no crash reports, no libraries in /tmp.
  # Nobody may attach. The two options about dumps keep it from opening a file in /proc to write.
  # No word of the JVM's log, which would go to standard output: an archive that does not fit is no
  # matter; a JVM that cannot start says so all the same.
  exec "$secmem_java" -Xlog:disable -XX:-UsePerfData \
    -XX:+DisableAttachMechanism -XX:-CreateCoredumpOnCrash -XX:ErrorFile=/dev/null \
    -XX:+UnlockDiagnosticVMOptions -XX:-DumpPrivateMappingsInCore -XX:-DumpSharedMappingsInCore \
    -Xss512k "-Djffi.boot.library.path=$secmem_home/lib/native" "$@"
}

# What 'secmemctl exec' gives back to its command, and this shell or the JVM would change: the
# descriptors, the signals that are ignored, and the environment byte for byte, of which a shell
# cannot hold every name and sets some itself.
secmem_remember_caller() {
  secmem_find_descriptors
  secmem_ignored=
  while read -r secmem_key secmem_value; do
    case $secmem_key in
    SigIgn:)
      secmem_ignored=$secmem_value
      break
      ;;
    esac
  done </proc/self/status
  # In pieces: a variable may have 128 KiB.
  secmem_environ=$(base64 -w 98304 "/proc/$$/environ") ||
    secmem_fail "exec needs base64 and /proc to keep the environment as it is"
  secmem_pieces=0
  unset IFS
  for secmem_piece in $secmem_environ; do
    export "SECMEM_ENVIRON_$secmem_pieces=$secmem_piece"
    secmem_pieces=$((secmem_pieces + 1))
  done
}

secmem_run_ctl() {
  # On the class path: resolving modules would cost 40 ms. The transport's jar comes first: looking
  # up the plugin then opens no other jar.
  secmem_path=
  for secmem_jar in "$secmem_home"/lib/providers/uds/*.jar "$secmem_home"/lib/core/*.jar; do
    secmem_path=$secmem_path${secmem_path:+:}$secmem_jar
  done
  # Only 'init' computes anything itself. Their jars would cost every other command 25 ms.
  for secmem_word in "$@"; do
    [ "$secmem_word" = init ] || continue
    for secmem_jar in "$secmem_home"/lib/providers/openssl/*.jar "$secmem_home"/lib/providers/bc/*.jar; do
      [ ! -f "$secmem_jar" ] || secmem_path=$secmem_path:$secmem_jar
    done
    break
  done
  if [ "$secmem_command" = exec ]; then
    secmem_remember_caller
  else
    # A core dump of this process could hold a value.
    ulimit -c 0 2>/dev/null || :
  fi
  unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
  # File names and messages in UTF-8, whatever the locale.
  export LC_ALL=C.UTF-8
  secmem_native_modules=ALL-UNNAMED
  # Compiled late: what runs for 50 ms loses more by compiling than it gains.
  set -- -Xms8m -Xmx512m -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=10 \
    -XX:-MaxFDLimit -cp "$secmem_path" "$secmem_ctl_main" "$@"
  [ "$secmem_command" != exec ] ||
    set -- "-Dsecmem.fds=$secmem_fds" "-Dsecmem.environ=$secmem_pieces" \
      "-Dsecmem.sigign=$secmem_ignored" "$@"
  if [ "$secmem_java_version" -lt 22 ]; then
    # Older JVMs take the archive's ready-made objects with this collector only; and moving the
    # archive to a random address costs what it saves.
    secmem_start -XX:+UseG1GC -XX:ArchiveRelocationMode=0 "$@"
  else
    secmem_start -XX:+UseSerialGC "$@"
  fi
}

secmem_run_agent() {
  # The JVM must not see these; COMMAND must (CallerEnvironment puts them back). One whose saved form
  # is absent was not set.
  for secmem_name in JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS \
    LC_ALL MALLOC_PERTURB_ MALLOC_ARENA_MAX MALLOC_MMAP_THRESHOLD_; do
    unset "SECMEM_SAVED_$secmem_name"
    eval "[ -z \"\${$secmem_name+set}\" ] || export SECMEM_SAVED_$secmem_name=\"\$$secmem_name\""
    unset "$secmem_name"
  done
  # Paths in UTF-8, whatever the locale: a JVM in another one cannot name every file.
  export LC_ALL=C.UTF-8
  # Memory that native code gives back is overwritten: remnants of a cipher's registers lie there.
  export MALLOC_PERTURB_=85
  # What the JIT compiler gives back goes back to the kernel: 25 MiB less stay resident.
  export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=16384

  # COMMAND gets these and none that the JVM opens.
  secmem_find_descriptors

  secmem_machine=$(uname -m) || exit 1
  [ -d "$secmem_home/lib/native/$secmem_machine-Linux" ] ||
    secmem_fail "there are no native libraries for $secmem_machine in $secmem_home/lib/native"

  # On the class path: of the jars that nobody asks for, the JVM then reads the lists of contents only.
  # As modules they would all be resolved, which touches 10 MiB of heap more.
  secmem_path=
  for secmem_jar in "$secmem_home"/lib/core/*.jar "$secmem_home"/lib/providers/*/*.jar; do
    secmem_path=$secmem_path${secmem_path:+:}$secmem_jar
  done

  # Of a fixed size, so that it never has to be asked for: a JVM that cannot have more ends. What is
  # not touched takes no memory; LOCK with a passphrase touches 64 MiB and more (Argon2id).
  # A full collection leaves the oldest objects where they are: the arrays of cipher bc would leave a
  # copy behind if they moved during a call. 1 % of the heap may lie dead among them for that.
  secmem_heap=${SECMEM_HEAP:-160m}
  case ${secmem_heap%[mMgG]} in
  '' | *[!0-9]*) secmem_fail "SECMEM_HEAP is '$secmem_heap'; write a size such as 64m or 1g" ;;
  esac

  # In the sandbox a crashing JVM cannot open ErrorFile, and would write its report, with registers and
  # memory, to standard output instead. It is to end without a word.
  secmem_native_modules=ALL-UNNAMED
  set -- -XX:+SuppressFatalErrorMessage \
    -XX:+UseSerialGC "-Xms$secmem_heap" "-Xmx$secmem_heap" -Xmn3m \
    -XX:MarkSweepAlwaysCompactCount=1000000 -XX:MarkSweepDeadRatio=1 -XX:-MaxFDLimit \
    "-Dsecmem.home=$secmem_home" "-Dsecmem.fds=$secmem_fds" \
    -cp "$secmem_path" dev.secmem.app.agent.AgentMain "$@"
  # A service starts once and stays: 100 ms sooner is not worth the JDK's own class archive, which
  # older JVMs keep resident as a whole, 12 MiB.
  [ "$secmem_java_version" -ge 22 ] || set -- -Xshare:off "$@"
  secmem_start "$@"
}

case $secmem_home in
*:*) secmem_fail "the path $secmem_home holds a ':', which separates paths; move secmem elsewhere" ;;
esac
secmem_command=
if [ "$secmem_program" = secmemctl ]; then
  secmem_find_command "$@"
  # As env(1) does, which tells its own failures from the command's.
  [ "$secmem_command" != exec ] || secmem_failure=125
fi
secmem_find_java
secmem_read_version
