#ifndef SYMBOLIZER_LIMITS_H
#define SYMBOLIZER_LIMITS_H

/* Bounds what a broken or hostile object file can make this process do. Once, at start. */
void limits_set(void);

/* Gives a request its share of CPU; the process ends by SIGPROF when that is used up. */
void limits_begin_request(void);

#endif
