/* CPU time, in seconds, as /proc counts it. */
#ifndef SECMEM_BENCH_CPU_H
#define SECMEM_BENCH_CPU_H

struct cpu_times {
    double server; /* of the server's process, its ended threads included; 0 without a pid */
    double own;    /* of this program */
    double others; /* of everything but the server and this program */
};

/* A server_pid of 0: no server is looked at. */
struct cpu_times cpu_now(long server_pid);

#endif
