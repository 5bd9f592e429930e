#include "frame_vfs.h"
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

/* Of the format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
enum { FRAME_HEAD = 24, PAGE_MAX = 4096 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int installed;
static sqlite3_vfs *real;
static sqlite3_vfs joining;

/* A write-ahead log; other files are the real VFS's own. The real file lies behind it in memory. */
struct log_file {
    sqlite3_file base;
    sqlite3_int64 at;  /* where the kept head belongs */
    int has_head;
    unsigned char frame[FRAME_HEAD + PAGE_MAX];
};

static struct log_file *log_of(sqlite3_file *f) { return (struct log_file *)f; }
static sqlite3_file *inner(sqlite3_file *f) { return (sqlite3_file *)(log_of(f) + 1); }

static int write_head(sqlite3_file *f) {
    struct log_file *log = log_of(f);
    if (!log->has_head) return SQLITE_OK;
    log->has_head = 0;
    return inner(f)->pMethods->xWrite(inner(f), log->frame, FRAME_HEAD, log->at);
}

static int j_write(sqlite3_file *f, const void *octets, int count, sqlite3_int64 at) {
    struct log_file *log = log_of(f);
    if (log->has_head && at == log->at + FRAME_HEAD && count <= PAGE_MAX) {
        log->has_head = 0;
        memcpy(log->frame + FRAME_HEAD, octets, (size_t)count);
        return inner(f)->pMethods->xWrite(inner(f), log->frame, FRAME_HEAD + count, log->at);
    }
    int code = write_head(f);
    if (code != SQLITE_OK || count != FRAME_HEAD) {
        return code != SQLITE_OK ? code : inner(f)->pMethods->xWrite(inner(f), octets, count, at);
    }
    memcpy(log->frame, octets, FRAME_HEAD);
    log->at = at;
    log->has_head = 1;
    return SQLITE_OK;
}

static int j_close(sqlite3_file *f) {
    int code = write_head(f);
    int closed = inner(f)->pMethods->xClose(inner(f));
    return code != SQLITE_OK ? code : closed;
}
static int j_read(sqlite3_file *f, void *octets, int count, sqlite3_int64 at) {
    int code = write_head(f);
    return code != SQLITE_OK ? code : inner(f)->pMethods->xRead(inner(f), octets, count, at);
}
static int j_truncate(sqlite3_file *f, sqlite3_int64 size) {
    int code = write_head(f);
    return code != SQLITE_OK ? code : inner(f)->pMethods->xTruncate(inner(f), size);
}
static int j_sync(sqlite3_file *f, int flags) {
    int code = write_head(f);
    return code != SQLITE_OK ? code : inner(f)->pMethods->xSync(inner(f), flags);
}
static int j_size(sqlite3_file *f, sqlite3_int64 *size) {
    int code = write_head(f);
    return code != SQLITE_OK ? code : inner(f)->pMethods->xFileSize(inner(f), size);
}
static int j_control(sqlite3_file *f, int operation, void *argument) {
    int code = write_head(f);
    return code != SQLITE_OK ? code : inner(f)->pMethods->xFileControl(inner(f), operation, argument);
}
static int j_lock(sqlite3_file *f, int level) { return inner(f)->pMethods->xLock(inner(f), level); }
static int j_unlock(sqlite3_file *f, int level) { return inner(f)->pMethods->xUnlock(inner(f), level); }
static int j_reserved(sqlite3_file *f, int *is) { return inner(f)->pMethods->xCheckReservedLock(inner(f), is); }
static int j_sector(sqlite3_file *f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
static int j_traits(sqlite3_file *f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); }

/* Version 1: shared memory and mapping belong to the database's file, never to the log's. */
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = j_close,
    .xRead = j_read,
    .xWrite = j_write,
    .xTruncate = j_truncate,
    .xSync = j_sync,
    .xFileSize = j_size,
    .xLock = j_lock,
    .xUnlock = j_unlock,
    .xCheckReservedLock = j_reserved,
    .xFileControl = j_control,
    .xSectorSize = j_sector,
    .xDeviceCharacteristics = j_traits,
};

static int j_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out) {
    (void)vfs;
    if (!(flags & SQLITE_OPEN_WAL)) return real->xOpen(real, path, f, flags, out);
    struct log_file *log = log_of(f);
    log->base.pMethods = NULL;
    log->has_head = 0;
    int code = real->xOpen(real, path, inner(f), flags, out);
    if (code == SQLITE_OK) log->base.pMethods = &methods;
    return code;
}

static void install(void) {
    real = sqlite3_vfs_find(NULL);
    if (!real) {
        installed = SQLITE_ERROR;
        return;
    }
    joining = *real;
    joining.zName = "frames";
    joining.pNext = NULL;
    joining.szOsFile = (int)sizeof(struct log_file) + real->szOsFile;
    joining.xOpen = j_open;
    installed = sqlite3_vfs_register(&joining, 1);
}

int frame_vfs_install(void) {
    pthread_once(&once, install);
    return installed;
}
