#!/bin/sh
# Compiles the library into the directory $1. Without a C compiler there is none, and drives are mounted by libfuse.
set -eu
here=$(dirname -- "$0")
out=$1/libamberfs-$2.so
if ! command -v cc > /dev/null; then
    echo "amberfs: there is no C compiler (install gcc and libc6-dev): drives will be mounted by libfuse, which is slower" >&2
    rm -f "$out"
    exit 0
fi
mkdir -p "$1"
if [ ! -e "$out" ] || [ "$here/amberfs.c" -nt "$out" ] || [ "$0" -nt "$out" ]; then
    cc -std=c11 -O2 -Wall -Wextra -Werror -fPIC -fvisibility=hidden -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wl,-z,relro,-z,now -shared \
        -o "$out.new" "$here/amberfs.c"
    mv -f "$out.new" "$out"
fi
