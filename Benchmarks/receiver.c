// A receiver that is never the bottleneck: HTTP/1.1 keep-alive, one thread, epoll, 204 for everything.
// For each request it prints nothing; with a file as second argument it appends "SEQUENCE NANOSECONDS\n" (monotonic,
// first octet of the request) for bodies that hold the marker `bench-seq-NNNNNNNN`.
//
//   receiver PORT [LATENCY-FILE]
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FD = 4096, HEAD = 16384, CHUNK = 1 << 18 };

struct connection {
    char head[HEAD + 1];
    size_t head_length;
    long long left;          // octets of the body still to come; -1 while the header is read
    long long first_octet;   // nanoseconds
    char tail[64];           // for a marker cut by two reads
    int marked;
};

static struct connection *connections[MAX_FD];
static FILE *latencies;
static long long requests;

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void look_for_marker(struct connection *c, const char *octets, size_t length) {
    if (!latencies || c->marked) return;
    char *found = memmem(octets, length, "bench-seq-", 10);
    if (!found || found + 18 > octets + length) return;
    c->marked = 1;
    fprintf(latencies, "%.8s %lld\n", found + 10, c->first_octet);
}

static int answer(int fd) {
    static const char reply[] = "HTTP/1.1 204 No Content\r\n\r\n";
    requests++;
    return write(fd, reply, sizeof reply - 1) == sizeof reply - 1;
}

// Takes `length` octets; returns 0 when the connection is to be closed.
static int take(int fd, struct connection *c, char *octets, size_t length) {
    while (length) {
        if (c->left < 0) {
            if (c->head_length == 0) c->first_octet = now();
            size_t room = HEAD - c->head_length, part = length < room ? length : room;
            memcpy(c->head + c->head_length, octets, part);
            c->head[c->head_length + part] = 0;
            char *end = strstr(c->head, "\r\n\r\n");
            if (!end) {
                c->head_length += part;
                if (c->head_length == HEAD) return 0;
                octets += part, length -= part;
                continue;
            }
            size_t used = end + 4 - (c->head + c->head_length);
            char *field = strcasestr(c->head, "\r\ncontent-length:");
            c->left = field && field < end ? atoll(field + 17) : 0;
            octets += used, length -= used;
            c->marked = 0;
        } else {
            size_t part = (long long)length < c->left ? length : (size_t)c->left;
            look_for_marker(c, octets, part);
            c->left -= part;
            octets += part, length -= part;
        }
        if (c->left == 0) {
            c->left = -1, c->head_length = 0;
            if (!answer(fd)) return 0;
        }
    }
    return 1;
}

int main(int argc, char **argv) {
    if (argc < 2) return 64;
    if (argc > 2) latencies = fopen(argv[2], "w"), setvbuf(latencies, NULL, _IOLBF, 1 << 16);
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 512)) return perror("receiver"), 1;
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    static char buffer[CHUNK];
    for (;;) {
        int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
                if (client < 0) continue;
                if (client >= MAX_FD) { close(client); continue; }
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                connections[client] = calloc(1, sizeof(struct connection));
                connections[client]->left = -1;
                event = (struct epoll_event){.events = EPOLLIN, .data.fd = client};
                epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
                continue;
            }
            ssize_t length = read(fd, buffer, sizeof buffer);
            if (length <= 0 || !take(fd, connections[fd], buffer, length)) {
                free(connections[fd]);
                connections[fd] = NULL;
                close(fd);
            }
        }
    }
}
