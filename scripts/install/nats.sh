# A nats-server that is fit for Beep: 2.14 or newer (durable sourcing, atomic batches, leaf links added by reload).
# One on the PATH is the operator's own, and is taken as it is. Else it is the one that nats.lock pins by its hash, a
# single static file out of Debian unstable's package. It is unpacked into .beep/tools and never installed: the
# machine's own package lists, sources and state stay as they are.

nats_least=2.14
nats_lock=$PWD/scripts/install/nats.lock
nats_own=$tools/bin/nats-server
nats_ways="Take a copy from another machine or from Debian's snapshot archive with scripts/nats --from FILE; or put a nats-server of your own, $nats_least or newer, on the PATH; or read what the newer version changes and pin it with scripts/nats --update."

nats_platform() { case $(uname -m) in aarch64) printf arm64 ;; *) printf amd64 ;; esac; }

# nats_pin version|package|program [PLATFORM]
nats_pin() {
  local field
  case $1 in version) field=2 ;; package) field=3 ;; program) field=4 ;; esac
  awk -v platform="${2:-$(nats_platform)}" -v field=$field '$1 == platform { print $field }' "$nats_lock"
}

sha256() { sha256sum <"$1" | cut -d ' ' -f 1; }

nats_fit() {
  local version
  version=$("$1" --version 2>/dev/null | sed -n 's/.*v\([0-9][0-9.]*\).*/\1/p') && [ -n "$version" ] || return 1
  [ "$(printf '%s\n' "$nats_least" "$version" | sort -V | sed -n 1p)" = "$nats_least" ]
}

# Says whose the nats-server is that is in place: pinned, own (of the operator, from the PATH), signed (by Debian, where
# the pinned one was not to be had) or nothing that may run.
nats_in_place() {
  [ -x "$nats_own" ] || return 0
  if [ -L "$nats_own" ]; then
    if nats_fit "$nats_own"; then printf own; fi
  elif [ "$(sha256 "$nats_own")" = "$(nats_pin program)" ]; then
    printf pinned
  elif stamped nats "signed $(sha256 "$nats_own")" && nats_fit "$nats_own"; then
    printf signed
  fi
}

# A folder outside the project's, because apt downloads as its unprivileged user, who may not enter root's home.
nats_room() {
  leftover=$(mktemp -d /var/tmp/beep-nats.XXXXXX)
  mkdir -p "$leftover/state/lists/partial" "$leftover/cache/archives/partial" "$leftover/package"
  chmod -R a+rX "$leftover"
  [ "$(id -u)" != 0 ] || chown _apt "$leftover/state/lists/partial" "$leftover/cache/archives/partial" "$leftover/package"
}

# The pinned package by its name, from any mirror: its hash says whether it is the one.
nats_pinned_package() {
  local name
  name=nats-server_$(nats_pin version)_$(nats_platform).deb
  /usr/lib/apt/apt-helper -q download-file "$1/pool/main/n/nats-server/$name" "$leftover/package/$name" >"$logs/nats.log" 2>&1
}

# nats_newest_packages MIRROR PLATFORM… — what Debian unstable has now, for its signature's sake with lists, cache and
# sources of apt's that are our own. The machine's proxy settings and keyring still hold.
nats_newest_packages() {
  local mirror=$1 platforms room=$leftover
  shift
  platforms=$(IFS=,; printf '%s' "$*")
  printf 'deb [arch=%s signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s sid main\n' "$platforms" "$mirror" >"$room/sources.list"
  local private=(
    -o "Dir::State=$room/state" -o "Dir::Cache=$room/cache" -o "Dir::Etc::SourceList=$room/sources.list"
    -o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
    -o Acquire::Languages=none -o Acquire::PDiffs=false -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
    -o APT::Update::Error-Mode=any -q
  )
  apt-get "${private[@]}" update && (cd "$room/package" && apt-get "${private[@]}" download "${@/#/nats-server:}")
}

