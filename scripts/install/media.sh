# What calls need of the system: Janus, the media gateway, and for tests coturn, the relay. A node runs its own Janus with
# its own settings, so the packages' services are neither started nor enabled.

janus_least=1.1.2

janus_fit() {
  local version
  # It ends with 1 although it told its version.
  version=$({ janus --version 2>/dev/null || true; } | sed -n 's/^Janus version:.*(\([0-9.]*\)).*/\1/p')
  [ -n "$version" ] || return 1
  [ "$(printf '%s\n' "$janus_least" "$version" | sort -V | sed -n 1p)" = "$janus_least" ]
}

# What tests cannot do without.
install_media() {
  doing="installing Janus and coturn"
  install_packages --without-services janus coturn
  janus_fit || fail "Janus here is older than $janus_least: update it, or put a newer one first on the PATH."
}

# What the demo has calls by. Where it is not to be had, the demo goes on without calls, and says so.
offer_media() {
  if janus_fit; then return 0; fi
  if type -P janus >/dev/null; then
    say "Calls are off: Janus here is older than $janus_least. Update it and start again."
  elif ! command -v apt-get >/dev/null; then
    say "Calls are off: Janus is not here. Install Janus $janus_least or newer by this machine's own means and start again."
  elif ! may_be_root; then
    say "Calls are off: Janus is not here, and installing it takes root. Run once as root: systemctl mask janus && apt-get install janus"
  # In a shell of its own: what fails there does not end the demo.
  elif ! (trap - ERR EXIT && install_packages --without-services janus) || ! janus_fit; then
    say "Calls are off: Janus could not be installed (see above). All else goes on; start again to try again."
  fi
}
