#!/bin/sh
# Starts a program, and fails where it ends well without its outputs.
#   outputs.sh TEST NAME ... -- PROGRAM ARGUMENT ...
# TEST: -f for an output that is a file, -e for one that is a file or a folder, -b for a bool: a file that says true or
# false in the way of any language, and is made to say it in ours.
# Signals reach the program, and its status is that of the script. Its own variables begin with `argot_`.
argot_child='' argot_signals='' argot_code='' argot_outputs=''

# shellcheck disable=SC2317,SC2329
argot_pass() {
    argot_signals="$argot_signals $1"
    [ -z "$argot_child" ] || kill -s "$1" "$argot_child" 2>/dev/null
}
for argot_signal in HUP INT QUIT TERM USR1 USR2; do
    # shellcheck disable=SC2064
    trap "argot_pass $argot_signal" "$argot_signal"
done

while [ "$1" != -- ]; do
    argot_outputs="$argot_outputs $1 $2"
    shift 2
done
shift
# What runs in the background has another standard input.
exec 3<&0
"$@" <&3 3<&- &
# At once, so that no signal comes between: each before is passed on here, each after by the trap.
argot_early=$argot_signals argot_child=$!
exec 3<&-
for argot_signal in $argot_early; do
    kill -s "$argot_signal" "$argot_child" 2>/dev/null
done

# A signal ends `wait`, too, and then the program may still run. It does not where it cannot be waited for again.
while :; do
    argot_signals=''
    wait "$argot_child"
    argot_status=$?
    [ "$argot_status:$argot_code" = 127: ] || [ "$argot_status" != 127 ] || break
    argot_code=$argot_status
    [ -n "$argot_signals" ] || break
done
[ "$argot_code" = 0 ] || exit "$argot_code"

# Reads what the file $1 says, and writes it in our way.
argot_bool() {
    argot_text=$(cat "$1" && echo x)
    argot_text=${argot_text%x}
    while :; do
        case $argot_text in
            [[:space:]]*) argot_text=${argot_text#?} ;;
            *[[:space:]]) argot_text=${argot_text%?} ;;
            *) break ;;
        esac
    done
    case $argot_text in
        [Tt][Rr][Uu][Ee] | 1) printf true >"$1" ;;
        [Ff][Aa][Ll][Ss][Ee] | 0) printf false >"$1" ;;
        *)
            echo "argot: $1 is a bool, and says neither true nor false" >&2
            argot_code=1
            ;;
    esac
}

# shellcheck disable=SC2086
set -- $argot_outputs
while [ $# != 0 ]; do
    case $1 in
        -e) [ -e "/argot/outputs/$2" ] ;;
        *) [ -f "/argot/outputs/$2" ] ;;
    esac || {
        echo "argot: there is no file /argot/outputs/$2: the step has ended well, but has not written it" >&2
        argot_code=1
        shift 2
        continue
    }
    [ "$1" != -b ] || argot_bool "/argot/outputs/$2" || argot_code=1
    shift 2
done
exit "$argot_code"
