#include <sys/prctl.h>

#include "CLinux.h"

bool pushlab_set_timer_slack(uint64_t nanoseconds) {
    return prctl(PR_SET_TIMERSLACK, (unsigned long)nanoseconds, 0, 0, 0) == 0;
}
