/* A disk that fails on demand, for the one process that preloads this (ld.so(8), LD_PRELOAD).
 *
 * What it does to calls on files of the folder FAULTY_DISK_FOLDER stands in the file
 * FAULTY_DISK_CONTROL, which is shared memory: `faulty_disk.rs` writes it while the process runs.
 * Everything else passes. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { WRITE = 1, SYNC = 2, OPEN = 4 };

/* The same members stand in `faulty_disk.rs`. */
struct control {
    int error; /* an errno; 0 while the disk is well */
    int kinds; /* which calls fail */
    int skip;  /* so many of them still pass */
    int left;  /* so many then fail; less than 0: all */
    int hits;  /* so many have failed */
};

static struct control *control;
static char folder[PATH_MAX];

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTY_DISK_CONTROL");
    const char *name = getenv("FAULTY_DISK_FOLDER");
    if (!path || !name || !realpath(name, folder)) abort();
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) abort();
    void *shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED) abort();
    close(fd);
    control = shared;
}

static int is_on_disk(const char *path) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

static int fails(enum kind kind) {
    int error = __atomic_load_n(&control->error, __ATOMIC_SEQ_CST);
    if (!error || !(control->kinds & kind)) return 0;
    if (__atomic_fetch_sub(&control->skip, 1, __ATOMIC_SEQ_CST) > 0) return 0;
    int left = __atomic_load_n(&control->left, __ATOMIC_SEQ_CST);
    if (left >= 0 && __atomic_fetch_sub(&control->left, 1, __ATOMIC_SEQ_CST) <= 0) {
        __atomic_store_n(&control->left, 0, __ATOMIC_SEQ_CST);
        return 0;
    }
    __atomic_fetch_add(&control->hits, 1, __ATOMIC_SEQ_CST);
    errno = error;
    return 1;
}

static int fails_on(int fd, enum kind kind) {
    if (!control || !control->error) return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_on_disk(path) && fails(kind);
}

static int fails_at(const char *path, int flags) {
    if (!control || !control->error) return 0;
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
    return writes && is_on_disk(path) && fails(OPEN);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON(fd, kind, name, ...)                                 \
    do {                                                        \
        static __typeof__(&name) real;                          \
        if (!real) real = REAL(name);                           \
        return fails_on(fd, kind) ? -1 : real(__VA_ARGS__);     \
    } while (0)

ssize_t write(int fd, const void *bytes, size_t count) {
    ON(fd, WRITE, write, fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    ON(fd, WRITE, pwrite, fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    ON(fd, WRITE, pwrite64, fd, bytes, count, at);
}

int ftruncate(int fd, off_t length) {
    ON(fd, WRITE, ftruncate, fd, length);
}

int ftruncate64(int fd, off64_t length) {
    ON(fd, WRITE, ftruncate64, fd, length);
}

int fsync(int fd) {
    ON(fd, SYNC, fsync, fd);
}

int fdatasync(int fd) {
    ON(fd, SYNC, fdatasync, fd);
}

#define OPENS(name)                                             \
    int name(const char *path, int flags, ...) {                \
        static __typeof__(&name) real;                          \
        if (!real) real = REAL(name);                           \
        va_list rest;                                           \
        va_start(rest, flags);                                  \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                           \
        return fails_at(path, flags) ? -1 : real(path, flags, mode); \
    }

OPENS(open)
OPENS(open64)
