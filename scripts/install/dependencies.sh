# The locked JavaScript dependencies, Bun among them. `runtime` is what a node and the web build need; `all` adds what
# only tests need. Asking for less than is there never removes anything.

has_npm() {
  if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
    doing="installing Node"
    install_packages nodejs npm ca-certificates
  fi
  local version
  version=$(npm --version)
  [ "${version%%.*}" -ge 8 ] || fail "npm $version is too old to read the lock file: install npm 8 or newer and start again."
}

# Whether node_modules holds what package-lock.json asks, whoever put it there. Prints all, runtime or nothing.
present_dependencies() {
  [ -x "$bun" ] && [ -f node_modules/.package-lock.json ] && "$bun" scripts/install/present.ts 2>/dev/null || true
}

# install_dependencies runtime|all
install_dependencies() {
  local want=$1 lock have omit=() node=()
  lock=$(sha256sum package-lock.json | cut -d ' ' -f 1)
  if [ -x "$bun" ] && { stamped dependencies "all $lock" || stamped dependencies "$want $lock"; }; then return 0; fi
  have=$(present_dependencies)
  if [ "$have" != all ] && [ "$have" != "$want" ]; then
    has_npm
    doing="installing the locked dependencies"
    if [ "$want" = runtime ] && [ ! -d node_modules/typescript ]; then omit=(--omit=dev); fi
    if [ "$(printf '%s\n' v20.19.0 "$(node --version)" | sort -V | sed -n 1p)" != v20.19.0 ]; then
      node=(env NODE_OPTIONS="--require ./scripts/install/engine.cjs")
    fi
    say "Installing the locked dependencies with npm (Bun at its pinned version among them)."
    rm -f "$stamps/dependencies"
    # No package's own install script is run, except Bun's: it puts the binary of this machine's kind in its place.
    quietly npm "The dependencies could not be installed: no network, or the package registry is away (see the lines above)." \
      "${node[@]}" npm ci --ignore-scripts --no-audit --no-fund "${omit[@]}"
    # Older npm does not tell the two C libraries of Linux apart and brings the binaries of both.
    if ldd --version 2>&1 | grep -qi -e glibc -e 'gnu libc'; then rm -rf node_modules/*-musl node_modules/@*/*-musl; fi
    quietly bun "Bun's binary could not be put in its place: see the lines above." node node_modules/bun/install.js
    "$bun" --version >/dev/null 2>&1 || fail "Bun does not run on this processor: it needs x86_64 with SSE4.2, or aarch64."
    have=$(present_dependencies)
    [ -n "$have" ] || fail "node_modules does not hold what package-lock.json asks for, even after installing: remove node_modules and start again."
  fi
  stamp dependencies "$have $lock"
}
