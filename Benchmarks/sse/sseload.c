// Opens N event streams on the loopback interface, reads them for some seconds and prints one JSON line: deliveries, latency, CPU of
// the server's processes and its resident memory per stream. The send time is in the events: "sent":MICROSECONDS of the wall clock.
//   usage: sseload PORT PATH STREAMS SECONDS SERVER-PID[,PID...] [COOKIE]
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TAIL = 64, BUCKETS = 200000 };  // latency buckets of 50 us: up to 10 s

static char tails[20000][TAIL];
static int tail_lengths[20000];
static long histogram[BUCKETS];

static double now(int clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

// User and system seconds, or resident kilobytes, of all processes of a comma-separated list.
static double of_processes(const char *pids, int memory) {
    char list[256];
    double sum = 0;
    snprintf(list, sizeof list, "%s", pids);
    for (char *pid = strtok(list, ","); pid; pid = strtok(NULL, ",")) {
        char path[64], line[1024];
        snprintf(path, sizeof path, memory ? "/proc/%s/statm" : "/proc/%s/stat", pid);
        FILE *file = fopen(path, "r");
        if (!file) { perror(path); exit(1); }
        if (!fgets(line, sizeof line, file)) exit(1);
        fclose(file);
        unsigned long a = 0, b = 0;
        if (memory) {
            sscanf(line, "%lu %lu", &a, &b);
            sum += b * (sysconf(_SC_PAGESIZE) / 1024.0);
        } else {
            sscanf(strrchr(line, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &a, &b);
            sum += (double)(a + b) / sysconf(_SC_CLK_TCK);
        }
    }
    return sum;
}

// Counts the send times in what one stream brought. A number may be cut in two between reads: the last bytes after what was counted are
// kept for the next one.
static long scan(int stream, char *text, int length, double wall) {
    long found = 0;
    char *done = text, *stop = text + length;
    for (char *at = text; (at = memmem(at, stop - at, "\"sent\":", 7)); at = done) {
        char *end = at + 7;
        while (end < stop && *end >= '0' && *end <= '9') end++;
        if (end == stop) break;
        long bucket = (wall - strtod(at + 7, NULL) / 1e6) * 20000;
        histogram[bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket]++;
        found++;
        done = end;
    }
    int keep = stop - done > 40 ? 40 : stop - done;
    memcpy(tails[stream], stop - keep, keep);
    tail_lengths[stream] = keep;
    return found;
}

static double percentile(double share) {
    long total = 0, sum = 0;
    for (int i = 0; i < BUCKETS; i++) total += histogram[i];
    for (int i = 0; i < BUCKETS; i++) if ((sum += histogram[i]) >= total * share) return (i + 1) / 20.0;
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 6) { fprintf(stderr, "usage: sseload PORT PATH STREAMS SECONDS PID[,PID...] [COOKIE]\n"); return 2; }
    int streams = atoi(argv[3]);
    double seconds = atof(argv[4]);
    if (streams < 1 || streams > 20000) { fprintf(stderr, "1 to 20000 streams\n"); return 2; }
    struct rlimit files = {streams + 100, streams + 100};
    if (setrlimit(RLIMIT_NOFILE, &files)) { perror("setrlimit"); return 1; }
    int poll = epoll_create1(0), length;
    char request[1024], buffer[TAIL + 65536];
    length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nCookie: %s\r\n\r\n", argv[2], argc > 6 ? argv[6] : "");
    double memory = of_processes(argv[5], 1);
    for (int i = 0; i < streams; i++) {
        int s = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof to) || write(s, request, length) != length) { perror("connect"); return 1; }
        fcntl(s, F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = (unsigned long)i << 32 | s};
        epoll_ctl(poll, EPOLL_CTL_ADD, s, &event);
    }
    double warm = now(CLOCK_MONOTONIC) + 3, start = 0, end = warm + seconds, cpu = 0;
    long found = 0, reads = 0, closed = 0;
    while (now(CLOCK_MONOTONIC) < end) {
        struct epoll_event events[256];
        int ready = epoll_wait(poll, events, 256, 50);
        double wall = now(CLOCK_REALTIME);
        if (!start && now(CLOCK_MONOTONIC) >= warm) {
            start = now(CLOCK_MONOTONIC);
            cpu = of_processes(argv[5], 0);
            memset(histogram, 0, sizeof histogram);
            found = reads = 0;
        }
        for (int i = 0; i < ready; i++) {
            int stream = events[i].data.u64 >> 32, s = (int)events[i].data.u64, kept = tail_lengths[stream];
            memcpy(buffer, tails[stream], kept);
            ssize_t got = read(s, buffer + kept, sizeof buffer - kept);
            if (got <= 0) {
                if (got < 0 && errno == EAGAIN) continue;
                closed++;
                epoll_ctl(poll, EPOLL_CTL_DEL, s, NULL);
                continue;
            }
            reads++;
            found += scan(stream, buffer, kept + got, wall);
        }
    }
    double took = now(CLOCK_MONOTONIC) - start;
    cpu = of_processes(argv[5], 0) - cpu;
    memory = (of_processes(argv[5], 1) - memory) / streams;
    printf("{\"streams\":%d,\"per_s\":%.0f,\"events_per_s\":%.1f,\"reads\":%ld,\"closed\":%ld,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"server_cpu_s_per_million\":%.2f,\"kb_per_stream\":%.1f}\n",
           streams, found / took, found / took / streams, reads, closed, percentile(.5), percentile(.99), found ? cpu / found * 1e6 : 0, memory);
    return 0;
}
