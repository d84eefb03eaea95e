/*
 * The load generator, for the floor and the agent alike: as many threads as connections, each with one request
 * outstanding. Prints one line of key=value. A wrong answer ends it with exit 1.
 */
#include "check.h"
#include "client.h"
#include "cpu.h"
#include "histogram.h"
#include "keys.h"

#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum {
    MAX_CONNECTIONS = 1024,
    MAX_PREFIX = 32,
    MAX_NAME = MAX_PREFIX + 24,
    STACK_BYTES = 256 * 1024,
    /* Replies to as many PUTs fit into the server's 16 KiB send buffer: neither side can wait for the other. */
    FILL_WINDOW = 16,
};

/* Longest that filling may take: a server that hangs must not hang the measurement. */
static const unsigned PATIENCE_SECONDS = 300;

enum mode {
    MODE_NONE, MODE_HELLO, MODE_GET, MODE_PUT, MODE_GET_CONNECT, MODE_SIGN, MODE_SIGN_FRESH, MODE_PUBKEY, MODE_SSH_SIGN,
    MODE_FILL
};

/* Operations count from the start of MEASURING to its end only. */
enum phase { WARMING, MEASURING, ENDED };

struct options {
    const char *socket;
    const char *mode_name;
    enum mode mode;
    unsigned connections;
    double seconds;
    double warmup_seconds;
    uint64_t count; /* operations of each connection; 0: until the time is over */
    size_t size;
    unsigned names;
    const char *prefix;
    long server_pid;
};

struct worker {
    pthread_t thread;
    const struct options *options;
    unsigned index;
    uint64_t operations;
    struct histogram latencies;
};

static const char USAGE[] =
    "usage: load --socket PATH --mode hello|get|put|get-connect|sign|sign-fresh|pubkey|ssh-sign\n"
    "            [--connections N] [--seconds S] [--warmup S] [--count N] [--size BYTES] [--names N] [--prefix TEXT]\n"
    "            [--server-pid PID]\n"
    "       load --socket PATH --fill [--names N] [--size BYTES] [--prefix TEXT]";

static _Atomic int phase = WARMING;

static uint64_t now_nanos(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        fail_errno("clock_gettime");
    }
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static void sleep_seconds(double seconds)
{
    struct timespec left = {.tv_sec = (time_t)seconds};
    left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
    while (nanosleep(&left, &left) != 0) {
        if (errno != EINTR) {
            fail_errno("nanosleep");
        }
    }
}

static void name_of(const struct options *options, unsigned index, char *name)
{
    snprintf(name, MAX_NAME, "%s%06u", options->prefix, index);
}

/* xorshift64*: the same sequence in every run, another one in each thread. */
static unsigned next_index(uint64_t *state, unsigned names)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (unsigned)(((*state * UINT64_C(2685821657736338717)) >> 33) % names);
}

static void operate(struct client *client, struct keys *keys, const struct options *options, const char *name)
{
    switch (options->mode) {
    case MODE_GET:
        client_get(client, name);
        break;
    case MODE_PUT:
        client_put_send(client, name);
        client_put_reply(client);
        break;
    case MODE_SIGN:
        keys_sign(client, keys);
        break;
    case MODE_SIGN_FRESH:
        keys_sign_fresh(client, keys);
        break;
    case MODE_PUBKEY:
        keys_public(client, keys);
        break;
    case MODE_SSH_SIGN:
        keys_ssh_sign(client, keys);
        break;
    default: /* a connection for each request */
        client_connect(client, options->socket);
        client_get(client, name);
        client_disconnect(client);
        break;
    }
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    const struct options *options = worker->options;
    struct client client;
    struct keys keys = {.has_public = false};
    client_init(&client, options->size);
    if (options->mode != MODE_GET_CONNECT) {
        client_connect(&client, options->socket);
    }
    uint64_t random = UINT64_C(0x9E3779B97F4A7C15) * (worker->index + 1);
    for (uint64_t done = 0; options->count == 0 || done < options->count; done++) {
        char name[MAX_NAME];
        name_of(options, next_index(&random, options->names), name);
        uint64_t begin = now_nanos();
        operate(&client, &keys, options, name);
        uint64_t end = now_nanos();
        int now_in = atomic_load_explicit(&phase, memory_order_relaxed);
        if (now_in == ENDED) {
            break;
        }
        if (now_in == MEASURING) {
            worker->operations++;
            histogram_add(&worker->latencies, end - begin);
        }
    }
    if (options->mode != MODE_GET_CONNECT) {
        client_disconnect(&client);
    }
    client_free(&client);
    return NULL;
}

