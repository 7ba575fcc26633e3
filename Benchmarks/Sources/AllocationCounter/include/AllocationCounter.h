#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

/// How often memory was asked for since the start of the program, on all threads.
long allocation_count(void);

#endif
