/*
 * A client that is no interpreter, for the tests of grants to programs. It prints each reply's
 * line; what comes as a descriptor it never takes.
 *
 *   ask now SOCKET LINE             connects and asks
 *   ask wait SOCKET LINE            asks once, then again after a line on standard input
 *   ask orphan SOCKET LINE          its child asks on its connection, after it has ended
 *   ask disguise SOCKET LINE CMD... its child asks on its connection, after it has executed CMD
 *   ask exec SOCKET LINE PROGRAM    asks, then executes PROGRAM, which asks on the same connection
 *   ask on FD LINE                  asks on a connection that is there already
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void fail(const char *call) {
    perror(call);
    exit(99);
}

static int open_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || strlen(path) >= sizeof address.sun_path) fail("socket");
    strcpy(address.sun_path, path);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    return fd;
}

static void ask(int fd, const char *line) {
    char text[8192];
    int length = snprintf(text, sizeof text, "%s\n", line);
    if (send(fd, text, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
    do {
        ssize_t got = recv(fd, text, sizeof text, 0);
        if (got <= 0) fail("recv");
        if (fwrite(text, 1, (size_t)got, stdout) != (size_t)got) fail("write");
        length = (int)got;
    } while (text[length - 1] != '\n');
    fflush(stdout);
}

static void await_line(void) {
    char c;
    while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n') {
    }
}

/*
 * Forks. The child goes on when the parent has ended or executed another program: the end of the
 * pipe that only the parent has is closed by either.
 */
static int is_child_and_alone(void) {
    int ends[2];
    char c;
    if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child > 0) return 0;
    close(ends[1]);
    if (read(ends[0], &c, 1) != 0) fail("read");
    return 1;
}

int main(int count, char **arguments) {
    if (count < 4) return 98;
    const char *mode = arguments[1];
    const char *line = arguments[3];
    if (strcmp(mode, "on") == 0) {
        ask(atoi(arguments[2]), line);
        return 0;
    }
    int fd = open_socket(arguments[2]);
    if (strcmp(mode, "now") == 0) {
        ask(fd, line);
    } else if (strcmp(mode, "wait") == 0) {
        ask(fd, line);
        await_line();
        ask(fd, line);
    } else if (strcmp(mode, "orphan") == 0) {
        if (is_child_and_alone()) ask(fd, line);
    } else if (strcmp(mode, "disguise") == 0 && count > 4) {
        if (is_child_and_alone()) {
            ask(fd, line);
        } else {
            execv(arguments[4], arguments + 4);
            fail("exec");
        }
    } else if (strcmp(mode, "exec") == 0 && count == 5) {
        char number[16];
        ask(fd, line);
        snprintf(number, sizeof number, "%d", fd);
        execl(arguments[4], arguments[4], "on", number, line, (char *)NULL);
        fail("exec");
    } else {
        return 98;
    }
    return 0;
}
