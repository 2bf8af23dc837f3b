# What comes from the operating system: its packages, through its own package manager and nothing else.

case $(uname -sm) in
"Linux x86_64" | "Linux aarch64") ;;
*) fail "Beep's servers run on 64-bit Linux (x86_64 or aarch64), and this machine is $(uname -sm)." ;;
esac

may_be_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; fi
}

# install_packages PACKAGE… — from the machine's own sources; does nothing for those that are there.
install_packages() {
  local package wanted missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  wanted=${missing[*]}
  command -v apt-get >/dev/null || fail "This machine has no apt-get: install $wanted by its own means and start again."
  may_be_root || fail "These packages are missing: $wanted. Installing them takes root: run this command as root, or allow sudo without a password."
  say "Installing $wanted (a minute or two)."
  quietly apt-update "The list of packages could not be fetched: this machine seems to have no network, or its mirror is away." \
    as_root apt-get -o DPkg::Lock::Timeout=180 update -q
  quietly apt-install "The packages $wanted could not be installed: no network, or a mirror is away (see the lines above)." \
    as_root apt-get -o DPkg::Lock::Timeout=180 install -q -y --no-install-recommends "${missing[@]}"
}
