#include "wire.h"

#include "check.h"

#include <sys/socket.h>

struct sockaddr_un wire_address(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fail("the socket's path is too long: %s", path);
    }
    strcpy(address.sun_path, path);
    return address;
}

bool wire_send(int socket, const char *line, size_t length, int body)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec text = {.iov_base = (void *)line, .iov_len = length};
    struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1};
    if (body != -1) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &body, sizeof body);
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t)length;
}

void close_checked(int descriptor)
{
    if (close(descriptor) != 0) {
        fail_errno("close");
    }
}
