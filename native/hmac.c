/*
 * HMAC-SHA-256 (RFC 2104, FIPS 180-4) of many pieces of memory at a time, one in each lane of the processor's widest vectors: three to eight times as fast as one after the other
 * where the processor has no instructions for SHA-256. Where it has them, or no such vectors, there are no lanes: Java's own is as good or better.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

#if defined(__x86_64__)
#include <cpuid.h>

#define BLOCK 64
#define WORDS 8
#define DIGEST 32
#define LANES_MOST 16
#define SHA_BIT (1u << 29)

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74,
    0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
    0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
    0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
    0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
static const uint32_t START[WORDS] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* The states of all lanes, word by word; what each lane reads next, and how far it goes on with each block. */
struct lanes {
    uint32_t state[WORDS * LANES_MOST] __attribute__((aligned(64)));
    const uint8_t *next[LANES_MOST];
    ptrdiff_t step[LANES_MOST];
};

#define ROR(x, n) (((x) >> (n)) | ((x) << (32 - (n))))

#define LANES 16
#define TARGET __attribute__((target("avx512f")))
#include "lanes.h"
#undef LANES
#undef TARGET

#define LANES 8
#define TARGET __attribute__((target("avx2")))
#include "lanes.h"
#undef LANES
#undef TARGET

/* What a lane is at. */
struct lane {
    int piece;                /* -1 for none */
    size_t blocks;            /* whole ones that are left ahead of the tail, or of the tail itself */
    int at_tail;
    int is_outer;
    size_t length;
    uint8_t tail[2 * BLOCK];  /* the end of the piece with its padding; then the inner digest with its */
};

struct job {
    const uint8_t *base;
    const int32_t *offsets;
    const int32_t *lengths;
    uint8_t *ids;
    uint32_t inner[WORDS];
    uint32_t outer[WORDS];
    int width;
    struct lanes lanes;
    struct lane lane[LANES_MOST];
};

static void put32(uint8_t *at, uint32_t word)
{
    at[0] = (uint8_t)(word >> 24);
    at[1] = (uint8_t)(word >> 16);
    at[2] = (uint8_t)(word >> 8);
    at[3] = (uint8_t)word;
}

/* Behind the first used bytes: padding, and the length of the whole message, which a block of the key comes ahead of. Returns the blocks. */
static size_t pad(uint8_t *tail, size_t used, size_t length)
{
    size_t blocks = used + 9 > BLOCK ? 2 : 1;
    uint64_t bits = ((uint64_t)length + BLOCK) * 8;
    memset(tail + used, 0, blocks * BLOCK - used);
    tail[used] = 0x80;
    put32(tail + blocks * BLOCK - 8, (uint32_t)(bits >> 32));
    put32(tail + blocks * BLOCK - 4, (uint32_t)bits);
    return blocks;
}

static void set_state(struct job *job, int lane, const uint32_t *words)
{
    for (int i = 0; i < WORDS; i++)
        job->lanes.state[i * job->width + lane] = words[i];
}

static void get_digest(const struct job *job, int lane, uint8_t *digest)
{
    for (int i = 0; i < WORDS; i++)
        put32(digest + 4 * i, job->lanes.state[i * job->width + lane]);
}

static void go_on_at_tail(struct job *job, int number, size_t blocks)
{
    struct lane *lane = &job->lane[number];
    lane->blocks = blocks;
    lane->at_tail = 1;
    job->lanes.next[number] = lane->tail;
}

static void begin(struct job *job, int number, int piece)
{
    struct lane *lane = &job->lane[number];
    const uint8_t *start = job->base + job->offsets[piece];
    size_t whole;
    lane->piece = piece;
    lane->length = (size_t)job->lengths[piece];
    lane->is_outer = 0;
    lane->at_tail = 0;
    lane->blocks = lane->length / BLOCK;
    whole = lane->blocks * BLOCK;
    set_state(job, number, job->inner);
    job->lanes.next[number] = start;
    job->lanes.step[number] = BLOCK;
    memcpy(lane->tail, start + whole, lane->length - whole);
    if (lane->blocks == 0)
        go_on_at_tail(job, number, pad(lane->tail, lane->length, lane->length));
}

