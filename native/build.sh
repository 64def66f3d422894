#!/bin/sh
# Compiles the library for the machine $2 into the directory $1. Without a C compiler there is none: drives are mounted by libfuse.
set -eu
here=$(dirname -- "$0")
out=$1/libamberfs-$2.so
if ! command -v cc > /dev/null; then
    echo "amberfs: there is no C compiler (install gcc and libc6-dev): drives will be mounted by libfuse, which is slower" >&2
    rm -f "$out"
    exit 0
fi
mkdir -p "$1"
if [ ! -e "$out" ] || [ -n "$(find "$here" -newer "$out" -type f)" ]; then
    cc -std=c11 -O2 -Wall -Wextra -Werror -fPIC -fvisibility=hidden -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wl,-z,relro,-z,now -shared \
        -o "$out.new" "$here/amberfs.c" "$here/hmac.c"
    mv -f "$out.new" "$out"
fi