static void run(const struct options *options)
{
    struct worker *workers = calloc(options->connections, sizeof *workers);
    if (workers == NULL) {
        fail_errno("calloc");
    }
    if (options->count != 0) {
        atomic_store(&phase, MEASURING);
    }
    pthread_attr_t attributes;
    check_error("pthread_attr_init", pthread_attr_init(&attributes));
    check_error("pthread_attr_setstacksize", pthread_attr_setstacksize(&attributes, STACK_BYTES));
    uint64_t begin = now_nanos();
    struct cpu_times cpu_begin = cpu_now(options->server_pid);
    for (unsigned i = 0; i < options->connections; i++) {
        workers[i].options = options;
        workers[i].index = i;
        check_error("pthread_create", pthread_create(&workers[i].thread, &attributes, work, &workers[i]));
    }
    if (options->count == 0) {
        sleep_seconds(options->warmup_seconds);
        cpu_begin = cpu_now(options->server_pid);
        begin = now_nanos();
        atomic_store(&phase, MEASURING);
        sleep_seconds(options->seconds);
        atomic_store(&phase, ENDED);
    } else {
        for (unsigned i = 0; i < options->connections; i++) {
            check_error("pthread_join", pthread_join(workers[i].thread, NULL));
        }
    }
    double seconds = (double)(now_nanos() - begin) / 1e9;
    struct cpu_times cpu_end = cpu_now(options->server_pid);
    uint64_t operations = 0;
    struct histogram *all = calloc(1, sizeof *all);
    if (all == NULL) {
        fail_errno("calloc");
    }
    for (unsigned i = 0; i < options->connections; i++) {
        if (options->count == 0) {
            check_error("pthread_join", pthread_join(workers[i].thread, NULL));
        }
        operations += workers[i].operations;
        histogram_merge(all, &workers[i].latencies);
    }
    if (operations == 0) {
        fail("no request was answered within %.1f s", options->seconds);
    }
    printf("mode=%s size=%zu connections=%u names=%u seconds=%.3f ops=%" PRIu64
           " rate=%.1f p50_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f",
           options->mode_name, options->size, options->connections, options->names, seconds, operations,
           (double)operations / seconds, histogram_micros(all, 0.5), histogram_micros(all, 0.99),
           histogram_micros(all, 0.999), histogram_micros(all, 1.0));
    if (options->server_pid != 0) {
        double machine = seconds * (double)sysconf(_SC_NPROCESSORS_ONLN);
        double server = cpu_end.server - cpu_begin.server;
        printf(" server_cpu_us_per_op=%.2f both_cpu_us_per_op=%.2f others_percent=%.1f",
               server * 1e6 / (double)operations,
               (server + cpu_end.own - cpu_begin.own) * 1e6 / (double)operations,
               100 * (cpu_end.others - cpu_begin.others) / machine);
    }
    printf("\n");
    free(all);
    free(workers);
}

static void fill(const struct options *options)
{
    struct client client;
    client_init(&client, options->size);
    client_connect(&client, options->socket);
    uint64_t begin = now_nanos();
    unsigned outstanding = 0;
    for (unsigned i = 0; i < options->names; i++) {
        char name[MAX_NAME];
        name_of(options, i, name);
        if (outstanding == FILL_WINDOW) {
            client_put_reply(&client);
            outstanding--;
        }
        client_put_send(&client, name);
        outstanding++;
    }
    for (; outstanding > 0; outstanding--) {
        client_put_reply(&client);
    }
    client_disconnect(&client);
    client_free(&client);
    double seconds = (double)(now_nanos() - begin) / 1e9;
    printf("mode=fill size=%zu names=%u seconds=%.3f rate=%.1f\n", options->size, options->names, seconds,
           options->names / seconds);
}

