/*
 * SHA-256 of LANES messages at a time, one in each lane of a vector. Included by hmac.c once for each width: LANES, and TARGET, the attribute of functions that may use such
 * vectors.
 */
#define JOIN(a, b) a##b
#define NAMED(a, b) JOIN(a, b)
#define vector NAMED(vector, LANES)

typedef uint32_t vector __attribute__((vector_size(4 * LANES)));

#define FOUR(at, a, b, c, d) (at) + (a) % 4 + (a) / 4 * LANES, (at) + (b) % 4 + (b) / 4 * LANES, (at) + (c) % 4 + (c) / 4 * LANES, (at) + (d) % 4 + (d) / 4 * LANES
#if LANES == 16
#define MASK(a, b, c, d) (vector){FOUR(0, a, b, c, d), FOUR(4, a, b, c, d), FOUR(8, a, b, c, d), FOUR(12, a, b, c, d)}
#else
#define MASK(a, b, c, d) (vector){FOUR(0, a, b, c, d), FOUR(4, a, b, c, d)}
#endif

/* Words 4 * part to 4 * part + 3 of the block that each lane has next. Lane 4 * q + i stands at q of row i, four words wide: each such square is turned. */
TARGET static inline void NAMED(load, LANES)(vector *w, const uint8_t *const *next, int part)
{
    vector row[4];
    for (int i = 0; i < 4; i++) {
        union {
            vector whole;
            uint8_t bytes[4 * LANES];
        } u;
        for (int q = 0; q < LANES / 4; q++)
            memcpy(u.bytes + 16 * q, next[4 * q + i] + 16 * part, 16);
        row[i] = (((u.whole << 8) | (u.whole >> 24)) & 0x00ff00ff) | (((u.whole >> 8) | (u.whole << 24)) & 0xff00ff00);
    }
    vector low = __builtin_shuffle(row[0], row[1], MASK(0, 4, 1, 5));
    vector high = __builtin_shuffle(row[0], row[1], MASK(2, 6, 3, 7));
    vector low2 = __builtin_shuffle(row[2], row[3], MASK(0, 4, 1, 5));
    vector high2 = __builtin_shuffle(row[2], row[3], MASK(2, 6, 3, 7));
    w[4 * part] = __builtin_shuffle(low, low2, MASK(0, 1, 4, 5));
    w[4 * part + 1] = __builtin_shuffle(low, low2, MASK(2, 3, 6, 7));
    w[4 * part + 2] = __builtin_shuffle(high, high2, MASK(0, 1, 4, 5));
    w[4 * part + 3] = __builtin_shuffle(high, high2, MASK(2, 3, 6, 7));
}

/* The next blocks of each lane. */
TARGET static void NAMED(compress, LANES)(struct lanes *lanes, size_t blocks)
{
    vector *state = (vector *)lanes->state;
    for (; blocks > 0; blocks--) {
        vector w[16];
        vector a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (int part = 0; part < 4; part++)
            NAMED(load, LANES)(w, lanes->next, part);
#pragma GCC unroll 64
        for (int t = 0; t < 64; t++) {
            if (t >= 16) {
                vector x = w[(t + 1) & 15], y = w[(t + 14) & 15];
                w[t & 15] += (ROR(x, 7) ^ ROR(x, 18) ^ (x >> 3)) + w[(t + 9) & 15] + (ROR(y, 17) ^ ROR(y, 19) ^ (y >> 10));
            }
            vector t1 = h + (ROR(e, 6) ^ ROR(e, 11) ^ ROR(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + w[t & 15];
            vector t2 = (ROR(a, 2) ^ ROR(a, 13) ^ ROR(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e, state[5] += f, state[6] += g, state[7] += h;
        for (int i = 0; i < LANES; i++)
            lanes->next[i] += lanes->step[i];
    }
}

#undef FOUR
#undef MASK
#undef JOIN
#undef NAMED
#undef vector
