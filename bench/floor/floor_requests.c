#include "check.h"
#include "floor.h"
#include "floor_store.h"
#include "wire.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

enum { MAX_REPLY = 128 };

static const uint64_t NANOS_PER_MILLI = 1000000;
static const uint64_t MAX_TTL_MILLIS = UINT64_C(2592000000);
static const uint64_t DEFAULT_TTL_MILLIS = UINT64_C(32400000);

static unsigned memfd_flags = MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL;

/* Kernels before 6.3 do not know MFD_NOEXEC_SEAL. */
void requests_init(void)
{
    int probe = memfd_create("secmem", memfd_flags);
    if (probe == -1 && errno == EINVAL) {
        memfd_flags &= ~MFD_NOEXEC_SEAL;
        probe = memfd_create("secmem", memfd_flags);
    }
    if (probe == -1) {
        fail_errno("memfd_create");
    }
    close_checked(probe);
}

static uint64_t boottime_nanos(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_BOOTTIME, &now) != 0) {
        fail_errno("clock_gettime");
    }
    return (uint64_t)now.tv_sec * 1000 * NANOS_PER_MILLI + (uint64_t)now.tv_nsec;
}

bool send_text(int socket, const char *reply)
{
    return wire_send(socket, reply, strlen(reply), -1);
}

static bool valid_name(const char *name)
{
    size_t length = 0;
    for (; name[length] != '\0'; length++) {
        if (length == MAX_NAME || (!isalnum((unsigned char)name[length]) && strchr("._-/@:+", name[length]) == NULL)) {
            return false;
        }
    }
    return length > 0;
}

static bool parse_ttl(const char *text, uint64_t *millis)
{
    if (strcmp(text, "-") == 0) {
        *millis = DEFAULT_TTL_MILLIS;
        return true;
    }
    if (text[0] < '1' || text[0] > '9' || strlen(text) > 10 || strspn(text, "0123456789") != strlen(text)) {
        return false;
    }
    *millis = strtoull(text, NULL, 10);
    return *millis <= MAX_TTL_MILLIS;
}

/* Reads the client's body into the scratch; NULL, or the error to answer. */
static const char *read_body(struct connection *connection, size_t *size)
{
    struct stat status;
    if (fstat(connection->body, &status) != 0 || !S_ISREG(status.st_mode)
        || fcntl(connection->body, F_GET_SEALS) == -1) {
        return "ERR bad-request the body is not a file in memory\n";
    }
    if (status.st_size > MAX_BODY) {
        return "ERR too-large the body is over the limit\n";
    }
    *size = (size_t)status.st_size;
    for (size_t done = 0; done < *size;) {
        ssize_t count = pread(connection->body, connection->plain + done, *size - done, (off_t)done);
        if (count <= 0) {
            return "ERR bad-request the body is shorter than its size\n";
        }
        done += (size_t)count;
    }
    return NULL;
}

static bool do_put(struct connection *connection, const char *name, const char *ttl)
{
    uint64_t millis;
    if (name == NULL || ttl == NULL || !valid_name(name) || !parse_ttl(ttl, &millis) || connection->body == -1) {
        return send_text(connection->socket, "ERR bad-request PUT name ttl, and one descriptor\n");
    }
    struct store_meta meta = {.deadline_nanos = boottime_nanos() + millis * NANOS_PER_MILLI};
    const char *error = read_body(connection, &meta.size);
    if (error == NULL && store_put(connection->uid, name, connection->plain, &meta) != STORE_OK) {
        error = "ERR internal cannot store\n";
    }
    explicit_bzero(connection->plain, meta.size);
    close_checked(connection->body);
    connection->body = -1;
    if (error != NULL) {
        return send_text(connection->socket, error);
    }
    char reply[MAX_REPLY];
    int length = snprintf(reply, sizeof reply, "OK version=%" PRIu64 "\n", meta.version);
    return wire_send(connection->socket, reply, (size_t)length, -1);
}

/* The plaintext as a sealed memfd, or -1. */
static int make_delivery(const unsigned char *plain, size_t size)
{
    int delivery = memfd_create("secmem", memfd_flags);
    if (delivery == -1) {
        return -1;
    }
    if (pwrite(delivery, plain, size, 0) != (ssize_t)size || fcntl(delivery, F_ADD_SEALS, SEALS_OF_A_BODY) != 0) {
        close_checked(delivery);
        return -1;
    }
    return delivery;
}

static bool do_get(struct connection *connection, const char *name, const char *more)
{
    if (name == NULL || more != NULL || !valid_name(name)) {
        return send_text(connection->socket, "ERR bad-request GET name\n");
    }
    struct store_meta meta = {0};
    enum store_answer answer = store_get(connection->uid, name, connection->plain, &meta);
    int delivery = answer == STORE_OK ? make_delivery(connection->plain, meta.size) : -1;
    explicit_bzero(connection->plain, meta.size);
    if (answer == STORE_NOT_FOUND) {
        return send_text(connection->socket, "ERR not-found no such key\n");
    }
    if (delivery == -1) {
        return send_text(connection->socket, "ERR internal cannot deliver\n");
    }
    bool sent;
    uint64_t now = boottime_nanos(); /* after the memfd is made: this comparison is the moment of service */
    if (now >= meta.deadline_nanos) {
        sent = send_text(connection->socket, "ERR expired its time ran out\n");
    } else {
        uint64_t left_millis = (meta.deadline_nanos - now + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        char reply[MAX_REPLY];
        int length = snprintf(reply, sizeof reply, "OK version=%" PRIu64 " ttl_ms=%" PRIu64 " size=%zu owner=%u\n",
                              meta.version, left_millis, meta.size, connection->uid);
        sent = wire_send(connection->socket, reply, (size_t)length, delivery);
    }
    close_checked(delivery);
    return sent;
}

bool request_answer(struct connection *connection, char *line)
{
    char *rest = line;
    char *verb = strsep(&rest, " ");
    char *first = rest == NULL ? NULL : strsep(&rest, " ");
    char *second = rest == NULL ? NULL : strsep(&rest, " ");
    if (strcmp(verb, "GET") == 0) {
        return do_get(connection, first, second);
    }
    if (strcmp(verb, "PUT") == 0) {
        return do_put(connection, first, second); /* the floor ignores PUT's options */
    }
    if (strcmp(verb, "HELLO") == 0) {
        return send_text(connection->socket, "OK protocol=1 server=secmem-floor/1 locked=0\n");
    }
    return send_text(connection->socket, "ERR unknown-verb the floor knows HELLO, PUT and GET\n");
}
