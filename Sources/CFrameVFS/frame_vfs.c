#include "frame_vfs.h"
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

/* Of the format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
enum { FRAME_HEAD = 24, FRAME = FRAME_HEAD + 4096 };
/* Frames that are gathered at most: SQLite's own VFS writes less than 128 KiB a call, and takes more for a full disk.
 * And the request of a file control that begins it. */
enum { GATHERED = 31, BEGIN_GATHERING = 0x7472616e };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int installed;
static sqlite3_vfs *real;
static sqlite3_vfs joining;

/* A write-ahead log; other files are the real VFS's own. The real file lies behind it in memory. */
struct log_file {
    sqlite3_file base;
    sqlite3_int64 at;         /* where the octets that are kept belong */
    int count;                /* how many are kept */
    unsigned char *gathered;  /* room for many frames, once they are gathered */
    unsigned char frame[FRAME];
};

static struct log_file *log_of(sqlite3_file *f) { return (struct log_file *)f; }
static sqlite3_file *inner(sqlite3_file *f) { return (sqlite3_file *)(log_of(f) + 1); }

/* Writes what is kept. It is given up if that fails: SQLite rolls back, and nothing of it was committed. */
static int flush(sqlite3_file *f) {
    struct log_file *log = log_of(f);
    if (!log->count) return SQLITE_OK;
    int count = log->count;
    log->count = 0;
    return inner(f)->pMethods->xWrite(inner(f), log->gathered ? log->gathered : log->frame, count, log->at);
}

static int j_write(sqlite3_file *f, const void *octets, int count, sqlite3_int64 at) {
    struct log_file *log = log_of(f);
    int room = log->gathered ? GATHERED * FRAME : FRAME;
    if (log->count && (at != log->at + log->count || count > room - log->count)) {
        int code = flush(f);
        if (code != SQLITE_OK) return code;
    }
    if (count > room) return inner(f)->pMethods->xWrite(inner(f), octets, count, at);
    if (!log->count) log->at = at;
    memcpy((log->gathered ? log->gathered : log->frame) + log->count, octets, (size_t)count);
    log->count += count;
    return log->gathered || count == FRAME_HEAD ? SQLITE_OK : flush(f);
}

static int begin_gathering(sqlite3_file *f) {
    struct log_file *log = log_of(f);
    int code = flush(f);
    if (code == SQLITE_OK && !log->gathered) log->gathered = sqlite3_malloc(GATHERED * FRAME);
    return code != SQLITE_OK ? code : log->gathered ? SQLITE_OK : SQLITE_NOMEM;
}

static int j_close(sqlite3_file *f) {
    int code = flush(f);
    int closed = inner(f)->pMethods->xClose(inner(f));
    sqlite3_free(log_of(f)->gathered);
    return code != SQLITE_OK ? code : closed;
}
static int j_read(sqlite3_file *f, void *octets, int count, sqlite3_int64 at) {
    int code = flush(f);
    return code != SQLITE_OK ? code : inner(f)->pMethods->xRead(inner(f), octets, count, at);
}
static int j_truncate(sqlite3_file *f, sqlite3_int64 size) {
    int code = flush(f);
    return code != SQLITE_OK ? code : inner(f)->pMethods->xTruncate(inner(f), size);
}
static int j_sync(sqlite3_file *f, int flags) {
    int code = flush(f);
    return code != SQLITE_OK ? code : inner(f)->pMethods->xSync(inner(f), flags);
}
static int j_size(sqlite3_file *f, sqlite3_int64 *size) {
    int code = flush(f);
    return code != SQLITE_OK ? code : inner(f)->pMethods->xFileSize(inner(f), size);
}
static int j_control(sqlite3_file *f, int operation, void *argument) {
    if (operation == BEGIN_GATHERING) return begin_gathering(f);
    int code = flush(f);
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
    log->count = 0;
    log->gathered = NULL;
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

int frame_vfs_gather(sqlite3 *db) {
    sqlite3_file *log = NULL;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (code != SQLITE_OK || !log || !log->pMethods) return code != SQLITE_OK ? code : SQLITE_MISUSE;
    return log->pMethods->xFileControl(log, BEGIN_GATHERING, NULL);
}
