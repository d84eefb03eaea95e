/*
 * The C floor: what a plain C server needs for the same answers. HELLO, PUT and GET of PROTOCOL.md, a thread per
 * connection, the same system calls and the same cipher calls as the agent's GET. No policy, no audit, no expiry
 * sweeper: what the agent does beyond this floor is what the comparison shows.
 *
 *     floor_server SOCKET
 */
#include "check.h"
#include "floor.h"
#include "floor_store.h"
#include "wire.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum {
    MAX_CONNECTIONS = 96, /* each holds MAX_BODY of locked memory: 6 MiB of the usual 8 MiB limit */
    STACK_BYTES = 128 * 1024,
    SEND_BUFFER_BYTES = 16 * 1024,
    SEND_TIMEOUT_SECONDS = 10,
};

struct scratch {
    struct scratch *next;
    unsigned char *plain; /* locked */
};

struct work {
    int socket;
    struct scratch *scratch;
};

static pthread_mutex_t scratch_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t scratch_freed = PTHREAD_COND_INITIALIZER;
static struct scratch *free_scratch;
static unsigned scratch_made;

/* Waits while MAX_CONNECTIONS are served: the listen backlog is the queue. */
static struct scratch *take_scratch(void)
{
    check_error("pthread_mutex_lock", pthread_mutex_lock(&scratch_lock));
    while (free_scratch == NULL && scratch_made == MAX_CONNECTIONS) {
        check_error("pthread_cond_wait", pthread_cond_wait(&scratch_freed, &scratch_lock));
    }
    struct scratch *scratch = free_scratch;
    if (scratch != NULL) {
        free_scratch = scratch->next;
    } else {
        scratch_made++;
    }
    check_error("pthread_mutex_unlock", pthread_mutex_unlock(&scratch_lock));
    if (scratch == NULL) {
        scratch = malloc(sizeof *scratch);
        if (scratch == NULL) {
            fail_errno("malloc");
        }
        scratch->plain = mmap(NULL, MAX_BODY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (scratch->plain == MAP_FAILED || mlock(scratch->plain, MAX_BODY) != 0) {
            fail_errno("locked scratch");
        }
    }
    return scratch;
}

static void give_back(struct scratch *scratch)
{
    check_error("pthread_mutex_lock", pthread_mutex_lock(&scratch_lock));
    scratch->next = free_scratch;
    free_scratch = scratch;
    check_error("pthread_cond_signal", pthread_cond_signal(&scratch_freed));
    check_error("pthread_mutex_unlock", pthread_mutex_unlock(&scratch_lock));
}

static bool admit(struct connection *connection)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    int send_buffer = SEND_BUFFER_BYTES;
    struct timeval patience = {.tv_sec = SEND_TIMEOUT_SECONDS};
    if (getsockopt(connection->socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0
        || setsockopt(connection->socket, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer) != 0
        || setsockopt(connection->socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0) {
        fail_errno("socket options");
    }
    connection->uid = peer.uid;
    if (peer.uid != geteuid()) {
        (void)send_text(connection->socket, "ERR denied not admitted\n"); /* the connection ends either way */
        return false;
    }
    return true;
}

static void *serve(void *argument)
{
    struct work *work = argument;
    struct connection connection = {.socket = work->socket, .plain = work->scratch->plain, .body = -1};
    if (admit(&connection)) {
        connection_serve(&connection);
    }
    close_checked(connection.socket);
    give_back(work->scratch);
    free(work);
    return NULL;
}

static int listen_on(const char *path)
{
    struct sockaddr_un address = wire_address(path);
    umask(077);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener == -1 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0
        || listen(listener, SOMAXCONN) != 0) {
        fail_errno(path);
    }
    return listener;
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fail("usage: floor_server SOCKET");
    }
    requests_init();
    store_init();
    int listener = listen_on(arguments[1]);
    pthread_attr_t attributes;
    check_error("pthread_attr_init", pthread_attr_init(&attributes));
    check_error("pthread_attr_setstacksize", pthread_attr_setstacksize(&attributes, STACK_BYTES));
    check_error("pthread_attr_setdetachstate", pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED));
    for (;;) {
        struct work *work = malloc(sizeof *work);
        if (work == NULL) {
            fail_errno("malloc");
        }
        work->scratch = take_scratch();
        work->socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (work->socket == -1) {
            fail_errno("accept4");
        }
        pthread_t thread;
        check_error("pthread_create", pthread_create(&thread, &attributes, serve, work));
    }
}
