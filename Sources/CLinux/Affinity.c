#define _GNU_SOURCE
#include <sched.h>

#include "CLinux.h"

bool pushlab_pin_thread(int thread, const int *processors, int count) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int index = 0; index < count; index++) {
        if (processors[index] < 0 || processors[index] >= CPU_SETSIZE) return false;
        CPU_SET(processors[index], &set);
    }
    return sched_setaffinity(thread, sizeof set, &set) == 0;
}

int pushlab_allowed_processors(int *processors, int capacity) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 0;
    int count = 0;
    for (int processor = 0; processor < CPU_SETSIZE; processor++) {
        if (!CPU_ISSET(processor, &set)) continue;
        if (count < capacity) processors[count] = processor;
        count++;
    }
    return count;
}
