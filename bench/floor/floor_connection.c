#include "check.h"
#include "floor.h"
#include "wire.h"

#include <sys/socket.h>

enum { MAX_DESCRIPTORS = 253 }; /* the kernel's maximum in one send */

/* Keeps the one descriptor of a message for the last line begun in it; anything else is closed and ends the connection. */
static bool take_descriptors(struct connection *connection, struct msghdr *message, size_t old_length)
{
    bool surplus = (message->msg_flags & MSG_CTRUNC) != 0;
    bool came = false;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
            if (came || connection->body != -1) {
                surplus = true;
                close_checked(descriptor);
            } else {
                came = true;
                connection->body = descriptor;
            }
        }
    }
    if (came && !surplus) {
        size_t at = connection->length - 1; /* a line that ends the read begins behind the LF before */
        while (at > 0 && connection->line[at - 1] != '\n') {
            at--;
        }
        connection->body_at = at;
        surplus = at < old_length; /* that line was begun in an earlier read */
    }
    return !surplus;
}

/* Answers every complete line and moves the rest to the front. */
static bool do_lines(struct connection *connection)
{
    size_t at = 0;
    char *end;
    while ((end = memchr(connection->line + at, '\n', connection->length - at)) != NULL) {
        *end = '\0';
        int later_body = -1;
        if (connection->body != -1 && connection->body_at != at) {
            later_body = connection->body; /* it belongs to a line further on */
            connection->body = -1;
        }
        bool going_on = request_answer(connection, connection->line + at);
        if (!going_on || connection->body != -1) { /* a descriptor that the line did not take */
            if (later_body != -1) {
                close_checked(later_body);
            }
            return false;
        }
        connection->body = later_body;
        at = (size_t)(end - connection->line) + 1;
    }
    connection->length -= at;
    connection->body_at -= connection->body == -1 ? 0 : at;
    memmove(connection->line, connection->line + at, connection->length);
    return connection->length < MAX_LINE;
}

static bool receive(struct connection *connection)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(MAX_DESCRIPTORS * sizeof(int))];
    } control;
    struct iovec room = {.iov_base = connection->line + connection->length, .iov_len = MAX_LINE - connection->length};
    struct msghdr message = {.msg_iov = &room, .msg_iovlen = 1,
                             .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t count = recvmsg(connection->socket, &message, MSG_CMSG_CLOEXEC);
    if (count <= 0) {
        return false;
    }
    size_t old_length = connection->length;
    connection->length += (size_t)count;
    return take_descriptors(connection, &message, old_length);
}

void connection_serve(struct connection *connection)
{
    while (receive(connection) && do_lines(connection)) {
    }
    if (connection->body != -1) {
        close_checked(connection->body);
    }
}
