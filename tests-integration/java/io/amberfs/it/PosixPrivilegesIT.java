package io.amberfs.it;


import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who may do what, and what a program lends to whoever runs it; on a real mount, as root and as a user without rights. Each test works in a directory of its own; they share
 * the mount.
 */
@Timeout(300)
class PosixPrivilegesIT {
    private static final String PRELUDE = """
        os.chdir(sys.argv[1])
        os.chmod('.', 0o777)
        NOBODY = 65534

        def as_nobody(work, *groups):
            def drop():
                os.setgroups(groups); os.setgid(NOBODY); os.setuid(NOBODY); os.umask(0)
                work()
            joined(in_child(drop))

        def program(mode, uid=NOBODY, gid=NOBODY, capability=False):
            if os.path.lexists('program'):
                os.unlink('program')
            write('program', b'text')
            os.chown('program', uid, gid)
            os.chmod('program', mode)
            if capability:
                os.setxattr('program', 'security.capability', bytes.fromhex('0100000200200000000000000000000000000000'))

        def mode():
            return oct(os.stat('program').st_mode & 0o7777)

        """;
    @RegisterExtension
    static final SharedMount MOUNT = new SharedMount(PRELUDE, "--allow-other");

    @Test
    void whoWritesOrTruncatesWithoutBeingRootTakesAwaySetuidAndSetgid() throws IOException {
        MOUNT.python("""
            def emptied():
                fd = os.open('program', os.O_WRONLY | os.O_TRUNC)
                os.write(fd, b'x')
            def grown():
                fd = os.open('program', os.O_RDWR)
                os.posix_fallocate(fd, 0, 100)
            ways = {'write': lambda: write('program', b'evil', 0), 'append': lambda: write('program', b'evil', os.O_APPEND), 'truncate': lambda: os.truncate('program', 2),
                    'grow': lambda: os.truncate('program', 20), 'O_TRUNC': emptied, 'fallocate': grown}
            for name, way in ways.items():
                for before, after in ((0o6777, 0o777), (0o4755, 0o755), (0o2775, 0o775), (0o755, 0o755), (0o1777, 0o1777)):
                    program(before)
                    as_nobody(way)
                    assert mode() == oct(after), (name, oct(before), mode())
                program(0o2767)
                as_nobody(way)
                assert mode() == oct(0o2767), (name, 'setgid that means mandatory locks', mode())
                program(0o6777)
                way()
                assert mode() == oct(0o6777), (name, 'as root', mode())
            """, MOUNT.directory("written"));
    }

    @Test
    void aNewOwnerOrGroupTakesAwaySetuidAndSetgid() throws IOException {
        MOUNT.python("""
            for before, after in ((0o6777, 0o777), (0o4755, 0o755), (0o2775, 0o775), (0o1777, 0o1777)):
                program(before)
                as_nobody(lambda: os.chown('program', -1, 1000), 1000)
                assert mode() == oct(after) and os.stat('program').st_gid == 1000, (oct(before), mode())
                for uid, gid in ((1, -1), (-1, 1), (1, 1), (NOBODY, NOBODY)):
                    program(before)
                    os.chown('program', uid, gid)
                    assert mode() == oct(after), ('as root', oct(before), mode())
                program(before)
                os.chown('program', -1, -1)
                assert mode() in (oct(before), oct(after))
            os.mkdir('folder')
            os.chmod('folder', 0o6755)
            os.chown('folder', 1, 1)
            assert os.stat('folder').st_mode & 0o7777 == 0o6755
            """, MOUNT.directory("chowned"));
    }

    @Test
    void aChmodByWhoIsNotOfTheGroupTakesAwaySetgid() throws IOException {
        MOUNT.python("""
            program(0o755, gid=1000)
            as_nobody(lambda: os.chmod('program', 0o6755))
            assert mode() == oct(0o4755)
            as_nobody(lambda: os.chmod('program', 0o6755), 1000)
            assert mode() == oct(0o6755)
            os.chmod('program', 0o2755)
            assert mode() == oct(0o2755)
            os.mkdir('group')
            os.chown('group', NOBODY, 1000)
            os.chmod('group', 0o2777)
            def make():
                write('group/file', b'', mode=0o2775)
                os.mkdir('group/folder')
            as_nobody(make)
            assert os.stat('group/file').st_gid == 1000 and os.stat('group/file').st_mode & 0o7777 == 0o775, 'setgid for a group that is not the maker\\'s'
            assert os.stat('group/folder').st_gid == 1000 and os.stat('group/folder').st_mode & 0o7777 == 0o2777
            """, MOUNT.directory("chmodded"));
    }

