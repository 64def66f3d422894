/*
 * The kernel's end of a drive: mounts /dev/fuse, and exchanges requests and replies. Everything else, the protocol included, is Java's.
 *
 * Functions answer with a number that is not negative, or with -errno.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

/* Counted up with every change to what is exported: the library and the Java code that calls it belong together. */
#define VERSION 3

/* Polling beats sleeping when the next request comes within the time that a wake-up takes. */
#define SPIN_MOST_NS 200000L
#define SPIN_FIRST_NS 50000L
#define SPIN_LEAST_NS 2000L

/* One for each mount. Java fills in fd; the rest belongs to the one thread that fetches. Its layout is known to FuseDevice. */
struct exchange {
    int32_t fd;
    int32_t reply_failed; /* errno of the reply, 0 if the kernel took it */
    int32_t more;         /* whether another request waits behind the one that was fetched */
    int32_t reserved;
    int64_t spin;         /* how long to poll before sleeping, in ns */
};

EXPORTED int amberfs_version(void)
{
    return VERSION;
}

/* A descriptor for a mount of one's own. */
EXPORTED int amberfs_open(void)
{
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* mount(2); data names the descriptor. */
EXPORTED int amberfs_mount(const char *source, const char *mountpoint, const char *type, long flags, const char *data)
{
    return mount(source, mountpoint, type, (unsigned long)flags, data) != 0 ? -errno : 0;
}

EXPORTED int amberfs_close(int fd)
{
    return close(fd) != 0 ? -errno : 0;
}

/* The descriptor in the one message that fusermount sends. */
static int receive_descriptor(int from)
{
    char byte;
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t count;
    do {
        count = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return -errno;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (count == 0 || header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int)))
        return -EPERM;
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

/* All that comes from a pipe, as text. */
static void read_text(int from, char *text, long size)
{
    long length = 0;
    while (length < size - 1) {
        ssize_t count = read(from, text + length, (size_t)(size - 1 - length));
        if (count == 0 || (count < 0 && errno != EINTR))
            break;
        if (count > 0)
            length += count;
    }
    text[length] = 0;
}

static int spawn_fusermount(const char *program, const char *mountpoint, const char *options, int socket, int errors, pid_t *child)
{
    char environment[32];
    snprintf(environment, sizeof environment, "_FUSE_COMMFD=%d", socket);
    char *arguments[] = {(char *)program, "-o", (char *)options, "--", (char *)mountpoint, NULL};
    char *variables[] = {environment, "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
    posix_spawn_file_actions_t actions;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0)
        return -failure;
    failure = posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    if (failure == 0)
        failure = posix_spawn_file_actions_adddup2(&actions, socket, socket); /* to itself: it stays open in the child */
    if (failure == 0)
        failure = posix_spawn(child, program, &actions, NULL, arguments, variables);
    posix_spawn_file_actions_destroy(&actions);
    return -failure;
}

/* Mounts through fusermount, which may do what we may not. Its words, if it failed, are put into message. */
EXPORTED int amberfs_fusermount(const char *program, const char *mountpoint, const char *options, char *message, long size)
{
    message[0] = 0;
    int sockets[2];
    int errors[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return -errno;
    if (pipe2(errors, O_CLOEXEC) != 0) {
        int failure = -errno;
        close(sockets[0]);
        close(sockets[1]);
        return failure;
    }
    pid_t child;
    int result = spawn_fusermount(program, mountpoint, options, sockets[0], errors[1], &child);
    close(sockets[0]);
    close(errors[1]);
    if (result == 0) {
        int status;
        result = receive_descriptor(sockets[1]);
        read_text(errors[0], message, size);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
    }
    close(sockets[1]);
    close(errors[0]);
    return result;
}

/* Writes one reply or notice, which the kernel takes whole or not at all. */
EXPORTED int amberfs_reply(int fd, const void *reply, long length)
{
    return write(fd, reply, (size_t)length) < 0 ? -errno : 0;
}

static int is_ready(int fd)
{
    struct pollfd poll_fd = {fd, POLLIN, 0};
    return poll(&poll_fd, 1, 0) > 0;
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Polls for a while; whoever else wants this core gets it in between. Learns from whether it was worth it. */
static int spin(struct exchange *exchange, int64_t start)
{
    int64_t until = start + exchange->spin;
    while (now() < until) {
        if (is_ready(exchange->fd)) {
            exchange->spin += exchange->spin / 4;
            if (exchange->spin > SPIN_MOST_NS)
                exchange->spin = SPIN_MOST_NS;
            return 1;
        }
        sched_yield();
    }
    exchange->spin /= 2;
    return 0;
}

/*
 * Sends a reply, if there is one, and fetches the next request: its size. -ENODEV when the mount has ended. Called by one thread at a time.
 */
EXPORTED long amberfs_exchange(struct exchange *exchange, const void *reply, long length, void *request, long size)
{
    exchange->reply_failed = length > 0 ? -amberfs_reply(exchange->fd, reply, length) : 0;
    int64_t start = now();
    int spun = exchange->spin >= SPIN_LEAST_NS && spin(exchange, start);
    ssize_t count;
    do {
        count = read(exchange->fd, request, (size_t)size);
    } while (count < 0 && (errno == EINTR || errno == EAGAIN || errno == ENOENT));
    if (count < 0)
        return -errno;
    if (!spun && exchange->spin < SPIN_FIRST_NS && now() - start < SPIN_MOST_NS)
        exchange->spin = SPIN_FIRST_NS;
    exchange->more = is_ready(exchange->fd);
    return count;
}
