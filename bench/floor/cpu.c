#include "cpu.h"

#include "check.h"

#include <sys/resource.h>

static void first_line(const char *path, char *text, int room)
{
    FILE *file = fopen(path, "re");
    if (file == NULL || fgets(text, room, file) == NULL) {
        fail_errno(path);
    }
    fclose(file); /* was only read */
}

/* In ticks, but scaled by the kernel to the exact run time. */
static double server_seconds(long pid, double tick)
{
    char path[64];
    char text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    first_line(path, text, sizeof text);
    const char *after_name = strrchr(text, ')');
    unsigned long user;
    unsigned long system;
    if (after_name == NULL
        || sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) {
        fail("%s: not as expected", path);
    }
    return (double)(user + system) * tick;
}

static double machine_seconds(double tick)
{
    char text[1024];
    first_line("/proc/stat", text, sizeof text);
    unsigned long user;
    unsigned long nice;
    unsigned long system;
    unsigned long interrupts;
    unsigned long soft_interrupts;
    unsigned long stolen;
    if (sscanf(text, "cpu %lu %lu %lu %*u %*u %lu %lu %lu", &user, &nice, &system, &interrupts, &soft_interrupts,
               &stolen) != 6) {
        fail("/proc/stat: not as expected");
    }
    return (double)(user + nice + system + interrupts + soft_interrupts + stolen) * tick;
}

static double own_seconds(void)
{
    struct rusage own;
    if (getrusage(RUSAGE_SELF, &own) != 0) {
        fail_errno("getrusage");
    }
    return (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec)
        + (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6;
}

struct cpu_times cpu_now(long server_pid)
{
    double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    struct cpu_times times = {.server = server_pid == 0 ? 0 : server_seconds(server_pid, tick)};
    times.own = own_seconds();
    times.others = machine_seconds(tick) - times.own - times.server;
    return times;
}
