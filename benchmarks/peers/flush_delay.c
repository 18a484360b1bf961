/* Makes each flush of a file take a fixed time longer, so that a log can be compared
 * with a bare file on a disk that is the same today and tomorrow. Loaded into a
 * program by LD_PRELOAD; RINGWALL_FLUSH_US says by how many microseconds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int flush_function(int);

static struct timespec added;

__attribute__((constructor)) static void read_delay(void)
{
    const char *said = getenv("RINGWALL_FLUSH_US");
    long microseconds = said == NULL ? 0 : strtol(said, NULL, 10);
    added.tv_sec = microseconds / 1000000;
    added.tv_nsec = microseconds % 1000000 * 1000;
}

static int slowly(const char *name, int file)
{
    flush_function *flush = (flush_function *)dlsym(RTLD_NEXT, name);
    struct timespec left = added;
    while (nanosleep(&left, &left) != 0)
        ;
    return flush(file);
}

int fsync(int file)
{
    return slowly("fsync", file);
}

int fdatasync(int file)
{
    return slowly("fdatasync", file);
}
