/* What shim.c (the interposed calls) and shadow.c (what the disk would hold) share. */
#ifndef BEEP_POWER_LOSS_SHADOW_H
#define BEEP_POWER_LOSS_SHADOW_H
#include <pthread.h>
#include <sys/types.h>
#include <sys/uio.h>

/* None of these names may stand in front of the program's. */
#pragma GCC visibility push(hidden)

/* The C library's own calls. */
extern int (*real_open)(const char *, int, ...);
extern int (*real_openat)(int, const char *, int, ...);
extern int (*real_close)(int);
extern ssize_t (*real_write)(int, const void *, size_t);
extern ssize_t (*real_writev)(int, const struct iovec *, int);
extern ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
extern int (*real_ftruncate)(int, off_t);
extern int (*real_fsync)(int);
extern int (*real_fdatasync)(int);
extern int (*real_unlink)(const char *);
extern int (*real_rename)(const char *, const char *);

/* Held from a call's effect on the real file until the shadow knows of it. */
extern pthread_mutex_t lock;

/* The name of a path inside the folder; NULL for every other path and for files that are only mapped. */
const char *inside(const char *path);
/* What a descriptor stands for. */
enum { OTHER, A_FILE, THE_FOLDER };
int what(int fd);
/* Tells of a descriptor that was opened; `fresh` when its file is new or empty by that. Answers the descriptor. */
int opened(const char *path, int fd, int fresh);
void closed(int fd);
/* Tells of bytes written to, and of a cut made in, a watched file. */
void touched(int fd, off_t at, ssize_t length);
void cut(int fd, off_t size);
/* What a sync of a file promises: all of it as it is now. */
void synced(int fd);
/* What a sync of the folder promises: the names as they are now. */
void names_synced(void);
/* Tells of a name that became another, or none (`to` is NULL). */
void name_changed(const char *from, const char *to);

#pragma GCC visibility pop

#endif
