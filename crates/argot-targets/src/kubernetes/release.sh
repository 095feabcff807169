#!/bin/sh
# Releases the suspended Jobs of a run when their turn comes. $1 is the graph of the run: a node a line, its id
# the number of the line; a line speaks of earlier ones only.
#   open PARENT NEEDS WHEN             a group begins: its gate
#   job PARENT NEEDS WHEN LIMITS NAME  a Job
#   close GATE MEMBERS                 a group has ended; a member with ~ is waited for, its failure does not count
#   own KIND NAME                      at the end, not a node: an object that belongs to the run
# NEEDS: v1,o2,s3, what has to have Succeeded, Succeeded or been Skipped, ended. WHEN: a condition on the states of
# nodes in postfix, 1=SK,2=F,!,&. LIMITS: 3:5, no more than 5 of the Jobs that name the limit of gate 3 run at once.
# States: w waits, r runs; S Succeeded, F Failed, K Skipped, O Omitted are ends.
#
# All that is to be kept is in the Jobs. So this may be killed at any point and started again.
# Ends with 0 if the run has succeeded, with 3 if it has failed, with 2 if it cannot be run as it is, with 4 if for
# ten minutes (ARGOT_PATIENCE, in seconds) the cluster has not answered, or has not let a Job be released.
#
# Lists are words with blanks between, and variables with an id in their names are set by eval. An id is a line number
# that was counted here, or a number that was checked. No text of the cluster is ever a part of what eval reads.
# So for the whole file:
# shellcheck disable=SC2016,SC2034,SC2086,SC2154,SC2317,SC2329
set -uf
LC_ALL=C
nl='
'
blank=" $nl"
IFS=$blank
graph=${1:-/argot/run/graph}
poll=${ARGOT_POLL:-3}
patience=${ARGOT_PATIENCE:-600}
line=0
trap 'exit 143' TERM INT

broken() {
    printf '%s\n' "$graph, line $line: $*" >&2
    exit 2
}

# swap TEXT FROM TO: sets `swapped` to the text with TO for each character FROM.
swap() {
    to=$3 IFS=$2
    set -- $1
    IFS=$to
    swapped=$*
    IFS=$blank
}

# list TEXT: sets `swapped` to the words of a comma list, `-` has none.
list() {
    case $1 in
        -) swapped= ;;
        '' | ,* | *, | *,,*) broken "\`$1\` is not a list" ;;
        *) swap "$1" , ' ' ;;
    esac
}

# number TEXT: a whole number from 1.
number() {
    case $1 in
        '' | 0* | *[!0-9]* | ??????????*) broken "\`$1\` is not a number" ;;
    esac
}

# earlier ID [KIND]: a node above this line.
earlier() {
    number "$1"
    [ "$1" -lt "$line" ] || broken "$1 is not above this line"
    eval "[ \"\${2-\$kind_$1}\" = \"\$kind_$1\" ]" || broken "$1 is not of the kind \`$2\`"
}

# start PARENT NEEDS WHEN: checks and keeps what says when a node begins.
start() {
    if [ "$line" = 1 ]; then
        [ "$kind $*" = 'open - - -' ] || broken "the first line is the run's gate, \`open - - -\`"
    else
        earlier "$1" open
    fi
    list "$2"
    eval "parent_$line=$1 needs_$line=\$swapped"
    for need in $swapped; do
        case $need in
            [vos]*) earlier "${need#?}" ;;
            *) broken "\`$need\` is not a need" ;;
        esac
    done
    list "$3"
    eval "when_$line=\$swapped"
    stack=
    for token in $swapped; do
        case $token:$stack in
            *=*:*)
                earlier "${token%%=*}"
                case ${token#*=} in
                    '' | *[!SFKO]*) broken "\`$token\` names no ends" ;;
                esac
                stack=x$stack
                ;;
            '!:x'*) ;;
            '&:xx'* | '|:xx'*) stack=${stack#x} ;;
            *) broken "\`$3\` is not a condition" ;;
        esac
    done
    case $stack in
        xx*) broken "\`$3\` is not a condition" ;;
    esac
}

