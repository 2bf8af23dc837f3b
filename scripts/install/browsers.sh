# What only tests need from the system: the two browsers officials use, a font with every letter of the provinces'
# languages for screenshots, and a small C compiler for the shim that plays a power loss.

install_browsers() {
  command -v chromium >/dev/null && command -v firefox-esr >/dev/null && command -v cc >/dev/null &&
    [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] && return 0
  doing="installing the browsers"
  need_space 3000
  install_packages chromium firefox-esr fonts-dejavu-core gcc libc6-dev
}
