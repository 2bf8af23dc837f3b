# What comes from the operating system: its packages, through its own package manager and nothing else.

case $(uname -sm) in
"Linux x86_64" | "Linux aarch64") ;;
*) fail "Beep's servers run on 64-bit Linux (x86_64 or aarch64), and this machine is $(uname -sm)." ;;
esac

may_be_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; fi
}

# install_packages [--without-services] PACKAGE… — from the machine's own sources; does nothing for those that are there.
install_packages() {
  local package wanted missing=() install=(apt-get -o DPkg::Lock::Timeout=180 install -q -y --no-install-recommends)
  if [ "$1" = --without-services ]; then
    install=(bash "$PWD/scripts/install/without-services.sh")
    shift
  fi
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
    as_root "${install[@]}" "${missing[@]}"
}

# The name of this machine's Debian release, or nothing on another system.
debian_release() { (. /etc/os-release && [ "${ID:-}" = debian ] && printf '%s' "${VERSION_CODENAME:-}") || true; }

# debian_mirror SUITE — the address from which this machine already takes SUITE, from either form of apt's source lists.
debian_mirror() {
  local mirrors suite=$1
  [ -n "$suite" ] || return 0
  mirrors=$(
    { cat /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } | awk -v RS= -v suite="$suite" '{
      uri = types = ""; here = main = 0; on = 1
      lines = split($0, line, "\n")
      for (i = 1; i <= lines; i++) {
        n = split(line[i], word, " ")
        if (word[1] == "Types:") types = line[i]
        if (word[1] == "URIs:") uri = word[2]
        if (word[1] == "Enabled:" && word[2] == "no") on = 0
        for (j = 2; j <= n; j++) {
          if (word[1] == "Suites:" && word[j] == suite) here = 1
          if (word[1] == "Components:" && word[j] == "main") main = 1
        }
      }
      if (on && here && main && types ~ / deb( |$)/) print uri
    }'
    { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true; } | sed 's/\[[^]]*\]//' |
      awk -v suite="$suite" '$1 == "deb" && $3 == suite && / main( |$)/ { print $2 }'
  )
  mirrors=$(grep -E '^https?:' <<<"$mirrors" || true)
  printf '%s' "${mirrors%%$'\n'*}"
}
