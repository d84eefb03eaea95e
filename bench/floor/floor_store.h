/* The floor's secrets: AES-256-GCM ciphertext in a hash table, keyed by owner and name. Thread-safe. */
#ifndef SECMEM_BENCH_FLOOR_STORE_H
#define SECMEM_BENCH_FLOOR_STORE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { MAX_NAME = 200, MAX_BODY = 64 * 1024 };

enum store_answer { STORE_OK, STORE_NOT_FOUND, STORE_FAILED };

struct store_meta {
    uint64_t version;
    uint64_t deadline_nanos; /* of CLOCK_BOOTTIME */
    size_t size;
};

/* Makes the key. Once, before any thread starts. */
void store_init(void);

/* Seals plain[0, meta->size) and keeps it in place of what had that name; fills in meta->version. */
enum store_answer store_put(uid_t owner, const char *name, const unsigned char *plain, struct store_meta *meta);

/* Opens the secret into plain, which has room for MAX_BODY; the caller wipes it. */
enum store_answer store_get(uid_t owner, const char *name, unsigned char *plain, struct store_meta *meta);

#endif
