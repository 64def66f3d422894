#!/usr/bin/env python3
"""What a drive costs as it grows: makes small files in directories of 1,000, and measures at each of some counts.

grow.py DIR COUNT...      makes files up to each count in turn, and measures there (as root: it makes the kernel forget names)
grow.py DIR --look COUNT  measures only, in a drive that has that many already

Prints medians in microseconds: making a file, `stat` of 3,000 files chosen at random, listing a directory with its attributes, five snapshots in milliseconds.
"""
import argparse
import os
import random
import statistics
import subprocess
import time

PER_DIRECTORY = 1000
LOOKUPS = 3000
LISTED = 15


def path(root, number):
    return f"{root}/d{number // PER_DIRECTORY:05d}/f{number % PER_DIRECTORY:04d}.txt"


def make(root, first, last):
    spent = []
    for number in range(first, last):
        if number % PER_DIRECTORY == 0:
            os.makedirs(os.path.dirname(path(root, number)), exist_ok=True)
        start = time.perf_counter_ns()
        fd = os.open(path(root, number), os.O_CREAT | os.O_WRONLY, 0o644)
        os.write(fd, b"file %d\n" % number)
        os.close(fd)
        if number % 10 == 0:
            spent.append(time.perf_counter_ns() - start)
    return spent


def forget(root):
    """Drops three times: what was used lately is only marked the first time."""
    subprocess.run(["sync", "-f", root], check=True)
    for _ in range(3):
        with open("/proc/sys/vm/drop_caches", "w") as drop:
            drop.write("2")


def look(root, count, seed):
    dice = random.Random(seed)
    forget(root)
    spent = []
    for _ in range(LOOKUPS):
        name = path(root, dice.randrange(count))
        start = time.perf_counter_ns()
        os.stat(name)
        spent.append(time.perf_counter_ns() - start)
    return spent


def listed(root, count, seed):
    dice = random.Random(seed)
    forget(root)
    spent = []
    for _ in range(min(LISTED, count // PER_DIRECTORY)):
        folder = os.path.dirname(path(root, dice.randrange(count)))
        start = time.perf_counter_ns()
        entries = sum(1 for entry in os.scandir(folder) if entry.stat().st_size > 0)
        spent.append(time.perf_counter_ns() - start)
        assert entries == PER_DIRECTORY, entries
    return spent


def snapshots(root):
    spent = []
    for number in range(5):
        name = f"{root}/.snapshots/grow-{time.time_ns()}"
        with open(f"{root}/changed", "w") as file:
            file.write(str(number))
        start = time.perf_counter_ns()
        os.mkdir(name)
        spent.append((time.perf_counter_ns() - start) / 1e6)
        os.rmdir(name)
    return spent


def microseconds(spent):
    spent = sorted(spent)
    return f"{statistics.median(spent) / 1000:.1f} ({spent[len(spent) * 9 // 10] / 1000:.1f})" if spent else "-"


def measure(root, count, made):
    looked = [look(root, count, seed) for seed in range(3)]
    print(f"{count} files: make {microseconds(made)}; look up " + ", ".join(microseconds(each) for each in looked)
          + f"; list {PER_DIRECTORY} {microseconds(listed(root, count, 7))}; snapshots " + ", ".join(f"{each:.1f}" for each in snapshots(root)), flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("dir")
    arguments.add_argument("counts", nargs="+", type=int)
    arguments.add_argument("--look", action="store_true", help="the files are there: only measure")
    asked = arguments.parse_args()
    before = 0
    for count in asked.counts:
        made = [] if asked.look else make(asked.dir, before, count)
        time.sleep(0 if asked.look else 10)
        measure(asked.dir, count, made)
        before = count


if __name__ == "__main__":
    main()
