/*
 * Locks and unlocks an agent with a mnemonic's root, and takes the time of both; between them, of one bare PBKDF2 as
 * UNLOCK needs it, by libcrypto in this program. Prints one line of key=value. A wrong answer ends it with exit 1.
 */
#include "check.h"
#include "cpu.h"
#include "keys.h"

#include <getopt.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

/* Published in BIP39's own test vectors: nobody's secret. */
static const char MNEMONIC[] = "legal winner thank year wave sausage worth useful legal winner thank yellow";

enum { MAX_ROUNDS = 100000, ROUNDS_OF_PBKDF2 = 2048, SEED_BYTES = 64, PATIENCE_SECONDS = 300 };

static const char USAGE[] = "usage: lock_load --socket PATH --unlock | --check\n"
                            "       lock_load --socket PATH --server-pid PID [--seconds S]";

struct times {
    uint64_t *nanos;
    size_t count;
};

static uint64_t now_nanos(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        fail_errno("clock_gettime");
    }
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static struct times no_times(void)
{
    struct times times = {.nanos = calloc(MAX_ROUNDS, sizeof *times.nanos)};
    if (times.nanos == NULL) {
        fail_errno("calloc");
    }
    return times;
}

/* Returns the time until now: where the next one begins. */
static uint64_t add_since(struct times *times, uint64_t begin)
{
    uint64_t end = now_nanos();
    times->nanos[times->count++] = end - begin;
    return end;
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static double median_micros(struct times *times)
{
    qsort(times->nanos, times->count, sizeof *times->nanos, compare);
    return ((double)times->nanos[(times->count - 1) / 2] + (double)times->nanos[times->count / 2]) / 2000;
}

static void bare_pbkdf2(void)
{
    static const unsigned char salt[] = "mnemonic"; /* and no passphrase */
    unsigned char seed[SEED_BYTES];
    if (PKCS5_PBKDF2_HMAC(MNEMONIC, sizeof MNEMONIC - 1, salt, sizeof salt - 1, ROUNDS_OF_PBKDF2, EVP_sha512(),
                          sizeof seed, seed) != 1) {
        fail("PKCS5_PBKDF2_HMAC failed");
    }
}

static void measure(struct client *client, double seconds, long server_pid)
{
    struct times locks = no_times();
    struct times unlocks = no_times();
    struct times bare = no_times();
    bare_pbkdf2(); /* libcrypto finds its algorithms at the first call */
    uint64_t begin = now_nanos();
    struct cpu_times cpu_begin = cpu_now(server_pid);
    while (locks.count < MAX_ROUNDS && (locks.count == 0 || (double)(now_nanos() - begin) < seconds * 1e9)) {
        uint64_t at = now_nanos();
        keys_lock(client);
        at = add_since(&locks, at);
        bare_pbkdf2();
        at = add_since(&bare, at);
        keys_unlock(client, MNEMONIC);
        add_since(&unlocks, at);
    }
    double machine = (double)(now_nanos() - begin) / 1e9 * (double)sysconf(_SC_NPROCESSORS_ONLN);
    double others = cpu_now(server_pid).others - cpu_begin.others;
    printf("mode=lock ops=%zu lock_us=%.1f unlock_us=%.1f pbkdf2_us=%.1f others_percent=%.1f\n", locks.count,
           median_micros(&locks), median_micros(&unlocks), median_micros(&bare), 100 * others / machine);
    free(locks.nanos);
    free(unlocks.nanos);
    free(bare.nanos);
}

/* The load generator compares signatures with each other; here one is verified. */
static void check(struct client *client)
{
    struct keys keys = {.has_public = false};
    keys_public(client, &keys);
    keys_sign(client, &keys);
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, keys.public, sizeof keys.public);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (key == NULL || context == NULL || EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) != 1
        || EVP_DigestVerify(context, keys.signature, sizeof keys.signature, KEYS_MESSAGE, KEYS_MESSAGE_BYTES) != 1) {
        fail("the signature of SIGN is not one of the key of PUBKEY");
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
}

int main(int count, char **arguments)
{
    static const struct option known[] = {
        {"socket", required_argument, NULL, 's'},     {"seconds", required_argument, NULL, 't'},
        {"server-pid", required_argument, NULL, 'i'}, {"unlock", no_argument, NULL, 'u'},
        {"check", no_argument, NULL, 'c'},            {NULL, 0, NULL, 0},
    };
    const char *socket = NULL;
    double seconds = 1;
    long server_pid = 0;
    int what = 'm';
    int which;
    while ((which = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (which) {
        case 's': socket = optarg; break;
        case 't': seconds = strtod(optarg, NULL); break;
        case 'i': server_pid = strtol(optarg, NULL, 10); break;
        case 'u': case 'c': what = which; break;
        default: fail("%s", USAGE);
        }
    }
    if (optind != count || socket == NULL || !(seconds >= 0 && seconds <= 3600) || (what == 'm' && server_pid <= 0)) {
        fail("%s", USAGE);
    }
    alarm(PATIENCE_SECONDS + (unsigned)seconds); /* nobody catches the signal: it ends the program */
    struct client client;
    client_init(&client, 1);
    client_connect(&client, socket);
    switch (what) {
    case 'u': keys_unlock(&client, MNEMONIC); break;
    case 'c': check(&client); break;
    default: measure(&client, seconds, server_pid); break;
    }
    client_disconnect(&client);
    client_free(&client);
    return fflush(stdout) == 0 ? 0 : 1;
}
