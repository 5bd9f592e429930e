#ifndef FRAME_VFS_H
#define FRAME_VFS_H

#include <sqlite3.h>

/* A VFS for SQLite: the default one, but the frames of a write-ahead log are written by fewer calls.
 *
 * SQLite writes the 24 octets that head a frame, then its page; both lie side by side in the file. The head is kept
 * until the page comes and written with it. Before anything else that is asked of the file, what is kept is written
 * by itself, so no call of the same connection ever sees the file without it. */

/* Makes it the default VFS, once for the process. 0, or a SQLite result code. */
int frame_vfs_install(void);

/* From here on the log of `db` keeps all frames that lie side by side until they are synced, or are 31.
 *
 * Other connections and processes read the file by themselves: they must not be told of a commit whose frames are
 * still kept. So each commit of `db` must be synced before it is told, which is what `synchronous = FULL` does, and `db`
 * must have read its log already. 0, or a SQLite result code: nothing is gathered then. */
int frame_vfs_gather(sqlite3 *db);

#endif
