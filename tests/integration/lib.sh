# Shared by the integration scripts: a hub and desks in a temporary folder, and a small vocabulary over them.
# Usage: source lib.sh "$1"      ($1: the folder of the programs)
set -euo pipefail
bin=$(cd "$1" && pwd)
hub=$bin/motcua-hub
agent=$bin/motcua-agent
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
sample=$root/deploy/sample/badinh-2020-9m
catalog=$root/deploy/catalog/badinh-2020
home=$(mktemp -d "${TMPDIR:-/tmp}/motcua-test.XXXXXX")
hub_pid=
hub_port=0
checks=0
export LANG=en_US.UTF-8

cleanup() {
  local code=$?
  trap - EXIT INT TERM
  if [ -n "$hub_pid" ]; then kill -KILL "$hub_pid" 2>/dev/null || true; wait "$hub_pid" 2>/dev/null || true; fi
  if [ "$code" -eq 0 ]; then rm -rf "$home"; else echo "left for a look: $home" >&2; fi
  exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

fail() { echo "FAILED: $*" >&2; exit 1; }
passed() { checks=$((checks + 1)); }
# number NAME < JSON
number() { sed -n "s/.*\"$1\": *\(-\{0,1\}[0-9]*\).*/\1/p" | head -n 1; }

init_hub() { "$hub" init --data "$home/hub" --catalog "$catalog" >/dev/null; }
start_hub() {
  : >"$home/hub.out"
  "$hub" serve --data "$home/hub" --grpc "127.0.0.1:$hub_port" --http 127.0.0.1:0 >"$home/hub.out" 2>>"$home/hub.log" &
  hub_pid=$!
  local i
  for ((i = 0; i < 400; ++i)); do
    if grep -q '^ready ' "$home/hub.out"; then
      hub_port=$(sed -n 's/^ready grpc=[^ ]*:\([0-9]*\) .*/\1/p' "$home/hub.out")
      return 0
    fi
    kill -0 "$hub_pid" 2>/dev/null || break
    sleep 0.05
  done
  cat "$home/hub.log" >&2
  fail "the hub did not start"
}
kill_hub() { kill -KILL "$hub_pid" 2>/dev/null || true; wait "$hub_pid" 2>/dev/null || true; hub_pid=; }
# Asks the hub to drain; it must end with 0.
stop_hub() { kill -TERM "$hub_pid"; local code=0; wait "$hub_pid" || code=$?; hub_pid=; [ "$code" -eq 0 ] || fail "the hub ended with $code after SIGTERM"; }

token() { "$hub" token create --data "$home/hub" --unit "$1" "${@:2}" | tail -n 1; }
# enroll NAME UNIT [token options]
enroll() { "$agent" enroll --data "$home/$1" --hub "127.0.0.1:$hub_port" --token "$(token "$2" "${@:3}")" --name "$1" >/dev/null; }
on() { local name=$1 command=$2; shift 2; "$agent" "$command" --data "$home/$name" "$@"; }
# The same in the background with its own process id in $pid: a function in the background is a shell whose death
# the program would survive.
start_on() { local name=$1 command=$2; shift 2; "$agent" "$command" --data "$home/$name" "$@" >"$home/background.out" 2>&1 & pid=$!; }
at_hub() { "$hub" "$@" --data "$home/hub"; }
sync_until_done() {
  local name=$1 i
  for ((i = 0; i < 5; ++i)); do on "$name" sync >/dev/null 2>>"$home/sync.log" && return 0; done
  fail "$name does not get through: $(tail -n 3 "$home/sync.log")"
}
waiting() { on "$1" status --json | number waiting; }

# expect CODE "part of the sentence" command...: exit code and what stderr (or stdout) must contain.
expect() {
  local code=$1 part=$2 got=0
  shift 2
  "$@" >"$home/expect.out" 2>"$home/expect.err" || got=$?
  [ "$got" -eq "$code" ] || fail "exit $got instead of $code: $* -- $(cat "$home/expect.out" "$home/expect.err")"
  grep -qF -- "$part" "$home/expect.out" "$home/expect.err" || fail "\"$part\" is not said by: $* -- $(cat "$home/expect.out" "$home/expect.err")"
  passed
}

# expect_figure FILE.csv ROW COLUMN VALUE WHAT: what a report in CSV prints there.
expect_figure() {
  local line
  line=$(grep -F -- "$2,$3," "$1" | grep "^$2,$3," | head -n 1) || fail "$5: no row $2, column $3"
  line=${line#"$2,$3,"}
  [ "${line%%,*}" = "$4" ] || fail "$5: row $2, column $3 prints \"${line%%,*}\" instead of \"$4\""
  passed
}