static unsigned long whole_number(const char *option, const char *text, unsigned long least, unsigned long most)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || value < least || value > most) {
        fail("--%s: a number from %lu to %lu, not %s", option, least, most, text);
    }
    return value;
}

static double some_seconds(const char *option, const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= 0 && value <= 3600)) {
        fail("--%s: seconds from 0 to 3600, not %s", option, text);
    }
    return value;
}

static enum mode mode_of(const char *name)
{
    static const char *const names[] = {"", "hello", "get", "put", "get-connect",
                                        "sign", "sign-fresh", "pubkey", "ssh-sign"};
    for (int mode = MODE_HELLO; mode <= MODE_SSH_SIGN; mode++) {
        if (strcmp(name, names[mode]) == 0) {
            return (enum mode)mode;
        }
    }
    fail("--mode: no such mode: %s\n%s", name, USAGE);
}

static struct options parse(int count, char **arguments)
{
    static const struct option known[] = {
        {"socket", required_argument, NULL, 's'},      {"mode", required_argument, NULL, 'm'},
        {"connections", required_argument, NULL, 'c'}, {"seconds", required_argument, NULL, 't'},
        {"warmup", required_argument, NULL, 'w'},      {"count", required_argument, NULL, 'o'},
        {"size", required_argument, NULL, 'b'},        {"names", required_argument, NULL, 'n'},
        {"prefix", required_argument, NULL, 'p'},      {"server-pid", required_argument, NULL, 'i'},
        {"fill", no_argument, NULL, 'f'},              {NULL, 0, NULL, 0},
    };
    struct options options = {.connections = 1, .seconds = 2, .warmup_seconds = 0.2, .size = 64, .names = 1,
                              .prefix = "k", .mode_name = "fill"};
    int which;
    int index = 0;
    while ((which = getopt_long(count, arguments, "", known, &index)) != -1) {
        const char *name = known[index].name;
        switch (which) {
        case 's': options.socket = optarg; break;
        case 'm': options.mode = mode_of(optarg); options.mode_name = optarg; break;
        case 'c': options.connections = (unsigned)whole_number(name, optarg, 1, MAX_CONNECTIONS); break;
        case 't': options.seconds = some_seconds(name, optarg); break;
        case 'w': options.warmup_seconds = some_seconds(name, optarg); break;
        case 'o': options.count = whole_number(name, optarg, 1, 1000000000); break;
        case 'b': options.size = whole_number(name, optarg, 1, CLIENT_MAX_BODY); break;
        case 'n': options.names = (unsigned)whole_number(name, optarg, 1, 1000000); break;
        case 'p': options.prefix = optarg; break;
        case 'i': options.server_pid = (long)whole_number(name, optarg, 1, 1UL << 30); break;
        case 'f': options.mode = MODE_FILL; options.mode_name = "fill"; break;
        default: fail("%s", USAGE);
        }
    }
    if (optind != count || options.socket == NULL || options.mode == MODE_NONE || strlen(options.prefix) > MAX_PREFIX) {
        fail("%s", USAGE);
    }
    return options;
}

int main(int count, char **arguments)
{
    struct options options = parse(count, arguments);
    /* Nobody catches the signal: it ends the program. */
    alarm(PATIENCE_SECONDS + (unsigned)(options.seconds + options.warmup_seconds));
    if (options.mode == MODE_FILL) {
        fill(&options);
    } else if (options.mode == MODE_HELLO) {
        struct client client;
        client_init(&client, options.size);
        client_connect(&client, options.socket);
        client_hello(&client);
        client_disconnect(&client);
        client_free(&client);
    } else {
        run(&options);
    }
    if (fflush(stdout) != 0) {
        fail_errno("stdout");
    }
    return 0;
}
