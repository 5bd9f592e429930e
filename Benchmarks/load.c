// A load generator for what smtp-source cannot do: connections that come and go, TLS handshakes, mail inside TLS, and
// connections that only stay. One thread a client, blocking sockets; it costs less than any server it is held against.
//
//   load churn      PORT CLIENTS SECONDS          connect, greeting, QUIT, 221, close
//   load tcp        PORT CLIENTS SECONDS          connect, greeting, close without a word, every other one by a reset
//   load handshakes PORT CLIENTS SECONDS          connect, full TLS 1.3 handshake, close, like `openssl s_time -new`
//   load mail       PORT CLIENTS MESSAGES FILE    4 KB messages on kept connections; FILE holds one, with CRLF and its dot
//   load mail-tls   PORT CLIENTS MESSAGES FILE    the same inside TLS 1.3, by STARTTLS
//   load idle       PORT CONNECTIONS              opens them, reads the greetings, says "ready", measures 1,000 EHLOs on
//                                                 new connections, prints p50, p99 and worst in ms; ends with its input
//
// Prints one line: how many a second, and how many failed.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_REPLY = 4096, EHLO_SAMPLES = 1000, PATIENCE_SECONDS = 30 };

struct line {
    int socket;
    SSL *tls;                  // NULL: plaintext
    char reply[LONGEST_REPLY];
};

struct work {
    int (*once)(struct work *); // returns 1 when it went well
    double until;               // 0: as many as `left` says
    long done, failed, left;
};

static int port;
static SSL_CTX *context;
static char *message;
static size_t message_length;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int connected(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0) return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) return fd;
    close(fd);
    return -1;
}

static SSL *shaken(int fd) {
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, fd);
    if (SSL_connect(tls) == 1) return tls;
    SSL_free(tls);
    return NULL;
}

static ssize_t receive(struct line *line, char *into, size_t room) {
    return line->tls ? SSL_read(line->tls, into, room) : read(line->socket, into, room);
}

static int send_all(struct line *line, const char *octets, size_t length) {
    while (length) {
        ssize_t count = line->tls ? SSL_write(line->tls, octets, length) : write(line->socket, octets, length);
        if (count <= 0) return 0;
        octets += count, length -= count;
    }
    return 1;
}

// Reads one reply, of any number of lines, and tells whether it begins with `code`.
static int expect(struct line *line, const char *code) {
    size_t have = 0;
    while (have < sizeof line->reply - 1) {
        ssize_t count = receive(line, line->reply + have, sizeof line->reply - 1 - have);
        if (count <= 0) return 0;
        have += count;
        line->reply[have] = 0;
        if (have < 5 || line->reply[have - 1] != '\n') continue;
        char *last = line->reply + have - 1;
        while (last > line->reply && last[-1] != '\n') last--;
        if (last[3] != '-') return memcmp(line->reply, code, 3) == 0;
    }
    return 0;
}

static int say(struct line *line, const char *command, const char *code) {
    return send_all(line, command, strlen(command)) && expect(line, code);
}

static int churn(struct work *work) {
    struct line line = {.socket = connected()};
    (void)work;
    if (line.socket < 0) return 0;
    int went_well = expect(&line, "220") && say(&line, "QUIT\r\n", "221");
    close(line.socket);
    return went_well;
}

