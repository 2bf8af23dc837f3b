#!/usr/bin/env bash
# Run as root: installs packages of which Beep wants the programs, not the services. Debian starts and enables a service
# with its package; here none is started, and those that came now stay off at the next boot. Services that were on the
# machine before are left as they were.
#   without-services.sh PACKAGE…
set -Eeuo pipefail

policy=/usr/sbin/policy-rc.d
kept=$policy.before-beep
mark='# of scripts/install/without-services.sh'

# What a run that was killed left behind.
if grep -qsF "$mark" "$policy"; then rm -f "$policy"; fi
if [ ! -e "$kept" ] && { [ -e "$policy" ] || [ -L "$policy" ]; }; then mv "$policy" "$kept"; fi
restore() {
  rm -f "$policy"
  [ ! -e "$kept" ] && [ ! -L "$kept" ] || mv "$kept" "$policy"
}
trap restore EXIT
trap 'exit 130' INT TERM HUP

# 101: "action forbidden by policy" (policy-rc.d(8), of Debian's invoke-rc.d), with or without systemd, in a chroot too.
printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
chmod 755 "$policy"

apt-get -o DPkg::Lock::Timeout=180 install -q -y --no-install-recommends "$@"

for package in "$@"; do
  dpkg -L "$package" | sed -n 's|^\(/usr\)\{0,1\}/lib/systemd/system/\([^/]*\.service\)$|\2|p' | while read -r unit; do
    deb-systemd-helper disable "$unit" || true
  done
  dpkg -L "$package" | sed -n 's|^/etc/init\.d/\([^/]*\)$|\1|p' | while read -r script; do
    update-rc.d "$script" disable || true
  done
done
if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
