#include "client.h"

#include "check.h"
#include "wire.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { MAX_REQUEST = 256 };

static const char TTL_MILLIS[] = "3600000";

void client_init(struct client *client, size_t size)
{
    memset(client, 0, sizeof *client);
    client->socket = -1;
    client->size = size;
    client->sent = malloc(size + 1);
    client->received = malloc(size + 1);
    if (client->sent == NULL || client->received == NULL) {
        fail_errno("malloc");
    }
}

void client_free(struct client *client)
{
    free(client->sent);
    free(client->received);
}

void client_connect(struct client *client, const char *path)
{
    struct sockaddr_un address = wire_address(path);
    client->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->socket == -1 || connect(client->socket, (struct sockaddr *)&address, sizeof address) != 0) {
        fail_errno("connect");
    }
}

void client_disconnect(struct client *client)
{
    close_checked(client->socket);
    client->socket = -1;
}

pid_t client_server_pid(const struct client *client)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(client->socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
        fail_errno("SO_PEERCRED");
    }
    return peer.pid;
}

void client_send(const struct client *client, const char *line, int body)
{
    if (!wire_send(client->socket, line, strlen(line), body)) {
        fail_errno("send a request");
    }
}

/* One read into the buffer; the descriptor that came, or -1. */
static int receive(struct client *client)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec room = {.iov_base = client->buffer + client->waiting,
                         .iov_len = sizeof client->buffer - client->waiting};
    struct msghdr message = {.msg_iov = &room, .msg_iovlen = 1,
                             .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t count = recvmsg(client->socket, &message, MSG_CMSG_CLOEXEC);
    if (count <= 0) {
        fail("no reply: %s", count == 0 ? "the server closed the connection" : strerror(errno));
    }
    if ((message.msg_flags & MSG_CTRUNC) != 0) {
        fail("a reply came with more than one descriptor");
    }
    client->waiting += (size_t)count;
    int body = -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        memcpy(&body, CMSG_DATA(header), sizeof body);
    }
    return body;
}

int client_receive(struct client *client, char *reply)
{
    int body = -1;
    char *end;
    while ((end = memchr(client->buffer, '\n', client->waiting)) == NULL) {
        int came = receive(client);
        if (came != -1 && body != -1) {
            fail("a reply came with two descriptors");
        }
        body = came != -1 ? came : body;
    }
    size_t length = (size_t)(end - client->buffer);
    memcpy(reply, client->buffer, length);
    reply[length] = '\0';
    client->waiting -= length + 1;
    memmove(client->buffer, end + 1, client->waiting);
    if (strcmp(reply, "OK") != 0 && strncmp(reply, "OK ", 3) != 0) {
        fail("the server answered: %s", reply);
    }
    return body;
}

void client_hello(struct client *client)
{
    char reply[CLIENT_MAX_REPLY];
    client_send(client, "HELLO\n", -1);
    if (client_receive(client, reply) != -1) {
        fail("a descriptor came with the reply to HELLO");
    }
    printf("mode=hello pid=%d reply=%s\n", client_server_pid(client), reply);
}

/* Every secret's own content, its name and then its last digit, so that no mixed-up body goes unnoticed. */
static void make_content_of(struct client *client, const char *name)
{
    size_t length = strlen(name);
    memset(client->sent, name[length - 1], client->size);
    memcpy(client->sent, name, length < client->size ? length : client->size);
}

/* The beginning and the end tell one secret from the other: comparing all of 64 KiB would measure this program. */
static bool is_content_of(const struct client *client, const char *name)
{
    size_t length = strlen(name);
    size_t named = length < client->size ? length : client->size;
    return memcmp(client->received, name, named) == 0
        && (named == client->size || client->received[client->size - 1] == (unsigned char)name[length - 1]);
}

static void check_seals(struct client *client, int body)
{
    int seals = fcntl(body, F_GET_SEALS);
    if (seals == -1 || (seals & SEALS_OF_A_BODY) != SEALS_OF_A_BODY || lseek(body, 0, SEEK_CUR) != 0) {
        fail("a reply's body is not a memfd with all four seals at offset 0");
    }
    client->checked_seals = true;
}

size_t client_body(struct client *client, int body, void *room, size_t size)
{
    ssize_t count = pread(body, room, size, 0);
    if (count == -1) {
        fail_errno("read the body of a reply");
    }
    if (!client->checked_seals) {
        check_seals(client, body);
    }
    close_checked(body);
    return (size_t)count;
}

void client_get(struct client *client, const char *name)
{
    char text[MAX_REQUEST];
    snprintf(text, sizeof text, "GET %s\n", name);
    client_send(client, text, -1);
    char reply[CLIENT_MAX_REPLY];
    int body = client_receive(client, reply);
    if (body == -1) {
        fail("no descriptor came with: %s", reply);
    }
    const char *size = strstr(reply, " size=");
    if (size == NULL || strtoull(size + 6, NULL, 10) != client->size) {
        fail("GET %s is not of %zu bytes: %s", name, client->size, reply);
    }
    if (client_body(client, body, client->received, client->size + 1) != client->size) {
        fail("the body of %s is not of the size in: %s", name, reply);
    }
    if (!is_content_of(client, name)) {
        fail("the body of %s is not what was put", name);
    }
}

void client_send_with_body(const struct client *client, const char *line, const void *content, size_t size)
{
    /* Sealed as a careful client's: the mirror image of what the server does for a GET. */
    int body = memfd_create("secmem", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (body == -1) {
        fail_errno("memfd_create");
    }
    if (pwrite(body, content, size, 0) != (ssize_t)size || fcntl(body, F_ADD_SEALS, SEALS_OF_A_BODY) != 0) {
        fail_errno("write the body of a request");
    }
    client_send(client, line, body);
    close_checked(body);
}

void client_put_send(struct client *client, const char *name)
{
    make_content_of(client, name);
    char text[MAX_REQUEST];
    snprintf(text, sizeof text, "PUT %s %s\n", name, TTL_MILLIS);
    client_send_with_body(client, text, client->sent, client->size);
}

void client_put_reply(struct client *client)
{
    char reply[CLIENT_MAX_REPLY];
    if (client_receive(client, reply) != -1) {
        fail("a descriptor came with the reply to a PUT");
    }
    if (strncmp(reply, "OK version=", 11) != 0) {
        fail("not a reply to PUT: %s", reply);
    }
}
