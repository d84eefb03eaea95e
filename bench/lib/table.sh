# shellcheck shell=bash
# Collects the rows and remarks, and prints them.

ROWS=() REMARKS=()

# WHAT FLOOR AGENT RATIO OPERATOR TARGET VALUE [UNIT]: VALUE is what the target is compared with; no operator: no target.
row() {
    local ratio='-' target='-' met='-'
    [[ -z $4 ]] || ratio=$(printf '%.3f' "$4")
    if [[ -n ${5:-} ]]; then
        target="$5 $6${8:+ $8}"
        [[ -z $7 ]] || met=$(awk -v v="$7" -v op="$5" -v t="$6" 'BEGIN { print (op == ">=" ? v >= t : v <= t) ? "yes" : "NO" }')
    fi
    ROWS+=("$1"$'\t'"${2:--}"$'\t'"${3:--}"$'\t'"$ratio"$'\t'"$target"$'\t'"$met")
}

remark() { REMARKS+=("$1"); }

show() { # VALUE UNIT
    [[ -z $1 ]] || awk -v v="$1" -v unit="$2" 'BEGIN {
        if (unit == "/s" && v >= 10000) printf "%.1f k/s", v / 1000
        else if (unit == "/s") printf "%.0f /s", v
        else if (unit == "x") printf "%.3f", v
        else printf "%.1f %s", v, unit
    }'
}

conditions() {
    printf '%s, %s CPUs (%s), Linux %s\n' "$(uname -m)" "$(nproc)" \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort -u | head -n 1)" "$(uname -r)"
    printf '%s\n' "$("$JAVA" -version 2>&1 | grep -m 1 version)"
    printf '%s against %s, %s round(s) of %s s in %s slices each, medians; load average at the start %s\n' \
        "${VERSION[agent]:-secmem-agent}" "${PEERS:-${VERSION[floor]:-no floor}}" "$ROUNDS" "$SECONDS_EACH" "$SLICES_PER_ROUND" "$LOAD_AVERAGE"
}

HEADER=$'what\tC floor\tagent\tratio\ttarget\tmet'

as_text() {
    printf '%s\n' "$HEADER" "${ROWS[@]}" | awk -F '\t' '
        { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } }
        END { for (r = 1; r <= NR; r++) {
                  line = ""
                  for (i = 1; i <= 6; i++) line = line sprintf("%s%-" width[i] "s", i > 1 ? " | " : "", cell[r, i])
                  sub(/ +$/, "", line); print line
                  if (r == 1) { gsub(/[^|]/, "-", line); gsub(/[|]/, "+", line); print line } } }'
}

as_markdown() {
    printf '%s\n' "$HEADER" "${ROWS[@]}" | awk -F '\t' '
        { line = "|"; for (i = 1; i <= NF; i++) line = line " " $i " |"; print line
          if (NR == 1) print "|---|---|---|---|---|---|" }'
}

print_table() {
    ((${#ROWS[@]} > 0)) || return 0
    printf '\n'
    conditions
    printf '\n'
    as_text
    printf '\n'
    ((${#REMARKS[@]} == 0)) || printf '%s\n' "${REMARKS[@]}"
    [[ -n $TABLE_FILE ]] || return 0
    {
        conditions | sed 's/$/  /'
        printf '\n'
        as_markdown
        printf '\n'
        ((${#REMARKS[@]} == 0)) || printf -- '- %s\n' "${REMARKS[@]}"
    } >"$TABLE_FILE"
}