# Reads the graph into kind_ID, parent_ID, needs_ID, when_ID, limits_ID, name_ID, gate_ID, members_ID.
read_graph() {
    nodes='' jobs='' owned='' limited=''
    while IFS=' ' read -r kind a b c d e more || [ -n "$kind" ]; do
        line=$((line + 1))
        [ "$kind" = own ] || [ -z "$owned" ] || broken "a node stands below what is owned"
        case $kind:${a:+x}${b:+x}${c:+x}${d:+x}${e:+x}${more:+x} in
            open:xxx) ;;
            job:xxxxx) ;;
            close:xx | own:xx) [ "$line" != 1 ] || broken "the first line is the run's gate, \`open - - -\`" ;;
            *) broken "\`$kind\` is unknown, or has not as many words" ;;
        esac
        eval "kind_$line=\$kind state_$line=w adopted_$line="
        case $kind in
            open) start "$a" "$b" "$c" ;;
            job)
                start "$a" "$b" "$c"
                case $e in
                    -* | *- | *[!a-z0-9-]*) broken "\`$e\` is not the name of a Job" ;;
                esac
                swap "$e" - _
                eval "[ -z \"\${id_$swapped-}\" ]" || broken "there are two Jobs \`$e\`"
                eval "id_$swapped=$line name_$line=\$e object_$line=job/\$e seen_$line="
                list "$d"
                eval "limits_$line=\$swapped"
                for limit in $swapped; do
                    case $limit in *:*) ;; *) broken "\`$limit\` is not a limit" ;; esac
                    earlier "${limit%%:*}" open
                    number "${limit#*:}"
                    limited="$limited ${limit%%:*}"
                done
                jobs="$jobs $line"
                ;;
            close)
                earlier "$a" open
                list "$b"
                eval "gate_$line=$a members_$line=\$swapped"
                for member in $swapped; do
                    earlier "${member%\~}"
                done
                ;;
            own)
                case $a:$b in
                    -* | *:-* | *[!a-z]*:* | *:*[!a-z0-9.-]*) broken "\`$a $b\` is not an object" ;;
                esac
                eval "object_$line=\$a/\$b"
                owned="$owned $line"
                continue
                ;;
        esac
        nodes="$nodes $line" last=$line
    done <"$graph"
    line=${last:-0}
    eval "gate=\${gate_$line-}"
    [ "$gate" = 1 ] || broken "the last node is the end of the run's gate, \`close 1 ...\`"
}

# begin: sets `state` to S if the parts in `parent`, `needs` and `when` let a node begin, to w, O or K if they do not.
begin() {
    state=S
    [ "$parent" = - ] || eval "state=\$state_$parent"
    case $state in
        w) return ;;
        [FKO]) state=O && return ;;
    esac
    for need in $needs; do
        eval "is=\$state_${need#?}"
        case $need:$is in
            *:[wr]) state=w && return ;;
            v*:S | o*:[SK] | s*) ;;
            *) state=O ;;
        esac
    done
    [ $state = S ] || return 0
    stack=
    for token in $when; do
        case $token:$stack in
            *=*)
                eval "is=\$state_${token%%=*}"
                case $is:${token#*=} in
                    [wr]:*) state=w && return ;;
                    S:*S* | F:*F* | K:*K* | O:*O*) stack=1$stack ;;
                    *) stack=0$stack ;;
                esac
                ;;
            '!:1'*) stack=0${stack#?} ;;
            '!:0'*) stack=1${stack#?} ;;
            '&:11'* | '|:00'*) stack=${stack#?} ;;
            '&:'*) stack=0${stack#??} ;;
            *) stack=1${stack#??} ;;
        esac
    done
    [ "${stack:-1}" = 1 ] || state=K
}

# count ID: the Job takes part in its limits.
count() {
    for limit in $limits; do
        eval "busy_${limit%%:*}=\$((busy_${limit%%:*} + 1))"
    done
}

# evaluate: works out the states. Sets `ask` to the Jobs to look at, and `ready` to those to release.
evaluate() {
    ask='' ready='' free='' left=''
    for gate in $limited; do
        eval "busy_$gate=0"
    done
    for id in $nodes; do
        eval "kind=\$kind_$id"
        case $kind in
            close)
                eval "gate=\$gate_$id members=\$members_$id"
                eval "state=\$state_$gate"
                if [ $state = S ]; then
                    for member in $members; do
                        eval "is=\$state_${member%\~}"
                        case $member:$is in
                            *:[wr]) state=w && break ;;
                            *\~:*) ;;
                            *:F) state=F ;;
                        esac
                    done
                fi
                ;;
            *)
                eval "parent=\$parent_$id needs=\$needs_$id when=\$when_$id"
                begin
                ;;
        esac
        if [ "$kind:$state" = job:S ]; then
            eval "seen=\$seen_$id limits=\$limits_$id"
            case $seen in
                [SF]) state=$seen ;;
                waiting) state=w free="$free $id" ;;
                missing) state=w ask="$ask $id" ;;
                running) state=r ask="$ask $id" && count ;;
                *) state=w ask="$ask $id" && count ;; # Perhaps it runs.
            esac
        fi
        eval "state_$id=$state"
        case $state in
            [wr]) left="$left $id" ;;
            *) [ "$kind" != job ] || tell "$id" ;;
        esac
    done
    nodes=$left
    for id in $free; do
        eval "limits=\$limits_$id"
        for limit in $limits; do
            eval "[ \$busy_${limit%%:*} -lt ${limit#*:} ]" || continue 2
        done
        count
        ready="$ready $id"
    done
}

