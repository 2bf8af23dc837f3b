/* The calls of the C library that this library stands in front of; what they mean for the disk is in shadow.c. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "shadow.h"

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
  closed(fd);
  return real_close(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
  if (what(fd) != A_FILE) return real_pwrite(fd, bytes, length, at);
  pthread_mutex_lock(&lock);
  ssize_t done = real_pwrite(fd, bytes, length, at);
  touched(fd, at, done);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

ssize_t write(int fd, const void *bytes, size_t length) {
  if (what(fd) != A_FILE) return real_write(fd, bytes, length);
  pthread_mutex_lock(&lock);
  off_t at = lseek(fd, 0, SEEK_CUR);
  ssize_t done = real_write(fd, bytes, length);
  touched(fd, at, done);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (what(fd) != A_FILE) return real_writev(fd, parts, count);
  pthread_mutex_lock(&lock);
  off_t at = lseek(fd, 0, SEEK_CUR);
  ssize_t done = real_writev(fd, parts, count);
  touched(fd, at, done);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate64(int fd, off_t size) {
  if (what(fd) != A_FILE) return real_ftruncate(fd, size);
  pthread_mutex_lock(&lock);
  int done = real_ftruncate(fd, size);
  if (!done) cut(fd, size);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int sync_fd(int fd, int (*real)(int)) {
  if (what(fd) == OTHER) return real(fd);
  pthread_mutex_lock(&lock);
  if (what(fd) == A_FILE) synced(fd);
  else names_synced();
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd) { return sync_fd(fd, real_fsync); }
int fdatasync(int fd) { return sync_fd(fd, real_fdatasync); }

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
