// A resolver whose names ending in ".hang.test" never get an answer until the test releases them.
//
// The executable's own `getaddrinfo` comes before the C library's, also for libcurl: that is the whole trick.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include "slow_names.h"

typedef int (*resolver)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;
static bool is_released = false;
static int hanging = 0;
static int lookups = 0;

static bool ends_with(const char *name, const char *ending) {
    size_t length = strlen(name), tail = strlen(ending);
    return length >= tail && strcmp(name + length - tail, ending) == 0;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    resolver system_resolver = (resolver)dlsym(RTLD_NEXT, "getaddrinfo");
    if (node != NULL && ends_with(node, ".hang.test")) {
        pthread_mutex_lock(&lock);
        hanging++;
        while (!is_released) pthread_cond_wait(&released, &lock);
        hanging--;
        pthread_mutex_unlock(&lock);
        return EAI_AGAIN;
    }
    if (node != NULL && ends_with(node, ".here.test")) {
        pthread_mutex_lock(&lock);
        if (ends_with(node, ".counted.here.test")) lookups++;
        pthread_mutex_unlock(&lock);
        return system_resolver("127.0.0.1", service, hints, result);
    }
    if (node != NULL && ends_with(node, ".gone.test")) return EAI_NONAME;
    return system_resolver(node, service, hints, result);
}

int slow_names_hanging(void) {
    pthread_mutex_lock(&lock);
    int count = hanging;
    pthread_mutex_unlock(&lock);
    return count;
}

int slow_names_lookups(void) {
    pthread_mutex_lock(&lock);
    int count = lookups;
    pthread_mutex_unlock(&lock);
    return count;
}
