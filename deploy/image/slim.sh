#!/bin/sh
# slim.sh SITE_PACKAGES: takes out of the installed packages what no service ever reads; what is left works as before.
set -eu
# Names of countries and languages are shown in Chinese and English; babel carries a thousand other locales.
find "$1/babel/locale-data" -name '*.dat' ! -name 'root.dat' ! -name 'en*.dat' ! -name 'zh*.dat' -delete
rm -rf "$1/Crypto/SelfTest"
# The symbols of compiled code, which only a debugger reads. The libraries that come in folders of their own (*.libs) were
# patched by their packager, and strip would break them.
find "$1" -name '*.so' ! -path '*.libs/*' -exec strip --strip-unneeded {} +
