/*
 * Power loss for one process: preloaded into it, this keeps beside the files of one folder a shadow folder with what a
 * disk would hold if the power went now. Writes reach the real file at once, the shadow only when the file is synced;
 * a share of them, drawn page by page, reaches it earlier, as a disk is free to do. Unlinked and renamed names stay
 * until their folder is synced. Kill the process at any moment and read the shadow.
 *
 *   POWER_LOSS_FOLDER  the folder to watch (absolute, no link in it)
 *   POWER_LOSS_SHADOW  the shadow folder (exists, empty)
 *   POWER_LOSS_EARLY   percent of unsynced pages that reach the disk by themselves (default 0)
 *   POWER_LOSS_SEED    seed of that draw
 *
 * Memory-mapped writes are not seen: of SQLite's files that is the -shm alone, which it rebuilds. The real sync is left
 * out, as nothing is read from the real files afterwards.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FILES 64
#define MOST_FDS 65536
#define PAGE 4096

/* A watched file: which of its pages were written, and how short it was cut, since it was last synced. */
struct file {
  char name[NAME_MAX + 1];
  unsigned char *dirty;
  long pages;
  off_t cut;
  int fresh;
};

static struct file files[MOST_FILES];
static int file_count;
static short by_fd[MOST_FDS]; /* index + 1; -1 is the folder itself */
static char gone[MOST_FILES][2][NAME_MAX + 1];
static int gone_count;
static char folder[PATH_MAX], shadow[PATH_MAX];
static size_t folder_length;
static unsigned early, seed = 1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

static void *next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

__attribute__((constructor)) static void start(void) {
  const char *value = getenv("POWER_LOSS_FOLDER");
  real_open = next("open64");
  real_openat = next("openat64");
  real_close = next("close");
  real_write = next("write");
  real_writev = next("writev");
  real_pwrite = next("pwrite64");
  real_ftruncate = next("ftruncate64");
  real_fsync = next("fsync");
  real_fdatasync = next("fdatasync");
  real_unlink = next("unlink");
  real_rename = next("rename");
  if (!value) return;
  snprintf(folder, sizeof folder, "%s", value);
  folder_length = strlen(folder);
  snprintf(shadow, sizeof shadow, "%s", getenv("POWER_LOSS_SHADOW"));
  if ((value = getenv("POWER_LOSS_EARLY"))) early = atoi(value);
  if ((value = getenv("POWER_LOSS_SEED"))) seed = atoi(value);
}

/* The name of a path inside the folder; NULL for every other path and for files that are only mapped. */
static const char *inside(const char *path) {
  if (!folder_length || !path || strncmp(path, folder, folder_length) || path[folder_length] != '/') return NULL;
  const char *name = path + folder_length + 1;
  size_t length = strlen(name);
  if (!*name || strchr(name, '/') || length > NAME_MAX) return NULL;
  return length > 4 && !strcmp(name + length - 4, "-shm") ? NULL : name;
}

static int index_of(const char *name) {
  for (int i = 0; i < file_count; i++)
    if (!strcmp(files[i].name, name)) return i;
  if (file_count == MOST_FILES) abort();
  strcpy(files[file_count].name, name);
  files[file_count].cut = LLONG_MAX;
  return file_count++;
}

static void forget(struct file *file) {
  memset(file->dirty, 0, file->pages);
  file->cut = LLONG_MAX;
  file->fresh = 0;
}

static int shadow_open(const char *name, int flags) {
  char path[PATH_MAX * 2];
  snprintf(path, sizeof path, "%s/%s", shadow, name);
  return real_open(path, flags, 0600);
}

static void copy_page(int from, int to, long page, off_t size) {
  char bytes[PAGE];
  off_t at = (off_t)page * PAGE;
  if (at >= size) return;
  ssize_t length = pread(from, bytes, size - at < PAGE ? size - at : PAGE, at);
  if (length > 0 && real_pwrite(to, bytes, length, at) != length) abort();
}

static void touched(int fd, off_t at, ssize_t length) {
  if (length <= 0) return;
  struct file *file = &files[by_fd[fd] - 1];
  long first = at / PAGE, last = (at + length - 1) / PAGE;
  if (last >= file->pages) {
    long pages = (last + 1) * 2;
    file->dirty = realloc(file->dirty, pages);
    if (!file->dirty) abort();
    memset(file->dirty + file->pages, 0, pages - file->pages);
    file->pages = pages;
  }
  int to = -1;
  struct stat now;
  for (long page = first; page <= last; page++) {
    file->dirty[page] = 1;
    /* A new file's name is on disk only once it is synced, so nothing of it can be there before. */
    if (!early || file->fresh || (unsigned)rand_r(&seed) % 100 >= early) continue;
    if (to < 0 && ((to = shadow_open(file->name, O_WRONLY)) < 0 || fstat(fd, &now))) break;
    copy_page(fd, to, page, now.st_size);
  }
  if (to >= 0) real_close(to);
}

