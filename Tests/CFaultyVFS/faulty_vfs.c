#include "faulty_vfs.h"
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { SLOTS = 64, PATH_SIZE = 512 };

static struct slot {
    char folder[PATH_SIZE];
    faulty_hook hook;
    void *context;
} slots[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs *real;
static sqlite3_vfs faulty;

struct file {
    sqlite3_file base;
    const char *path; /* SQLite keeps it until the file is closed */
    sqlite3_file *real;
};

/* The hook runs under the lock: so disarming waits for it. */
static int ask(int operation, const char *path) {
    int code = SQLITE_OK;
    if (!path) return code;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < SLOTS; i++) {
        struct slot *slot = &slots[i];
        if (slot->hook && !strncmp(path, slot->folder, strlen(slot->folder))) {
            code = slot->hook(slot->context, operation, path);
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    return code;
}

static sqlite3_file *inner(sqlite3_file *f) { return ((struct file *)f)->real; }
static const char *path_of(sqlite3_file *f) { return ((struct file *)f)->path; }

static int f_close(sqlite3_file *f) { return inner(f)->pMethods->xClose(inner(f)); }
static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) {
    return inner(f)->pMethods->xRead(inner(f), p, n, at);
}
static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
    int code = ask(FAULTY_WRITE, path_of(f));
    if (code == SQLITE_OK) return inner(f)->pMethods->xWrite(inner(f), p, n, at);
    if (n > 1) inner(f)->pMethods->xWrite(inner(f), p, n / 2, at);
    return code;
}
static int f_truncate(sqlite3_file *f, sqlite3_int64 n) {
    int code = ask(FAULTY_TRUNCATE, path_of(f));
    return code ? code : inner(f)->pMethods->xTruncate(inner(f), n);
}
static int f_sync(sqlite3_file *f, int flags) {
    int code = ask(FAULTY_SYNC, path_of(f));
    return code ? code : inner(f)->pMethods->xSync(inner(f), flags);
}
static int f_size(sqlite3_file *f, sqlite3_int64 *n) { return inner(f)->pMethods->xFileSize(inner(f), n); }
static int f_lock(sqlite3_file *f, int l) { return inner(f)->pMethods->xLock(inner(f), l); }
static int f_unlock(sqlite3_file *f, int l) { return inner(f)->pMethods->xUnlock(inner(f), l); }
static int f_reserved(sqlite3_file *f, int *r) { return inner(f)->pMethods->xCheckReservedLock(inner(f), r); }
static int f_control(sqlite3_file *f, int op, void *p) { return inner(f)->pMethods->xFileControl(inner(f), op, p); }
static int f_sector(sqlite3_file *f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
static int f_traits(sqlite3_file *f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); }
static int f_shm_map(sqlite3_file *f, int p, int n, int e, void volatile **v) {
    return inner(f)->pMethods->xShmMap(inner(f), p, n, e, v);
}
static int f_shm_lock(sqlite3_file *f, int o, int n, int flags) {
    return inner(f)->pMethods->xShmLock(inner(f), o, n, flags);
}
static void f_shm_barrier(sqlite3_file *f) { inner(f)->pMethods->xShmBarrier(inner(f)); }
static int f_shm_unmap(sqlite3_file *f, int d) { return inner(f)->pMethods->xShmUnmap(inner(f), d); }

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = f_close,
    .xRead = f_read,
    .xWrite = f_write,
    .xTruncate = f_truncate,
    .xSync = f_sync,
    .xFileSize = f_size,
    .xLock = f_lock,
    .xUnlock = f_unlock,
    .xCheckReservedLock = f_reserved,
    .xFileControl = f_control,
    .xSectorSize = f_sector,
    .xDeviceCharacteristics = f_traits,
    .xShmMap = f_shm_map,
    .xShmLock = f_shm_lock,
    .xShmBarrier = f_shm_barrier,
    .xShmUnmap = f_shm_unmap,
};

static int v_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out) {
    (void)vfs;
    struct file *file = (struct file *)f;
    file->base.pMethods = NULL;
    file->path = path;
    file->real = (sqlite3_file *)(file + 1);
    int code = (flags & SQLITE_OPEN_CREATE) ? ask(FAULTY_OPEN, path) : SQLITE_OK;
    if (code == SQLITE_OK) code = real->xOpen(real, path, file->real, flags, out);
    if (code == SQLITE_OK) file->base.pMethods = &methods;
    return code;
}

static int v_delete(sqlite3_vfs *vfs, const char *path, int sync) {
    (void)vfs;
    int code = ask(FAULTY_DELETE, path);
    return code ? code : real->xDelete(real, path, sync);
}

int faulty_vfs_install(void) {
    static int code = -1;
    pthread_mutex_lock(&lock);
    if (code == -1) {
        real = sqlite3_vfs_find(NULL);
        faulty = *real;
        faulty.zName = "faulty";
        faulty.pNext = NULL;
        faulty.szOsFile = (int)sizeof(struct file) + real->szOsFile;
        faulty.xOpen = v_open;
        faulty.xDelete = v_delete;
        code = sqlite3_vfs_register(&faulty, 1);
    }
    pthread_mutex_unlock(&lock);
    return code;
}

/* Before the first spool opens in this process: the product's own VFS must lie above, and what it keeps in memory reach us
 * when it reaches the file. */
__attribute__((constructor)) static void install_first(void) { faulty_vfs_install(); }

int faulty_vfs_arm(const char *folder, faulty_hook hook, void *context) {
    int found = -1;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < SLOTS && found < 0; i++) {
        if (!slots[i].hook) found = i;
    }
    if (found >= 0) {
        snprintf(slots[found].folder, PATH_SIZE, "%s", folder);
        slots[found].hook = hook;
        slots[found].context = context;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

void faulty_vfs_disarm(int slot) {
    pthread_mutex_lock(&lock);
    slots[slot].hook = NULL;
    pthread_mutex_unlock(&lock);
}
