/* What the parts of the floor server share. A connection is used by its own thread only. */
#ifndef SECMEM_BENCH_FLOOR_H
#define SECMEM_BENCH_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { MAX_LINE = 4096 };

struct connection {
    int socket;
    uid_t uid;
    unsigned char *plain; /* locked scratch of MAX_BODY bytes, empty between requests */
    size_t length;        /* of what waits in line */
    int body;             /* the descriptor that came and is not used yet, or -1 */
    size_t body_at;       /* where in line its request begins */
    char line[MAX_LINE];
};

/* Answers requests until the connection is to end; leaves the socket open. */
void connection_serve(struct connection *connection);

/* Finds out what memfd_create takes here. Once, before any thread starts. */
void requests_init(void);

/* Answers one line, without its LF. False ends the connection. */
bool request_answer(struct connection *connection, char *line);

bool send_text(int socket, const char *reply);

#endif
