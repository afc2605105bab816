// Asks for ranges of a file over connections that stay open, throws the bodies away and prints one JSON line: requests, bytes, time to the
// first byte of the body, CPU of the server's process.
//   usage: ranges PORT PATH FILE-BYTES RANGE-BYTES CONNECTIONS random:SECONDS|walk:COUNT SERVER-PID [COOKIE]
// A range of 0 bytes is the whole file. "walk" takes places that do not overlap, from the beginning on; "random" takes any.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 8192, TIMES = 1 << 20 };

typedef struct {
    int fd;
    char head[HEAD];
    int head_length;
    long left;  // of the body; -1 while the head is not whole
    int any;    // of the body has come
    double sent;
} Connection;

static const char *path, *cookie;
static long file_length, range, asked, limit;
static int walks;
static double times[TIMES];
static long done, bytes;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

// User and system seconds of a process with all its threads.
static double cpu_seconds(const char *pid) {
    char name[64], line[1024];
    unsigned long user = 0, system = 0;
    snprintf(name, sizeof name, "/proc/%s/stat", pid);
    FILE *file = fopen(name, "r");
    if (!file || !fgets(line, sizeof line, file)) { perror(name); exit(1); }
    fclose(file);
    sscanf(strrchr(line, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return (double)(user + system) / sysconf(_SC_CLK_TCK);
}

static void ask(Connection *c) {
    char text[2048], place[128] = "";
    if (range) {
        long places = file_length / range, from = walks ? asked % places * range : (long)(drand48() * (file_length - range + 1));
        snprintf(place, sizeof place, "Range: bytes=%ld-%ld\r\n", from, from + range - 1);
    }
    int length = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%s%s\r\n", path, place, cookie ? "Cookie: " : "",
                          cookie ? cookie : "", cookie ? "\r\n" : "");
    asked++;
    c->head_length = c->any = 0;
    c->left = -1;
    c->sent = now();
    if (write(c->fd, text, length) != length) { perror("write"); exit(1); }
}

// Reads the head as far as it is there; what follows it stays in the socket.
static void read_head(Connection *c) {
    long count = recv(c->fd, c->head, HEAD - 1, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0) return;
    if (count == 0) { fprintf(stderr, "the server closed the connection\n"); exit(1); }
    c->head[count] = 0;
    char *end = strstr(c->head, "\r\n\r\n");
    if (!end) return;
    char *length = strcasestr(c->head, "content-length:");
    if (strncmp(c->head, range ? "HTTP/1.1 206" : "HTTP/1.1 200", 12) || !length || length > end) {
        fprintf(stderr, "unexpected answer: %.200s\n", c->head);
        exit(1);
    }
    recv(c->fd, c->head, end + 4 - c->head, 0);
    c->left = atol(length + 15);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int count, char **words) {
    if (count < 8) { fprintf(stderr, "usage: ranges PORT PATH FILE-BYTES RANGE-BYTES CONNECTIONS random:SECONDS|walk:COUNT SERVER-PID [COOKIE]\n"); return 2; }
    path = words[2];
    file_length = atol(words[3]);
    range = atol(words[4]);
    int connections = atoi(words[5]);
    walks = !strncmp(words[6], "walk:", 5);
    double seconds = walks ? 600 : atof(words[6] + 7);
    limit = walks ? atol(words[6] + 5) : TIMES;
    cookie = count > 8 && *words[8] ? words[8] : NULL;
    Connection *all = calloc(connections, sizeof *all);
    int poll = epoll_create1(0), on = 1, open = 0;
    double used = cpu_seconds(words[7]), begin = now();
    for (int i = 0; i < connections; i++) {
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        all[i].fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(all[i].fd, (struct sockaddr *)&address, sizeof address)) { perror("connect"); return 1; }
        setsockopt(all[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
        epoll_ctl(poll, EPOLL_CTL_ADD, all[i].fd, &event);
        ask(&all[i]);
        open++;
    }
    static char waste[1 << 20];
    while (open) {
        struct epoll_event events[64];
        int ready = epoll_wait(poll, events, 64, 10000);
        if (ready == 0) { fprintf(stderr, "nothing came for 10 s\n"); return 1; }
        for (int i = 0; i < ready; i++) {
            Connection *c = events[i].data.ptr;
            if (c->left < 0) read_head(c);
            if (c->left < 0) continue;
            // Without copying: this is not what is measured.
            long got = recv(c->fd, waste, c->left < (long)sizeof waste ? c->left : (long)sizeof waste, MSG_TRUNC | MSG_DONTWAIT);
            if (got == 0) { fprintf(stderr, "the server closed the connection\n"); return 1; }
            if (got < 0) continue;
            if (!c->any && done < TIMES) times[done] = now() - c->sent;
            c->any = 1;
            c->left -= got;
            bytes += got;
            if (c->left) continue;
            done++;
            if (now() - begin < seconds && asked < limit) {
                ask(c);
            } else {
                epoll_ctl(poll, EPOLL_CTL_DEL, c->fd, NULL);
                open--;
            }
        }
    }
    double took = now() - begin, cpu = cpu_seconds(words[7]) - used;
    if (connections == 1) qsort(times, done, sizeof *times, by_value);
    printf("{\"requests\":%ld,\"per_s\":%.1f,\"mb_per_s\":%.1f,\"cpu_s_per_gb\":%.4f,\"cpu_us\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n", done, done / took,
           bytes / took / 1e6, cpu / (bytes / 1e9), cpu * 1e6 / done, times[done / 2] * 1e3, times[done * 99 / 100] * 1e3);
    return 0;
}
