#ifndef FRAME_VFS_H
#define FRAME_VFS_H

/* A VFS for SQLite: the default one, but each frame of a write-ahead log is written by one call instead of two.
 *
 * SQLite writes the 24 octets that head a frame, then its page; both lie side by side in the file. The head is kept
 * until the page comes and written with it. Before anything else that is asked of the file it is written by itself,
 * so no call ever sees the file without it; the one who could is another process or connection that is told of a
 * commit that was not synced. The log must therefore be synced at each commit (`synchronous = FULL`). */

/* Makes it the default VFS, once for the process. 0, or a SQLite result code. */
int frame_vfs_install(void);

#endif