/* A lane has no blocks left: its next part. Returns 0 when its piece is done. */
static int part_done(struct job *job, int number)
{
    struct lane *lane = &job->lane[number];
    if (!lane->at_tail) {
        go_on_at_tail(job, number, pad(lane->tail, lane->length % BLOCK, lane->length));
        return 1;
    }
    if (!lane->is_outer) {
        get_digest(job, number, lane->tail);
        set_state(job, number, job->outer);
        lane->is_outer = 1;
        go_on_at_tail(job, number, pad(lane->tail, DIGEST, DIGEST));
        return 1;
    }
    get_digest(job, number, job->ids + DIGEST * (size_t)lane->piece);
    return 0;
}

static void run(struct job *job, size_t blocks)
{
    if (job->width == 16)
        compress16(&job->lanes, blocks);
    else
        compress8(&job->lanes, blocks);
}

static void idle(struct job *job, int number)
{
    static const uint8_t nothing[BLOCK];
    job->lane[number].piece = -1;
    job->lanes.next[number] = nothing;
    job->lanes.step[number] = 0;
}

/* The states behind the first block of HMAC: the key with each pad. */
static void start(struct job *job, const uint8_t *key, size_t length)
{
    uint8_t blocks[2][BLOCK];
    memset(blocks[0], 0x36, BLOCK);
    memset(blocks[1], 0x5c, BLOCK);
    for (size_t i = 0; i < length; i++) {
        blocks[0][i] ^= key[i];
        blocks[1][i] ^= key[i];
    }
    for (int number = 0; number < job->width; number++) {
        idle(job, number);
        set_state(job, number, START);
    }
    job->lanes.next[0] = blocks[0];
    job->lanes.next[1] = blocks[1];
    run(job, 1);
    for (int i = 0; i < WORDS; i++) {
        job->inner[i] = job->lanes.state[i * job->width];
        job->outer[i] = job->lanes.state[i * job->width + 1];
    }
    explicit_bzero(blocks, sizeof blocks);
}

EXPORTED int amberfs_lanes(void)
{
    unsigned a, b, c, d;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & SHA_BIT) != 0)
        return 0;
    return __builtin_cpu_supports("avx512f") ? 16 : __builtin_cpu_supports("avx2") ? 8 : 0;
}

/* The ids of count pieces, 32 bytes each, in their order, with 8 or 16 lanes. It is fastest when the longest come first. */
EXPORTED int amberfs_hmac(int lanes, const uint8_t *base, const int32_t *offsets, const int32_t *lengths, int count, const uint8_t *key, int key_length, uint8_t *ids)
{
    struct job job = {.base = base, .offsets = offsets, .lengths = lengths, .ids = ids, .width = lanes};
    int next = 0, active = 0;
    if ((lanes != 8 && lanes != 16) || lanes > amberfs_lanes() || key_length < 0 || key_length > BLOCK)
        return -EINVAL;
    start(&job, key, (size_t)key_length);
    for (int number = 0; number < job.width && next < count; number++, active++)
        begin(&job, number, next++);
    while (active > 0) {
        size_t blocks = SIZE_MAX;
        for (int number = 0; number < job.width; number++)
            if (job.lane[number].piece >= 0 && job.lane[number].blocks < blocks)
                blocks = job.lane[number].blocks;
        run(&job, blocks);
        for (int number = 0; number < job.width; number++) {
            struct lane *lane = &job.lane[number];
            if (lane->piece < 0 || (lane->blocks -= blocks) > 0 || part_done(&job, number))
                continue;
            if (next < count) {
                begin(&job, number, next++);
            } else {
                idle(&job, number);
                active--;
            }
        }
    }
    explicit_bzero(&job, sizeof job);
    return 0;
}

#else

EXPORTED int amberfs_lanes(void)
{
    return 0;
}

EXPORTED int amberfs_hmac(int lanes, const uint8_t *base, const int32_t *offsets, const int32_t *lengths, int count, const uint8_t *key, int key_length, uint8_t *ids)
{
    (void)lanes, (void)base, (void)offsets, (void)lengths, (void)count, (void)key, (void)key_length, (void)ids;
    return -ENOSYS;
}

#endif