# nats_unpack PACKAGE — prints where its program is now.
nats_unpack() {
  local into=$leftover/unpacked
  rm -rf "$into"
  dpkg-deb -x "$1" "$into" && printf '%s' "$into"/usr/*bin/nats-server
}

nats_place() { install -m 755 "$1" "$nats_own.new" && mv "$nats_own.new" "$nats_own"; }

# nats_wrong FILE WHAT HASH — the end of a file that is not what it should be.
nats_wrong() {
  fail "This is not the nats-server that Beep pins: SHA-256 of the $2 is $(sha256 "$1"), and scripts/install/nats.lock says $3. Nothing was installed. The mirror or the line to it may be tampered with: try another one, and tell whoever runs it."
}

# Takes the pinned one out of a package, or fails.
nats_take_pinned() {
  local program
  [ "$(sha256 "$1")" = "$(nats_pin package)" ] || nats_wrong "$1" package "$(nats_pin package)"
  program=$(nats_unpack "$1")
  [ "$(sha256 "$program")" = "$(nats_pin program)" ] || nats_wrong "$program" program "$(nats_pin program)"
  nats_place "$program"
}

# Takes what Debian signs, where the pinned version is gone: good enough for tests and the demo, and said each time.
nats_take_signed() {
  local package version
  say "Debian has nats-server $(nats_pin version) no longer, or cannot be reached: looking for a newer one that it signs (17 MB)."
  quietly nats "nats-server could not be fetched: no network, or Debian's keyring on this machine is too old (apt-get install debian-archive-keyring)." \
    nats_newest_packages "$1" "$(nats_platform)"
  package=$(ls "$leftover"/package/nats-server_*.deb)
  version=$(dpkg-deb -f "$package" Version)
  [ "$version" != "$(nats_pin version)" ] || nats_take_pinned "$package"
  if [ "$version" != "$(nats_pin version)" ]; then
    nats_place "$(nats_unpack "$package")"
    stamp nats "signed $(sha256 "$nats_own")"
  fi
}

nats_warn() {
  say "WARNING: the nats-server here is not the pinned one: SHA-256 $(sha256 "$nats_own") instead of $(nats_pin program). Only Debian's signature vouches for it. It will do for tests and the demo, and not for a province's machine. $nats_ways"
}

# install_nats [strict] — strict: the pinned one or the operator's own, and nothing else.
install_nats() {
  local strict=${1:-} in_place elsewhere mirror
  doing="fetching nats-server"
  in_place=$(nats_in_place)
  case $in_place in
  pinned | own) return 0 ;;
  signed) if [ -z "$strict" ]; then nats_warn && return 0; fi ;;
  esac
  rm -f "$nats_own"
  elsewhere=$(type -P nats-server || true)
  if [ -n "$elsewhere" ] && nats_fit "$elsewhere"; then
    ln -s "$elsewhere" "$nats_own"
    say "Taking the nats-server of this machine, $elsewhere: it is its operator's own, and no hash is compared."
    return 0
  fi
  mirror=$(debian_mirror "$(debian_release)")
  [ -n "$mirror" ] || fail "Beep needs nats-server and found no Debian mirror in this machine's apt sources. $nats_ways"
  say "Fetching nats-server $(nats_pin version) from Debian (5 MB; unpacked into .beep/tools, not installed)."
  nats_room
  if nats_pinned_package "$mirror"; then
    nats_take_pinned "$leftover"/package/nats-server_*.deb
  elif [ -n "$strict" ]; then
    fail "Debian has nats-server $(nats_pin version), which Beep pins, no longer, or cannot be reached. $nats_ways"
  else
    nats_take_signed "$mirror"
  fi
  rm -rf "$leftover"
  nats_fit "$nats_own" || fail "The nats-server that was fetched does not run here or is older than $nats_least. $nats_ways"
  if [ "$(nats_in_place)" = signed ]; then nats_warn; fi
}