# tell ID: says how the node has ended.
tell() {
    eval "name=\$name_$1 is=\$state_$1"
    case $is in
        S) echo "$name Succeeded" ;;
        F) echo "$name Failed" ;;
        K) echo "$name Skipped" ;;
        O) echo "$name Omitted" ;;
    esac
}

# by SIZE COMMAND ID...: calls the command with so many ids at once. kubectl asks for each name by itself, and
# slows down after ten requests.
by() {
    size=$1 command=$2 batch='' filled=0
    shift 2
    for each; do
        batch="$batch $each" filled=$((filled + 1))
        if [ $filled = "$size" ]; then
            $command $batch
            batch='' filled=0
        fi
    done
    [ $filled = 0 ] || $command $batch
}

# ask VERB WORD...: kubectl, with a time limit for each request. With any flag of that kind kubectl no longer finds the
# pod's account by itself: KUBECONFIG names its files, and the server stands in the environment.
ask() {
    kubectl --server="$server" --namespace="$ARGOT_NAMESPACE" --request-timeout=30s "$@"
}

# refused WHAT ID...: kubectl has not looked at these Jobs, or has not released them. Ends the script where that has
# been so for too long.
refused() {
    what=$1 time=$(date +%s)
    shift
    for id; do
        eval "since=\${${what}_$id:=$time} name=\$name_$id"
        if [ $((time - since)) -ge "$patience" ]; then
            echo "$name could not be $what for $((time - since)) seconds: the releaser gives up" >&2
            exit 4
        fi
    done
}

# What kubectl says of a Job, in a line: its name, how it is, and whether the run owns it. All words but the name
# stand in here, so that no text in a Job can become another word or another line.
template='{{define "job"}}{{$is := "running"}}{{$owner := "none"}}
{{- if .spec.suspend}}{{range $key, $value := .spec.template.metadata.annotations}}
{{- if eq $key "argot.dev/state"}}{{if eq $value "waiting"}}{{$is = "waiting"}}{{end}}{{end}}
{{- end}}{{end}}
{{- range .status.conditions}}{{if eq .status "True"}}
{{- if eq .type "Failed"}}{{$is = "failed"}}{{else if eq .type "Complete"}}{{$is = "complete"}}{{end}}
{{- end}}{{end}}
{{- range .metadata.ownerReferences}}{{if eq .uid "'${ARGOT_UID:-}'"}}{{$owner = "run"}}{{end}}{{end}}
{{- .metadata.name}} {{$is}} {{$owner}}{{"\n"}}{{end}}
{{- if eq .kind "List"}}{{range .items}}{{template "job" .}}{{end}}{{else}}{{template "job" .}}{{end}}'

# rows NAME IS OWNER...: sets `now` and `owner` of the Jobs in `asked`. Fails where a row is of another Job, the second
# of one, or not of those words.
rows() {
    while [ $# != 0 ]; do
        case ${2-}:${3-} in
            waiting:run | running:run | failed:run | complete:run) ;;
            waiting:none | running:none | failed:none | complete:none) ;;
            *) return 1 ;;
        esac
        found=
        for id in $asked; do
            eval "[ \"\$1:missing\" = \"\$name_$id:\$now_$id\" ]" || continue
            eval "now_$id=\$2 owner_$id=\$3"
            found=yes
        done
        [ -n "$found" ] || return 1
        shift 3
    done
}

# look ID...: sets `seen` of the Jobs. An answer that is not whole decides nothing.
look() {
    asked=$* names=''
    for id; do
        eval "names=\"\$names \$name_$id\" now_$id=missing owner_$id=none"
    done
    answer=$(ask get jobs.batch $names --ignore-not-found -o go-template="$template") || {
        refused read "$@"
        return 0
    }
    rows $answer || {
        echo "an answer of kubectl is not understood, and decides nothing" >&2
        refused read "$@"
        return 0
    }
    for id; do
        eval "now=\$now_$id owner=\$owner_$id seen=\$seen_$id name=\$name_$id read_$id="
        [ $now = waiting ] || eval "released_$id="
        case $now in
            complete) now=S news=yes ;;
            failed) now=F news=yes ;;
        esac
        [ "$owner" = none ] || eval "adopted_$id=yes"
        case $now:$seen in
            missing:missing)
                eval "[ \$missed_$id -gt $naps ]" || {
                    echo "$name is missing, and counts as Failed"
                    now=F news=yes
                }
                ;;
            missing:*)
                echo "$name is missing"
                eval "missed_$id=\$((naps + absence))"
                ;;
            running:running) ;;
            running:*) echo "$name runs" ;;
        esac
        eval "seen_$id=\$now"
    done
}

