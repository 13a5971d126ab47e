#!/bin/sh
# take-fonts.sh LIST FROM TO: copies the font families of the list; ends with 1 where a family has no Regular.
set -eu
mkdir -p "$3"
grep -v -e '^#' -e '^$' "$1" | while read -r family; do
    found=$(find "$2" -name "$family-Regular.*" -o -name "$family-Bold.*")
    case "$found" in
        *-Regular.*) ;;
        *) echo "There is no font $family-Regular under $2." >&2; exit 1 ;;
    esac
    # shellcheck disable=SC2086 # one path a line, without spaces
    cp $found "$3"
done