    @Test
    void capabilitiesGoWithEachChange() throws IOException {
        MOUNT.python("""
            for way in (lambda: write('program', b'x', 0), lambda: os.truncate('program', 1), lambda: os.truncate('program', 9), lambda: write('program', b''),
                        lambda: os.chown('program', 1, 1)):
                for by in (as_nobody, lambda work: work()):
                    if way.__code__.co_names[-1] == 'chown' and by is as_nobody:
                        continue
                    program(0o777, capability=True)
                    by(way)
                    assert os.listxattr('program') == [], os.listxattr('program')
            program(0o777, capability=True)
            os.chmod('program', 0o700)
            os.utime('program')
            os.rename('program', 'other')
            assert os.listxattr('other') == ['security.capability']
            """, MOUNT.directory("capabilities"));
    }

    @Test
    void inAStickyDirectoryOnlyTheOwnerRemovesOrRenames() throws IOException {
        MOUNT.python("""
            os.mkdir('sticky')
            os.chmod('sticky', 0o1777)
            os.mkdir('plain')
            os.chmod('plain', 0o777)
            for name, owner in (('theirs', 0), ('mine', NOBODY)):
                write(f'sticky/{name}', name.encode())
                os.mkdir(f'sticky/{name}-folder')
                os.chown(f'sticky/{name}', owner, 0)
                os.chown(f'sticky/{name}-folder', owner, 0)
            def work():
                refused(errno.EPERM, os.unlink, 'sticky/theirs')
                refused(errno.EPERM, os.rmdir, 'sticky/theirs-folder')
                refused(errno.EPERM, os.rename, 'sticky/theirs', 'sticky/new')
                refused(errno.EPERM, os.rename, 'sticky/theirs', 'plain/new')
                refused(errno.EPERM, os.rename, 'sticky/mine', 'sticky/theirs')
                refused(errno.EPERM, os.rename, 'sticky/mine-folder', 'sticky/theirs-folder')
                write('plain/other', b'')
                refused(errno.EPERM, os.rename, 'plain/other', 'sticky/theirs')
                os.rename('plain/other', 'sticky/mine')
                os.rename('sticky/mine', 'sticky/renamed')
                os.unlink('sticky/renamed')
                os.rmdir('sticky/mine-folder')
                refused(errno.EPERM, os.chmod, 'sticky', 0o777)
            as_nobody(work)
            os.chown('sticky', NOBODY, 0)
            as_nobody(lambda: (os.rename('sticky/theirs', 'sticky/taken'), os.unlink('sticky/taken'), os.rmdir('sticky/theirs-folder')))
            assert os.listdir('sticky') == []
            """, MOUNT.directory("sticky"));
    }

    @Test
    void ownersModesAndTimesAreForTheOwnerToChange() throws IOException {
        MOUNT.python("""
            program(0o666, uid=1)
            def work():
                refused(errno.EPERM, os.chmod, 'program', 0o777)
                refused(errno.EPERM, os.chown, 'program', NOBODY, -1)
                refused(errno.EPERM, os.chown, 'program', -1, NOBODY)
                refused(errno.EPERM, os.utime, 'program', ns=(1, 1))
                os.utime('program')
                os.truncate('program', 1)
            before = os.stat('program').st_mtime_ns
            time.sleep(0.05)  # the kernel's clock for files goes in steps of up to 10 ms
            as_nobody(work)
            assert os.stat('program').st_mtime_ns > before, (os.stat('program').st_mtime_ns, before)
            program(0o644, uid=1)
            as_nobody(lambda: refused(errno.EACCES, os.utime, 'program'))
            program(0o644)
            def own():
                refused(errno.EPERM, os.chown, 'program', 0, -1)
                refused(errno.EPERM, os.chown, 'program', -1, 0)
                os.chown('program', -1, 1000)
                os.chown('program', NOBODY, NOBODY)
                os.utime('program', ns=(1, 2))
            as_nobody(own, 1000)
            found = os.stat('program')
            assert (found.st_uid, found.st_gid, found.st_mtime_ns) == (NOBODY, NOBODY, 2)
            """, MOUNT.directory("owners"));
    }

    @Test
    void theUmaskTakesFromWhatIsMadeButNotFromLinks() throws IOException {
        MOUNT.python("""
            os.umask(0o027)
            os.close(os.open('file', os.O_CREAT | os.O_WRONLY, 0o7666))
            os.mkdir('folder', 0o1777)
            os.mkfifo('fifo', 0o666)
            os.mknod('null', 0o666 | stat.S_IFCHR, os.makedev(1, 3))
            os.symlink('x', 'link')
            assert {name: oct(os.lstat(name).st_mode & 0o7777) for name in os.listdir('.')} == {
                'file': oct(0o7640), 'folder': oct(0o1750), 'fifo': oct(0o640), 'null': oct(0o640), 'link': oct(0o777)}, os.listdir('.')
            fd = os.open('closed', os.O_CREAT | os.O_WRONLY, 0)
            os.write(fd, b'the mode is for the next to open it')
            os.close(fd)
            as_nobody(lambda: refused(errno.EACCES, os.open, 'closed', os.O_RDONLY))
            """, MOUNT.directory("umask"));
    }
}
