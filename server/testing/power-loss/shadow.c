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
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shadow.h"

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
pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

int (*real_open)(const char *, int, ...);
int (*real_openat)(int, const char *, int, ...);
int (*real_close)(int);
ssize_t (*real_write)(int, const void *, size_t);
ssize_t (*real_writev)(int, const struct iovec *, int);
ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
int (*real_ftruncate)(int, off_t);
int (*real_fsync)(int);
int (*real_fdatasync)(int);
int (*real_unlink)(const char *);
int (*real_rename)(const char *, const char *);

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

const char *inside(const char *path) {
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

void touched(int fd, off_t at, ssize_t length) {
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

void synced(int fd) {
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

void names_synced(void) {
  char from[PATH_MAX * 2], to[PATH_MAX * 2];
  for (int i = 0; i < gone_count; i++) {
    if (!*gone[i][0]) continue;
    snprintf(from, sizeof from, "%s/%.*s", shadow, NAME_MAX, gone[i][0]);
    snprintf(to, sizeof to, "%s/%.*s", shadow, NAME_MAX, gone[i][1]);
    if (*gone[i][1]) real_rename(from, to);
    else real_unlink(from);
  }
  gone_count = 0;
}

int opened(const char *path, int fd, int fresh) {
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

int what(int fd) {
  if (fd < 0 || fd >= MOST_FDS || !by_fd[fd]) return OTHER;
  return by_fd[fd] > 0 ? A_FILE : THE_FOLDER;
}

void closed(int fd) {
  if (fd >= 0 && fd < MOST_FDS) by_fd[fd] = 0;
}

void cut(int fd, off_t size) {
  struct file *file = &files[by_fd[fd] - 1];
  if (size < file->cut) file->cut = size;
}

void name_changed(const char *from, const char *to) {
  if (gone_count == MOST_FILES) abort();
  strcpy(gone[gone_count][0], from);
  strcpy(gone[gone_count][1], to ? to : "");
  gone_count++;
}
