# The web client, built again only when one of its sources has changed.

web_sources() {
  find web server/protocol package-lock.json -path web/dist -prune -o -type f ! -name '*.test.ts' ! -name '*.browser.ts' -print0 |
    sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

build_web() {
  local sources
  sources=$(web_sources)
  if [ -f web/dist/index.html ] && stamped web "$sources"; then return 0; fi
  doing="building the web client"
  say "Building the web client."
  rm -f "$stamps/web"
  # Vite runs under Bun, because Debian's own Node is older than Vite asks for.
  quietly web "The web client could not be built: see the lines above." \
    "$bun" --bun node_modules/vite/bin/vite.js build --config web/vite.config.ts
  stamp web "$sources"
}
