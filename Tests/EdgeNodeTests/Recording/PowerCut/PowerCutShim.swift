import Foundation
import TestSupport

/// A library to be loaded before all others, which writes down what a program does to the files below a folder, in the order in which it does it.
enum PowerCutShim {
    /// The folder, with no slash at its end.
    static let root = "POWERCUT_ROOT"
    /// The file that is appended to; it lies elsewhere.
    static let log = "POWERCUT_LOG"
    /// The number of the operation, SQLite's left out, before which the process is killed.
    static let killAt = "POWERCUT_KILL_AT"

    /// Compiles it.
    /// - Returns: Its path.
    static func make(in folder: TemporaryDirectory) async throws -> String {
        let (code, library) = (folder.path("powercut.c"), folder.path("powercut.so"))
        try Data(source.utf8).write(to: URL(filePath: code))
        let arguments = ["-shared", "-fPIC", "-O1", "-o", library, code, "-ldl", "-lpthread"]
        let compiler =
            try (try? ChildProcess(executable: "cc", arguments: arguments)) ?? ChildProcess(executable: "clang", arguments: arguments)
        guard await compiler.waitForExit() == 0 else { throw PowerCutFailure(description: compiler.output) }
        return library
    }

    /// Records: operation, whether SQLite did it, lengths of two names, place, length of the data; names; data. Numbers are the machine's own.
    private static let source = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <pthread.h>
        #include <signal.h>
        #include <stdarg.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <sys/uio.h>
        #include <unistd.h>

        enum { START, MAKE, MKDIR, WRITE, CUT, SYNC, SYNCDIR, RENAME, UNLINK };
        enum { DESCRIPTORS = 4096 };
        struct header { uint8_t op, sqlite; uint16_t name, other, none; int64_t place; uint64_t length; };

        static const char *root;
        static size_t rootLength;
        static int file = -1, hasStarted;
        static long killAt, count;
        static char *names[DESCRIPTORS];
        static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

        __attribute__((constructor)) static void begin(void) {
            const char *log = getenv("POWERCUT_LOG"), *at = getenv("POWERCUT_KILL_AT");
            if (!getenv("POWERCUT_ROOT") || !log) return;
            killAt = at ? atol(at) : 0;
            file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
            root = getenv("POWERCUT_ROOT");
            rootLength = strlen(root);
        }

