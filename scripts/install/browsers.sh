# What only tests need from the system: the two browsers officials use, with a font that has the letters of the
# provinces' languages, and a small C compiler for the shim that plays a power loss.

# The first Firefox ESR that speaks all of WebDriver BiDi that Playwright asks for.
firefox_least=153

firefox_fit() {
  local version
  version=$(dpkg-query -W -f '${Version}' firefox-esr 2>/dev/null) && [ "${version%%.*}" -ge "$firefox_least" ]
}

# A machine without Debian's security suite is offered a Firefox that is a year old. It is asked for here, once, beside
# the mirror the machine already has, with lists of its own: the machine's sources stay as they are.
update_firefox() {
  local release=$1 mirror=$2 room=$3
  mkdir -p "$room/lists/partial" "$room/parts"
  cp /etc/apt/sources.list.d/* "$room/parts/" 2>/dev/null || true
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s-security %s-security main\n' \
    "${mirror%/}" "$release" >"$room/parts/security.list"
  chmod -R a+rX "$room"
  local private=(-o "Dir::State::lists=$room/lists" -o "Dir::Etc::SourceParts=$room/parts" -o DPkg::Lock::Timeout=180 -q)
  as_root apt-get "${private[@]}" update &&
    as_root apt-get "${private[@]}" install -y --no-install-recommends firefox-esr
}

install_browsers() {
  local release mirror room
  doing="installing the browsers"
  command -v chromium >/dev/null && command -v firefox-esr >/dev/null && command -v cc >/dev/null || need_space 3000
  install_packages chromium firefox-esr fonts-dejavu-core gcc libc6-dev
  ! firefox_fit || return 0
  release=$(debian_release)
  mirror=$(debian_mirror "$release")
  if [ -n "$mirror" ] && [ -z "$(debian_mirror "$release-security")" ] && may_be_root; then
    say "Updating Firefox from Debian's security suite, which this machine's sources lack."
    room=$(mktemp -d /var/tmp/beep-firefox.XXXXXX)
    leftover=$room
    quietly firefox "Firefox could not be updated: no network, or the mirror has no security suite (see the lines above)." \
      update_firefox "$release" "$mirror" "$room"
    rm -rf "$room"
  fi
  firefox_fit || say "Firefox here is older than $firefox_least: the browser tests will fail on it. Update it, as its security asks too."
}