static int come_and_go(struct work *work) {
    struct linger reset = {.l_onoff = 1};
    struct line line = {.socket = connected()};
    if (line.socket < 0) return 0;
    int went_well = expect(&line, "220");
    if (work->done % 2) setsockopt(line.socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(line.socket);
    return went_well;
}

static int handshake(struct work *work) {
    int fd = connected();
    (void)work;
    if (fd < 0) return 0;
    SSL *tls = shaken(fd);
    SSL_free(tls);
    close(fd);
    return tls != NULL;
}

static __thread struct line kept;

static int begin_session(void) {
    kept.socket = connected();
    if (kept.socket < 0 || !expect(&kept, "220") || !say(&kept, "EHLO load.test\r\n", "250")) return 0;
    if (!context) return 1;
    return say(&kept, "STARTTLS\r\n", "220") && (kept.tls = shaken(kept.socket)) && say(&kept, "EHLO load.test\r\n", "250");
}

static int mail(struct work *work) {
    (void)work;
    if (!kept.socket && !begin_session()) return 0;
    return say(&kept, "MAIL FROM:<a@example.org>\r\n", "250") && say(&kept, "RCPT TO:<b@hooks.test>\r\n", "250")
        && say(&kept, "DATA\r\n", "354") && send_all(&kept, message, message_length) && expect(&kept, "250");
}

static void *client(void *argument) {
    struct work *work = argument;
    while (work->until ? now() < work->until : work->left-- > 0) {
        if (work->once(work)) work->done++;
        else if (++work->failed > 100) break;
    }
    if (kept.tls) SSL_free(kept.tls);
    if (kept.socket > 0) close(kept.socket);
    return NULL;
}

static void run(int (*once)(struct work *), int clients, double seconds, long messages) {
    struct work works[clients];
    pthread_t threads[clients];
    double began = now();
    long done = 0, failed = 0;
    for (int i = 0; i < clients; i++) {
        works[i] = (struct work){.once = once, .until = seconds > 0 ? began + seconds : 0, .left = messages / clients};
        if (pthread_create(&threads[i], NULL, client, &works[i])) fail("pthread_create");
    }
    for (int i = 0; i < clients; i++) {
        pthread_join(threads[i], NULL);
        done += works[i].done, failed += works[i].failed;
    }
    printf("%.1f %ld\n", done / (now() - began), failed);
}

static int by_size(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void idle(int connections) {
    static double times[EHLO_SAMPLES];
    struct line line = {0};
    for (int i = 0; i < connections; i++) {
        line.socket = connected();
        if (line.socket < 0 || !expect(&line, "220")) fail("not greeted");
    }
    puts("ready");
    fflush(stdout);
    for (int i = 0; i < EHLO_SAMPLES; i++) {
        line.socket = connected();
        if (line.socket < 0 || !expect(&line, "220")) fail("not greeted");
        double began = now();
        if (!say(&line, "EHLO load.test\r\n", "250")) fail("no answer to EHLO");
        times[i] = (now() - began) * 1000;
        close(line.socket);
    }
    qsort(times, EHLO_SAMPLES, sizeof *times, by_size);
    printf("%.2f %.2f %.2f\n", times[EHLO_SAMPLES / 2], times[EHLO_SAMPLES * 99 / 100], times[EHLO_SAMPLES - 1]);
    fflush(stdout);
    while (getchar() != EOF) {}
}

static void use_tls(void) {
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
}

static void read_message(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    fseek(file, 0, SEEK_END);
    message_length = ftell(file);
    rewind(file);
    message = malloc(message_length);
    if (fread(message, 1, message_length, file) != message_length) fail(path);
    fclose(file);
}

int main(int count, char **words) {
    if (count < 4) return fputs("usage: at the head of load.c\n", stderr), 64;
    const char *mode = words[1];
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    port = atoi(words[2]);
    int clients = atoi(words[3]);
    double seconds = count > 4 ? atof(words[4]) : 0;
    if (!strcmp(mode, "idle")) return idle(clients), 0;
    if (!strcmp(mode, "churn")) return run(churn, clients, seconds, 0), 0;
    if (!strcmp(mode, "tcp")) return run(come_and_go, clients, seconds, 0), 0;
    if (!strcmp(mode, "handshakes")) return use_tls(), run(handshake, clients, seconds, 0), 0;
    if (strncmp(mode, "mail", 4) || count < 6) return fputs("usage: at the head of load.c\n", stderr), 64;
    read_message(words[5]);
    if (!strcmp(mode, "mail-tls")) use_tls();
    run(mail, clients, 0, atol(words[4]));
    return 0;
}