# What a patch says. The server makes the tests and the change at once, so that no Job is ever released twice.
annotation=/spec/template/metadata/annotations/argot.dev~1state
waits='{"op":"test","path":"/spec/suspend","value":true},{"op":"test","path":"'$annotation'","value":"waiting"}'
frees='{"op":"replace","path":"/spec/suspend","value":false},{"op":"replace","path":"'$annotation'","value":"released"}'
owns='{"op":"add","path":"/metadata/ownerReferences","value":[{"apiVersion":"batch/v1","kind":"Job","name":"'
owns=$owns${ARGOT_JOB:-}'","uid":"'${ARGOT_UID:-}'"}]}'

# release ID...: lets the Jobs run. Where the answer is bad, the next look shows which of them do.
release() {
    names=''
    for id; do
        eval "names=\"\$names \$name_$id\" seen_$id="
    done
    ask patch jobs.batch $names --type=json -p "[$waits,$frees]" >/dev/null || {
        refused released "$@"
        return 0
    }
    for id; do
        eval "seen_$id=running released_$id= name=\$name_$id"
        echo "released $name"
    done
}

# adopt ID...: makes the run's own Job the owner of the objects. Where a cluster lets only those do so who may delete
# them, the run goes on without.
adopt() {
    names=''
    for id; do
        eval "names=\"\$names \$object_$id\""
    done
    if ask patch $names --type=json -p "[$owns]" >/dev/null; then
        for id; do
            eval "adopted_$id=yes"
        done
    elif [ $# != 1 ]; then
        for id; do
            adopt "$id"
        done
    fi
}

# orphans MOST ID...: sets `orphans` to the first that are not adopted, and `later` to the ids behind them.
orphans() {
    orphans='' most=$1
    shift
    while [ $# != 0 ] && [ "$most" != 0 ]; do
        eval "[ -n \"\$adopted_$1\" ]" || orphans="$orphans $1" most=$((most - 1))
        shift
    done
    later=$*
}

nap() {
    naps=$((naps + 1))
    [ "$poll" = 0 ] || sleep "$poll"
}

case $poll in
    '' | *[!0-9]* | ????*) broken "ARGOT_POLL is not a number of seconds" ;;
    0) absence=40 ;;
    *) absence=$((120 / poll + 1)) ;;
esac
case $patience in
    '' | *[!0-9]* | ??????*) broken "ARGOT_PATIENCE is not a number of seconds" ;;
esac
case ${ARGOT_JOB:-.}:${ARGOT_UID:-.} in
    .:* | *:. | *[!a-z0-9.-]*:* | *:*[!a-z0-9-]*) broken "ARGOT_JOB and ARGOT_UID do not name the run's own Job" ;;
esac
case ${ARGOT_NAMESPACE:-.} in
    *[!a-z0-9-]*) broken "ARGOT_NAMESPACE does not name the run's namespace" ;;
esac
case ${KUBERNETES_SERVICE_HOST:-}:${KUBERNETES_SERVICE_PORT:-} in
    :* | *:) broken "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT do not name the server" ;;
    *:*:*) server=https://[$KUBERNETES_SERVICE_HOST]:$KUBERNETES_SERVICE_PORT ;;
    *) server=https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT ;;
esac
[ -r "$graph" ] || broken "the file cannot be read"
read_graph

# The run. Adopting is done where there is nothing else to do.
naps=0 news=yes later="$owned $jobs"
evaluate
while [ -n "$nodes" ]; do
    by 5 release $ready
    if [ -z "$news" ]; then
        orphans 5 $later
        [ -z "$orphans" ] || adopt $orphans
        nap
    fi
    news=''
    by 10 look $ask
    evaluate
done

# The run has ended: what is not adopted yet is tried three times more.
for try in 1 2 3; do
    orphans -1 $owned $jobs
    [ -n "$orphans" ] || break
    [ $try = 1 ] || nap
    by 5 adopt $orphans
done
orphans -1 $owned $jobs
for id in $orphans; do
    eval "echo \"\$object_$id has no owner: it is to be deleted by hand\""
done

eval "state=\$state_$last"
if [ "$state" = S ]; then
    echo "the run has Succeeded"
    exit 0
fi
echo "the run has Failed"
exit 3
