/* Latencies in log-linear buckets: 64 to each power of two, so a value read back is at most 1.6 % too high. */
#ifndef SECMEM_BENCH_HISTOGRAM_H
#define SECMEM_BENCH_HISTOGRAM_H

#include <stdint.h>

enum { LINEAR_BITS = 6, LINEAR = 1 << LINEAR_BITS, OCTAVES = 40, HISTOGRAM_BUCKETS = LINEAR * OCTAVES };

struct histogram {
    uint64_t total;
    uint64_t counts[HISTOGRAM_BUCKETS];
};

static inline void histogram_add(struct histogram *histogram, uint64_t nanos)
{
    unsigned octave = nanos < LINEAR ? 0 : (unsigned)(63 - __builtin_clzll(nanos)) - LINEAR_BITS + 1;
    unsigned in_octave = octave == 0 ? (unsigned)nanos : (unsigned)(nanos >> (octave - 1)) - LINEAR;
    unsigned bucket = octave * LINEAR + in_octave;
    histogram->counts[bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1]++;
    histogram->total++;
}

static inline void histogram_merge(struct histogram *into, const struct histogram *from)
{
    into->total += from->total;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        into->counts[i] += from->counts[i];
    }
}

/* The upper edge of the bucket that holds this fraction of the values, in microseconds. */
static inline double histogram_micros(const struct histogram *histogram, double fraction)
{
    double wanted = fraction * (double)histogram->total;
    uint64_t seen = 0;
    unsigned bucket = 0;
    for (; bucket < HISTOGRAM_BUCKETS - 1; bucket++) {
        seen += histogram->counts[bucket];
        if (seen > 0 && (double)seen >= wanted) {
            break;
        }
    }
    unsigned octave = bucket / LINEAR;
    uint64_t next = bucket % LINEAR + 1;
    uint64_t edge = octave == 0 ? next : (next + LINEAR) << (octave - 1);
    return (double)edge / 1000;
}

#endif
