#ifndef FAULTY_VFS_H
#define FAULTY_VFS_H

/* A VFS for tests: the default one, with a hook before every call that changes or syncs a file.
 *
 * Hooks are armed for the files under one folder, so that tests can run side by side in one process. A hook answers
 * 0 (go on) or the SQLite result code that the call shall fail with; a failing write writes its first half, as a
 * disk that fills up does. */

enum faulty_operation {
    FAULTY_OPEN = 0,
    FAULTY_WRITE = 1,
    FAULTY_TRUNCATE = 2,
    FAULTY_SYNC = 3,
    FAULTY_DELETE = 4,
};

typedef int (*faulty_hook)(void *context, int operation, const char *path);

/* Makes the VFS the default one, once for the process and when that starts. 0, or a SQLite result code. */
int faulty_vfs_install(void);

/* Arms a hook for files whose path begins with `folder`; a slot number, or -1 when there are too many. */
int faulty_vfs_arm(const char *folder, faulty_hook hook, void *context);

/* Disarms it; after the return the hook is not called any more. */
void faulty_vfs_disarm(int slot);

#endif
