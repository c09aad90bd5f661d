/* A traced program that fills the ring it shares with the recorder with nonsense: `hostile SEED`. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../../native/include/preload.h"

int main(int argc, char **argv) {
  const char *ring = getenv(FS_PRELOAD_VARIABLE);
  int pid, descriptor;
  char path[64];
  if (argc < 2 || !ring || sscanf(ring, "%d %d", &pid, &descriptor) != 2) return 3;
  snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, descriptor);
  int fd = open(path, O_RDWR);
  /* Shorter memory would end the recorder with SIGBUS; the kernel must refuse. */
  if (fd < 0 || ftruncate(fd, 0) == 0) return 4;
  struct fs_preload_control *control = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (control == MAP_FAILED) return 5;
  unsigned bytes = control->ring_bytes, seed = (unsigned)atoi(argv[1]);
  unsigned char *data = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
  srandom(seed);
  unsigned long at = control->producer & (bytes - 1);
  for (int i = 0; i < 400 && at + 4096 < bytes; i++) {
    unsigned size = seed % 3 == 0 && i == 300 ? (unsigned)random() : (unsigned)random() % 900 + 1;
    for (unsigned j = 8; j < 1000; j++) data[at + j] = (unsigned char)random();
    data[at + 8] = (unsigned char)(random() % 16);
    struct fs_preload_header header = {size, (unsigned)random()};
    memcpy(data + at, &header, sizeof(header));
    at += 8 + (((size & 0x3ff) + 7) & ~7u);
    control->producer = (control->producer & ~(unsigned long)(bytes - 1)) + at;
  }
  memset((void *)&control->counters, 0xff, sizeof(control->counters));
  if (seed % 5 == 0) control->producer = (unsigned long)random() << 20;
  return 0;
}