/* What a sync promises: all of the file as it is now. */
static void synced(int fd) {
  struct file *file = &files[by_fd[fd] - 1];
  struct stat now;
  char path[PATH_MAX * 2];
  snprintf(path, sizeof path, "%s/%s", folder, file->name);
  int from = real_open(path, O_RDONLY);
  int to = shadow_open(file->name, O_WRONLY | O_CREAT);
  if (from < 0 || to < 0 || fstat(from, &now)) abort();
  if (file->fresh && real_ftruncate(to, 0)) abort();
  struct stat old;
  if (fstat(to, &old)) abort();
  if (file->cut < old.st_size && real_ftruncate(to, file->cut)) abort();
  for (long page = 0; page < file->pages; page++)
    if (file->dirty[page]) copy_page(from, to, page, now.st_size);
  if (real_ftruncate(to, now.st_size)) abort();
  real_close(from);
  real_close(to);
  forget(file);
  /* A file of this name stands again: an unlinking that was not yet on disk no longer matters. */
  for (int i = 0; i < gone_count; i++)
    if (!strcmp(gone[i][0], file->name)) *gone[i][0] = 0;
}

/* What a sync of the folder promises: the names as they are now. */
static void names_synced(void) {
  char from[PATH_MAX * 2], to[PATH_MAX * 2];
  for (int i = 0; i < gone_count; i++) {
    if (!*gone[i][0]) continue;
    snprintf(from, sizeof from, "%s/%s", shadow, gone[i][0]);
    snprintf(to, sizeof to, "%s/%s", shadow, gone[i][1]);
    if (*gone[i][1]) real_rename(from, to);
    else real_unlink(from);
  }
  gone_count = 0;
}

static int opened(const char *path, int fd, int fresh) {
  if (fd < 0 || fd >= MOST_FDS || !folder_length) return fd;
  pthread_mutex_lock(&lock);
  const char *name = inside(path);
  by_fd[fd] = 0;
  if (name) {
    int at = index_of(name);
    by_fd[fd] = at + 1;
    if (fresh) {
      if (files[at].pages) forget(&files[at]);
      files[at].fresh = 1;
    }
  } else if (!strncmp(path, folder, folder_length) && (!path[folder_length] || !strcmp(path + folder_length, "/"))) {
    by_fd[fd] = -1;
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

static int is_fresh(const char *path, int flags) {
  if (!inside(path)) return 0;
  return (flags & O_TRUNC) || ((flags & O_CREAT) && access(path, F_OK));
}

int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  int fresh = is_fresh(path, flags);
  return opened(path, real_open(path, flags, mode), fresh);
}

int open64(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  int fresh = is_fresh(path, flags);
  return opened(path, real_open(path, flags, mode), fresh);
}

int openat(int at, const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  int fresh = is_fresh(path, flags);
  return opened(path, real_openat(at, path, flags, mode), fresh);
}

int close(int fd) {
  if (fd >= 0 && fd < MOST_FDS) by_fd[fd] = 0;
  return real_close(fd);
}

#define WATCHED(fd) ((fd) >= 0 && (fd) < MOST_FDS && by_fd[fd] > 0)

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
  if (!WATCHED(fd)) return real_pwrite(fd, bytes, length, at);
  pthread_mutex_lock(&lock);
  ssize_t done = real_pwrite(fd, bytes, length, at);
  touched(fd, at, done);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

ssize_t write(int fd, const void *bytes, size_t length) {
  if (!WATCHED(fd)) return real_write(fd, bytes, length);
  pthread_mutex_lock(&lock);
  off_t at = lseek(fd, 0, SEEK_CUR);
  ssize_t done = real_write(fd, bytes, length);
  touched(fd, at, done);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (!WATCHED(fd)) return real_writev(fd, parts, count);
  pthread_mutex_lock(&lock);
  off_t at = lseek(fd, 0, SEEK_CUR);
  ssize_t done = real_writev(fd, parts, count);
  touched(fd, at, done);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate64(int fd, off_t size) {
  if (!WATCHED(fd)) return real_ftruncate(fd, size);
  pthread_mutex_lock(&lock);
  int done = real_ftruncate(fd, size);
  struct file *file = &files[by_fd[fd] - 1];
  if (!done && size < file->cut) file->cut = size;
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int sync_fd(int fd, int (*real)(int)) {
  if (fd < 0 || fd >= MOST_FDS || !by_fd[fd]) return real(fd);
  pthread_mutex_lock(&lock);
  if (by_fd[fd] > 0) synced(fd);
  else names_synced();
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd) { return sync_fd(fd, real_fsync); }
int fdatasync(int fd) { return sync_fd(fd, real_fdatasync); }

static void name_changed(const char *from, const char *to) {
  if (gone_count == MOST_FILES) abort();
  strcpy(gone[gone_count][0], from);
  strcpy(gone[gone_count][1], to ? to : "");
  gone_count++;
}

int unlink(const char *path) {
  int done = real_unlink(path);
  const char *name = inside(path);
  if (done || !name) return done;
  pthread_mutex_lock(&lock);
  name_changed(name, NULL);
  pthread_mutex_unlock(&lock);
  return done;
}

int rename(const char *from, const char *to) {
  int done = real_rename(from, to);
  const char *old = inside(from), *new = inside(to);
  if (done || !old || !new) return done;
  pthread_mutex_lock(&lock);
  name_changed(old, new);
  pthread_mutex_unlock(&lock);
  return done;
}