        /* The name below the root, or null. */
        static const char *below(const char *path) {
            if (!root || !path || strncmp(path, root, rootLength)) return 0;
            if (!path[rootLength]) return "";
            return path[rootLength] == '/' ? path + rootLength + 1 : 0;
        }
        static const char *of(int fd) { return fd >= 0 && fd < DESCRIPTORS ? names[fd] : 0; }
        static void put(const void *bytes, size_t length) {
            const char *at = bytes;
            while (length > 0) {
                ssize_t done = syscall(SYS_write, file, at, length);
                if (done <= 0) { if (errno == EINTR) continue; abort(); }
                at += done, length -= done;
            }
        }
        static int isSQLite(void *caller) {
            Dl_info info;
            return dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "libsqlite3") != 0;
        }
        static void record(int op, int sqlite, const char *name, const char *other, int64_t place, const void *data, size_t length) {
            if (!hasStarted) { hasStarted = 1; record(START, 0, "", "", 0, 0, 0); }
            struct header h = { op, sqlite, strlen(name), strlen(other), 0, place, length };
            int saved = errno;
            if (op != START && !sqlite && strcmp(name, "reports")) count++;
            put(&h, sizeof h), put(name, h.name), put(other, h.other), put(data, length);
            errno = saved;
        }
        /* Before each operation: takes the lock, and kills where it is time. */
        static int enter(void *caller, const char *name) {
            pthread_mutex_lock(&lock);
            int sqlite = isSQLite(caller);
            if (!sqlite && strcmp(name, "reports") && count + 1 == killAt) { kill(getpid(), SIGKILL); pause(); }
            return sqlite;
        }
        static void leave(void) { pthread_mutex_unlock(&lock); }

        #define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, #name)
        #define CALLER __builtin_return_address(0)

        static int opened(int fd, int flags, const char *name, int sqlite, int existed) {
            if (fd < 0) return fd;
            if (fd < DESCRIPTORS) free(names[fd]), names[fd] = strdup(name);
            if ((flags & O_CREAT) && !existed) record(MAKE, sqlite, name, "", 0, 0, 0);
            else if (flags & O_TRUNC) record(CUT, sqlite, name, "", 0, 0, 0);
            return fd;
        }
        static int mode(int flags, va_list list) { return flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, int) : 0; }
        #define OPEN(symbol) \
            int symbol(const char *path, int flags, ...) { \
                REAL(int, symbol, const char *, int, ...); \
                va_list list; va_start(list, flags); int bits = mode(flags, list); va_end(list); \
                const char *name = below(path); \
                if (!name) return real(path, flags, bits); \
                struct stat found; int changes = flags & (O_CREAT | O_TRUNC), existed = lstat(path, &found) == 0; \
                int sqlite = 0; \
                if (changes && !(existed && !(flags & O_TRUNC))) sqlite = enter(CALLER, name); else pthread_mutex_lock(&lock); \
                int fd = opened(real(path, flags, bits), flags, name, sqlite, existed); \
                leave(); return fd; \
            }
        OPEN(open) OPEN(open64)
        #define OPENAT(symbol) \
            int symbol(int folder, const char *path, int flags, ...) { \
                REAL(int, symbol, int, const char *, int, ...); \
                va_list list; va_start(list, flags); int bits = mode(flags, list); va_end(list); \
                return below(path) ? open(path, flags, bits) : real(folder, path, flags, bits); \
            }
        OPENAT(openat) OPENAT(openat64)

        int close(int fd) {
            REAL(int, close, int);
            if (of(fd)) { pthread_mutex_lock(&lock); free(names[fd]); names[fd] = 0; leave(); }
            return real(fd);
        }

        #define PWRITE(symbol) \
            ssize_t symbol(int fd, const void *data, size_t length, off_t place) { \
                REAL(ssize_t, symbol, int, const void *, size_t, off_t); \
                if (!of(fd)) return real(fd, data, length, place); \
                int sqlite = enter(CALLER, of(fd)); \
                ssize_t done = real(fd, data, length, place); \
                if (done > 0) record(WRITE, sqlite, of(fd), "", place, data, done); \
                leave(); return done; \
            }
        PWRITE(pwrite) PWRITE(pwrite64)

        ssize_t write(int fd, const void *data, size_t length) {
            REAL(ssize_t, write, int, const void *, size_t);
            if (!of(fd)) return real(fd, data, length);
            int sqlite = enter(CALLER, of(fd));
            ssize_t done = real(fd, data, length);
            if (done > 0) record(WRITE, sqlite, of(fd), "", lseek(fd, 0, SEEK_CUR) - done, data, done);
            leave(); return done;
        }
        ssize_t writev(int fd, const struct iovec *parts, int count) {
            REAL(ssize_t, writev, int, const struct iovec *, int);
            /* A part alone, which whoever calls has to bear anyway. */
            return of(fd) && count > 0 ? write(fd, parts[0].iov_base, parts[0].iov_len) : real(fd, parts, count);
        }
        #define PWRITEV(symbol) \
            ssize_t symbol(int fd, const struct iovec *parts, int count, off_t place) { \
                REAL(ssize_t, symbol, int, const struct iovec *, int, off_t); \
                return of(fd) && count > 0 ? pwrite(fd, parts[0].iov_base, parts[0].iov_len, place) : real(fd, parts, count, place); \
            }
        PWRITEV(pwritev) PWRITEV(pwritev64)

        #define FTRUNCATE(symbol) \
            int symbol(int fd, off_t length) { \
                REAL(int, symbol, int, off_t); \
                if (!of(fd)) return real(fd, length); \
                int sqlite = enter(CALLER, of(fd)), done = real(fd, length); \
                if (!done) record(CUT, sqlite, of(fd), "", length, 0, 0); \
                leave(); return done; \
            }
        FTRUNCATE(ftruncate) FTRUNCATE(ftruncate64)

        #define FSYNC(symbol) \
            int symbol(int fd) { \
                REAL(int, symbol, int); \
                if (!of(fd)) return real(fd); \
                /* Not passed on: what the disk does is the model's to say. */ \
                int sqlite = enter(CALLER, of(fd)); \
                struct stat found; \
                record(!fstat(fd, &found) && S_ISDIR(found.st_mode) ? SYNCDIR : SYNC, sqlite, of(fd), "", 0, 0, 0); \
                leave(); return 0; \
            }
        FSYNC(fsync) FSYNC(fdatasync)

        int rename(const char *from, const char *to) {
            REAL(int, rename, const char *, const char *);
            const char *old = below(from), *new = below(to);
            if (!old || !new) return real(from, to);
            int sqlite = enter(CALLER, old), done = real(from, to);
            if (!done) record(RENAME, sqlite, old, new, 0, 0, 0);
            leave(); return done;
        }
        int renameat(int a, const char *from, int b, const char *to) {
            REAL(int, renameat, int, const char *, int, const char *);
            return below(from) ? rename(from, to) : real(a, from, b, to);
        }
        int unlink(const char *path) {
            REAL(int, unlink, const char *);
            const char *name = below(path);
            if (!name) return real(path);
            int sqlite = enter(CALLER, name), done = real(path);
            if (!done) record(UNLINK, sqlite, name, "", 0, 0, 0);
            leave(); return done;
        }
        int unlinkat(int folder, const char *path, int flags) {
            REAL(int, unlinkat, int, const char *, int);
            return below(path) && !flags ? unlink(path) : real(folder, path, flags);
        }
        int mkdir(const char *path, mode_t bits) {
            REAL(int, mkdir, const char *, mode_t);
            const char *name = below(path);
            if (!name) return real(path, bits);
            int sqlite = enter(CALLER, name), done = real(path, bits);
            if (!done) record(MKDIR, sqlite, name, "", 0, 0, 0);
            leave(); return done;
        }
        int mkdirat(int folder, const char *path, mode_t bits) {
            REAL(int, mkdirat, int, const char *, mode_t);
            return below(path) ? mkdir(path, bits) : real(folder, path, bits);
        }
        """#
}
