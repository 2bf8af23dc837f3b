# A nats-server that is fit for Beep: 2.14 or newer (durable sourcing, atomic batches, leaf links added by reload).
# One on the PATH is taken; else Debian unstable's, which is a single static file. It is unpacked into .beep/tools and
# never installed: the machine's own package lists, sources and state stay as they are.

nats_least=2.14

nats_fit() {
  local version
  version=$("$1" --version 2>/dev/null | sed -n 's/.*v\([0-9][0-9.]*\).*/\1/p') && [ -n "$version" ] || return 1
  [ "$(printf '%s\n' "$nats_least" "$version" | sort -V | sed -n 1p)" = "$nats_least" ]
}

# apt with lists, cache and sources of its own. They lie outside the project's folder because apt downloads as its
# unprivileged user, who may not enter root's home. The machine's proxy settings and keyring still hold.
fetch_nats() {
  local mirror=$1 room=$2
  mkdir -p "$room/state/lists/partial" "$room/cache/archives/partial" "$room/package"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s sid main\n' "$mirror" >"$room/sources.list"
  chmod -R a+rX "$room"
  [ "$(id -u)" != 0 ] || chown _apt "$room/state/lists/partial" "$room/cache/archives/partial" "$room/package"
  local private=(
    -o "Dir::State=$room/state" -o "Dir::Cache=$room/cache" -o "Dir::Etc::SourceList=$room/sources.list"
    -o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
    -o Acquire::Languages=none -o Acquire::PDiffs=false -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
    -o APT::Update::Error-Mode=any -q
  )
  apt-get "${private[@]}" update &&
    (cd "$room/package" && apt-get "${private[@]}" download nats-server) &&
    dpkg -x "$room"/package/nats-server_*.deb "$room/unpacked" &&
    install -m 755 "$room"/unpacked/usr/*bin/nats-server "$tools/bin/nats-server.new" &&
    mv "$tools/bin/nats-server.new" "$tools/bin/nats-server"
}

install_nats() {
  local own=$tools/bin/nats-server elsewhere mirror room
  if [ -x "$own" ] && nats_fit "$own"; then return 0; fi
  doing="fetching nats-server"
  rm -f "$own"
  elsewhere=$(type -P nats-server || true)
  if [ -n "$elsewhere" ] && nats_fit "$elsewhere"; then
    ln -s "$elsewhere" "$own"
    say "Taking the nats-server of this machine: $elsewhere."
    return 0
  fi
  mirror=$(debian_mirror "$(debian_release)")
  [ -n "$mirror" ] || fail "Beep needs nats-server $nats_least or newer and found no Debian mirror in this machine's apt sources: put one on the PATH and start again."
  say "Fetching nats-server from Debian unstable (17 MB; unpacked into .beep/tools, not installed)."
  room=$(mktemp -d /var/tmp/beep-nats.XXXXXX)
  leftover=$room
  quietly nats "nats-server could not be fetched: no network, or Debian's keyring on this machine is too old (apt-get install debian-archive-keyring)." \
    fetch_nats "$mirror" "$room"
  rm -rf "$room"
  nats_fit "$own" || fail "The nats-server that was fetched does not run here or is older than $nats_least: put a newer one on the PATH and start again."
}
