/*
 * libcrypto's own rate: as many threads as processors sign 64 bytes in a loop, each with a key of its own that is made
 * once. Prints one line of key=value. What the agent does beyond that is its price.
 */
#include "check.h"
#include "cpu.h"
#include "keys.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum { MAX_THREADS = 1024 };

static _Atomic bool ended;

static double monotonic_seconds(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        fail_errno("clock_gettime");
    }
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *sign(void *argument)
{
    uint64_t *operations = argument;
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    if (key == NULL) {
        fail("no key of Ed25519");
    }
    do {
        unsigned char signature[KEYS_SIGNATURE_BYTES];
        size_t size = sizeof signature;
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        if (context == NULL || EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1
            || EVP_DigestSign(context, signature, &size, KEYS_MESSAGE, KEYS_MESSAGE_BYTES) != 1) {
            fail("EVP_DigestSign failed");
        }
        EVP_MD_CTX_free(context);
        ++*operations;
    } while (!atomic_load_explicit(&ended, memory_order_relaxed));
    EVP_PKEY_free(key);
    return NULL;
}

int main(int count, char **arguments)
{
    double wanted = count == 3 && strcmp(arguments[1], "--seconds") == 0 ? strtod(arguments[2], NULL) : 0;
    long threads = sysconf(_SC_NPROCESSORS_ONLN);
    if (!(wanted > 0 && wanted <= 3600) || threads < 1 || threads > MAX_THREADS) {
        fail("usage: sign_loop --seconds S");
    }
    pthread_t running[MAX_THREADS];
    uint64_t operations[MAX_THREADS] = {0};
    double begin = monotonic_seconds();
    struct cpu_times cpu_begin = cpu_now(0);
    for (long i = 0; i < threads; i++) {
        check_error("pthread_create", pthread_create(&running[i], NULL, sign, &operations[i]));
    }
    struct timespec pause = {.tv_sec = (time_t)wanted, .tv_nsec = (long)((wanted - (double)(time_t)wanted) * 1e9)};
    nanosleep(&pause, NULL); /* no signal is caught that could end it early */
    atomic_store(&ended, true);
    uint64_t sum = 0;
    for (long i = 0; i < threads; i++) {
        check_error("pthread_join", pthread_join(running[i], NULL));
        sum += operations[i];
    }
    double seconds = monotonic_seconds() - begin;
    struct cpu_times cpu_end = cpu_now(0);
    printf("mode=loop-sign seconds=%.3f ops=%llu rate=%.1f both_cpu_us_per_op=%.2f others_percent=%.1f\n", seconds,
           (unsigned long long)sum, (double)sum / seconds, (cpu_end.own - cpu_begin.own) * 1e6 / (double)sum,
           100 * (cpu_end.others - cpu_begin.others) / (seconds * (double)threads));
    return fflush(stdout) == 0 ? 0 : 1;
}
