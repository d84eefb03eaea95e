/* Both programs end at the first thing that should not happen: a measurement that goes on after one is worth nothing. */
#ifndef SECMEM_BENCH_CHECK_H
#define SECMEM_BENCH_CHECK_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The header of an older libc may not have it; the kernel does since 6.3. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

#define SEALS_OF_A_BODY (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

/* _exit, not exit: other threads are running, and nothing here needs an exit handler. */
__attribute__((noreturn, format(printf, 1, 2))) static inline void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    _exit(1);
}

__attribute__((noreturn)) static inline void fail_errno(const char *call)
{
    fail("%s: %s", call, strerror(errno));
}

/* For the pthread calls, which return the error instead of setting errno. */
static inline void check_error(const char *call, int error)
{
    if (error != 0) {
        fail("%s: %s", call, strerror(error));
    }
}

#endif
