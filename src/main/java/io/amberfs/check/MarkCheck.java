package io.amberfs.check;

import io.amberfs.history.RowKey;
import io.amberfs.store.KeyBytes;
import io.amberfs.store.Table;
import java.util.function.LongFunction;

/** The marks of what is to be deleted (orphans and region maps), and rows that nothing looks for. Confined to one thread. */
final class MarkCheck {
    private final Scope scope;
    private final Lives lives;
    private final InodeTable table;

    MarkCheck(Scope scope, Lives lives, InodeTable table) {
        this.scope = scope;
        this.lives = lives;
        this.table = table;
    }

    void run() {
        scope.pulse().phase("marks", 0);
        walk(RowKey.REAP);
        walk(RowKey.ORPHAN);
        for (int at = 0; at < table.size(); at++) {
            if (table.is(at, InodeTable.NAMELESS) && !table.is(at, InodeTable.MARKED)) {
                tell(table.ino(at), ino -> hit -> new LeakedInode(ino, hit));
            }
        }
        strays(Table.LIVE);
        strays(Table.PAST);
    }

    private void walk(int kind) {
        try (Versions versions = scope.versions(kind)) {
            for (var version = versions.next(); version.isPresent(); version = versions.next()) {
                lives.accept(version.get());
                if (kind == RowKey.ORPHAN && version.get().isLive()) {
                    orphan(version.get().number());
                }
            }
        }
    }

    private void orphan(long ino) {
        int at = table.find(ino);
        if (at >= 0) {
            table.mark(at, InodeTable.MARKED);
        }
        boolean right = at >= 0 && (table.is(at, InodeTable.NAMELESS) || table.is(at, InodeTable.UNKNOWN));
        if (!right) {
            tell(ino, number -> hit -> new StrayOrphan(number, hit));
        }
    }

    private void tell(long ino, LongFunction<java.util.function.Function<Hit, Finding>> make) {
        scope.suspects().add(new Subject.OfInode(ino), scope.commits().now(), Long.MAX_VALUE, make.apply(ino));
    }

    /** Leaps over the rows of each known kind, whose holes have been told. */
    private void strays(Table table) {
        try (Rows rows = new Rows(scope.reading(), table, new byte[0], (in, after, before) -> { })) {
            boolean valid = rows.next();
            while (valid) {
                byte[] kind = known(rows.key());
                if (kind.length == 0) {
                    scope.stray(table, rows.key());
                    valid = rows.next();
                } else {
                    valid = rows.seek(KeyBytes.behind(kind));
                }
            }
        }
    }

    private byte[] known(byte[] key) {
        for (int kind = RowKey.INODE; kind <= RowKey.LINK; kind++) {
            byte[] prefix = RowKey.kind(scope.volume(), kind);
            if (KeyBytes.startsWith(key, prefix)) {
                return prefix;
            }
        }
        return new byte[0];
    }
}
