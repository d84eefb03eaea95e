/* What the floor server and the load generator do alike on a Unix socket. */
#ifndef SECMEM_BENCH_WIRE_H
#define SECMEM_BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>

struct sockaddr_un wire_address(const char *path);

/* One sendmsg for the line and, if body is not -1, its descriptor. False unless all of it was taken. */
bool wire_send(int socket, const char *line, size_t length, int body);

void close_checked(int descriptor);

#endif
