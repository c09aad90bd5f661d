#include "safepoint.h"

void safepoint_create(struct safepoint *s, unsigned threads) {
  pthread_mutex_init(&s->lock, NULL);
  pthread_cond_init(&s->changed, NULL);
  atomic_init(&s->wanted, false);
  s->running = threads;
}

void safepoint_stop(struct safepoint *s) {
  pthread_mutex_lock(&s->lock);
  atomic_store(&s->wanted, true);
  while (s->running > 0) pthread_cond_wait(&s->changed, &s->lock);
  pthread_mutex_unlock(&s->lock);
}

void safepoint_resume(struct safepoint *s) {
  pthread_mutex_lock(&s->lock);
  atomic_store(&s->wanted, false);
  pthread_cond_broadcast(&s->changed);
  pthread_mutex_unlock(&s->lock);
}

bool safepoint_poll(struct safepoint *s) {
  if (!atomic_load_explicit(&s->wanted, memory_order_acquire)) return false;
  pthread_mutex_lock(&s->lock);
  s->running--;
  pthread_cond_broadcast(&s->changed);
  while (atomic_load(&s->wanted)) pthread_cond_wait(&s->changed, &s->lock);
  s->running++;
  pthread_mutex_unlock(&s->lock);
  return true;
}

void safepoint_leave(struct safepoint *s) {
  pthread_mutex_lock(&s->lock);
  s->running--;
  pthread_cond_broadcast(&s->changed);
  pthread_mutex_unlock(&s->lock);
}
