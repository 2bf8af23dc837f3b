# What every command does first: speak in plain sentences, never ask, end with one sentence on failure.
# Sourced by scripts/start, scripts/test and scripts/check from the project's root folder.

export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
exec </dev/null

home=$PWD/.beep
logs=$home/log
tools=$home/tools
stamps=$home/stamps
bun=$PWD/node_modules/.bin/bun
mkdir -p "$logs" "$tools/bin" "$stamps"
export PATH=$tools/bin:$PATH

say() { printf '%s\n' "$*"; }

# fail SENTENCE — the last thing anybody reads, so it says what to do next.
fail() {
  trap - ERR
  printf '\n%s\n' "$*" >&2
  exit 1
}

# A folder that must not outlive this command, however it ends.
leftover=
trap '[ -z "$leftover" ] || rm -rf "$leftover"' EXIT

# A command that nobody expected to fail still ends in a sentence.
doing="preparing"
trap 'fail "Stopped while $doing (line $LINENO of ${BASH_SOURCE[0]##*/}). The full output is in $logs."' ERR

# quietly LOG HINT COMMAND… — runs COMMAND with its output in a log file; on failure shows the end of it and HINT.
quietly() {
  local log=$logs/$1.log hint=$2
  shift 2
  if ! NO_COLOR=1 CI=1 "$@" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    if grep -qiE 'no space left|ENOSPC' "$log"; then hint="The disk is full: make room and start again."; fi
    fail "$hint"
  fi
}

# The comment at the head of a command is its help.
help() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$1"
  exit 0
}

# need_space MEGABYTES — asked before anything large is fetched, so that nothing is left half done.
need_space() {
  local free
  free=$(df -Pm . | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$1" ] || fail "The disk is nearly full: $free MB are free here and $1 MB are needed. Make room and start again."
}

# Installing is for one command at a time; the lock is let go before anything long is run.
begin_installing() {
  exec 9>"$home/installing.lock"
  flock -n 9 && return 0
  say "Another command is installing here: waiting for it."
  flock -w 900 9 || fail "Another command has been installing here for a quarter of an hour: end it and start again."
}
end_installing() { exec 9>&-; }

# stamped NAME VALUE — true when the step NAME was last done for exactly VALUE.
stamped() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }
stamp() { printf '%s\n' "$2" >"$stamps/$1"; }
