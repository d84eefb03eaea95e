/* A client of the wire protocol that trusts no answer: each wrong one ends the program. */
#ifndef SECMEM_BENCH_CLIENT_H
#define SECMEM_BENCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CLIENT_MAX_REPLY = 4096, CLIENT_MAX_BODY = 1 << 20 };

struct client {
    int socket;
    bool checked_seals; /* once for each client is enough, and costs no system call in every request */
    size_t size;       /* of every body */
    unsigned char *sent;
    unsigned char *received; /* size + 1: a body that is too long shows */
    size_t waiting;          /* bytes of replies in buffer */
    char buffer[CLIENT_MAX_REPLY];
};

void client_init(struct client *client, size_t size);
void client_free(struct client *client);
void client_connect(struct client *client, const char *path);
void client_disconnect(struct client *client);

/* Who listens, by SO_PEERCRED: right also where a launcher script started the server. */
pid_t client_server_pid(const struct client *client);

/* One request, a line with its LF; a body of -1 is none. */
void client_send(const struct client *client, const char *line, int body);

/* The same with a fresh sealed memfd of that content. */
void client_send_with_body(const struct client *client, const char *line, const void *content, size_t size);

/* Takes one line that begins with "OK" off the front of the buffer, into reply, which has CLIENT_MAX_REPLY bytes.
 * Returns the descriptor that came with it, or -1. */
int client_receive(struct client *client, char *reply);

/* Reads a reply's body into room, looks once in the client's life at its seals, and closes it. Returns how much it was:
 * room should have one byte more than is expected. */
size_t client_body(struct client *client, int body, void *room, size_t size);

/* Prints the reply to HELLO behind "reply=". */
void client_hello(struct client *client);

/* One whole GET: its body is read and compared with what client_put would have stored. */
void client_get(struct client *client, const char *name);

/* Sends a PUT and does not wait; each needs one client_put_reply, in the end. */
void client_put_send(struct client *client, const char *name);
void client_put_reply(struct client *client);

#endif
