#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "CLinux.h"

// Each block has a header, so that it can be kept with blocks of its size when it is freed.
struct block {
    size_t class;  // 0 for a block that is not kept
    union {
        struct block *next;  // while it is kept
        size_t bytes;        // of a block of class 0
    };
};

enum { STEP = 16, SMALL = 64, LARGE = 6, MOST_SMALL = 4096, MOST_LARGE = 64 };

struct kept {
    struct block *blocks;
    int count;
};

static __thread struct kept kept[SMALL + LARGE + 1];
static __thread bool is_registered;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Classes 1 to 64: multiples of 16 bytes. 65 to 70: 2 KiB to 64 KiB, with some bytes more for a terminator.
static size_t class_of(size_t bytes) {
    if (bytes <= STEP * SMALL) return bytes == 0 ? 1 : (bytes + STEP - 1) / STEP;
    for (size_t class = 1; class <= LARGE; class++) {
        if (bytes <= ((size_t)1024 << class) + STEP) return SMALL + class;
    }
    return 0;
}

static size_t bytes_of(const struct block *block) {
    if (block->class == 0) return block->bytes;
    return block->class <= SMALL ? block->class * STEP : ((size_t)1024 << (block->class - SMALL)) + STEP;
}

static void free_kept(void *value) {
    (void)value;
    for (size_t class = 1; class <= SMALL + LARGE; class++) {
        while (kept[class].blocks != NULL) {
            struct block *block = kept[class].blocks;
            kept[class].blocks = block->next;
            free(block);
        }
        // What is freed after this, by other destructors of the thread, is not kept.
        kept[class].count = MOST_SMALL;
    }
}

static void make_key(void) { pthread_key_create(&key, free_kept); }

void *pushlab_kept_malloc(size_t bytes) {
    size_t class = class_of(bytes);
    struct block *block = kept[class].blocks;
    if (class > 0 && block != NULL) {
        kept[class].blocks = block->next;
        kept[class].count--;
        return block + 1;
    }
    struct block header = {.class = class};
    header.bytes = bytes;
    size_t room = bytes_of(&header);
    if (room < bytes || room > SIZE_MAX - sizeof header) return NULL;
    block = malloc(sizeof header + room);
    if (block == NULL) return NULL;
    *block = header;
    return block + 1;
}

void pushlab_kept_free(void *memory) {
    if (memory == NULL) return;
    struct block *block = (struct block *)memory - 1;
    struct kept *same = &kept[block->class];
    if (block->class == 0 || same->count >= (block->class <= SMALL ? MOST_SMALL : MOST_LARGE)) return free(block);
    if (!is_registered) {
        is_registered = true;
        pthread_once(&once, make_key);
        pthread_setspecific(key, &is_registered);
    }
    block->next = same->blocks;
    same->blocks = block;
    same->count++;
}

void *pushlab_kept_realloc(void *memory, size_t bytes) {
    if (memory == NULL) return pushlab_kept_malloc(bytes);
    size_t room = bytes_of((struct block *)memory - 1);
    if (class_of(bytes) != 0 && class_of(bytes) == ((struct block *)memory - 1)->class) return memory;
    void *moved = pushlab_kept_malloc(bytes);
    if (moved == NULL) return NULL;
    memcpy(moved, memory, bytes < room ? bytes : room);
    pushlab_kept_free(memory);
    return moved;
}

void *pushlab_kept_calloc(size_t count, size_t bytes) {
    size_t all;
    if (__builtin_mul_overflow(count, bytes, &all)) return NULL;
    void *memory = pushlab_kept_malloc(all);
    if (memory != NULL) memset(memory, 0, all);
    return memory;
}

char *pushlab_kept_strdup(const char *text) {
    size_t bytes = strlen(text) + 1;
    char *copy = pushlab_kept_malloc(bytes);
    return copy == NULL ? NULL : memcpy(copy, text, bytes);
}
