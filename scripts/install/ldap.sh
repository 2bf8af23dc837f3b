# What the tests of reading a directory server need: Debian's slapd, which they start by themselves with settings of their own.

install_ldap() {
  doing="installing slapd"
  install_packages --without-services slapd
}
