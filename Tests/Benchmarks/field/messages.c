// From bytes to items: frames of a WebSocket, events of a stream, responses of long polls.

#include "listener.h"

#include <string.h>
#include <strings.h>

// One item: `T=NANOSECONDS N=NUMBER x…` of this program, perhaps after fields of the server, or a line of PushLab,
// `SEQUENCE,DUE,DATA` with both numbers to the base 36.
static void took(struct listener *one, const char *text, size_t length, int64_t stamp) {
    uint64_t number;
    int64_t sent = 0;
    int whole = 1;
    if (own_items) {
        const char *mark = memmem(text, length, "T=", 2);
        if (!mark || (size_t)(text + length - mark) != ITEM_BYTES) {
            counts.wrong++;
            return;
        }
        char *rest;
        sent = strtoll(mark + 2, &rest, 10);
        number = strtoull(rest + 3, &rest, 10);
        whole = text[length - 1] == 'x' && *rest == ' ';
        if (mark != text && mode == LONG_POLL) one->after = strtoull(text, NULL, 36);
    } else {
        number = strtoull(text, NULL, 36);
        if (mode == LONG_POLL) one->after = number;
    }
    if (!whole || (one->next && number != one->next)) counts.wrong++;
    else counts.deliveries++;
    one->next = number + 1;
    if (sent) measure(stamp - sent);
}

// A server drops a client that does not answer its Ping. Masked with zeros, the content does not change.
static void pong(struct listener *one, const char *content, size_t length) {
    char frame[6 + 125] = {(char)0x8a, (char)(0x80 | length)};
    memcpy(frame + 6, content, length);
    say(one->descriptor, frame, 6 + length);
}

static size_t frames(struct listener *one, char *bytes, size_t length, int64_t stamp) {
    size_t used = 0;
    while (length - used >= 2) {
        size_t head = 2, body = bytes[used + 1] & 0x7f;
        if (body == 126) {
            if (length - used < 4) break;
            body = (size_t)(unsigned char)bytes[used + 2] << 8 | (unsigned char)bytes[used + 3];
            head = 4;
        }
        if (length - used < head + body) break;
        int opcode = bytes[used] & 0x0f;
        if (opcode <= 2) took(one, bytes + used + head, body, stamp);
        else if (opcode == 9) pong(one, bytes + used + head, body);
        used += head + body;
    }
    return used;
}

// Lines of chunk sizes, field names other than data, and comments are skipped.
static size_t events(struct listener *one, char *bytes, size_t length, int64_t stamp) {
    size_t used = 0;
    for (;;) {
        char *line_end = memchr(bytes + used, '\n', length - used);
        if (!line_end) return used;
        char *line = bytes + used;
        size_t count = line_end - line;
        if (count > 5 && memcmp(line, "data:", 5) == 0) {
            size_t skip = line[5] == ' ' ? 6 : 5;
            took(one, line + skip, count - skip, stamp);
        }
        used += count + 1;
    }
}

// The value of a field of a response whose head ends with a zero byte; NULL if it has none.
static const char *field(const char *head, const char *name) {
    const char *at = strcasestr(head, name);
    return at ? at + strlen(name) : NULL;
}

// nchan's cursor is the pair of validators of its last response.
static void keep_cursor(struct listener *one, const char *head) {
    const char *modified = field(head, "\r\nLast-Modified: "), *tag = field(head, "\r\nEtag: ");
    if (!modified || !tag) return;
    snprintf(
        one->cursor, sizeof one->cursor, "If-Modified-Since: %.*s\r\nIf-None-Match: %.*s\r\n",
        (int)strcspn(modified, "\r"), modified, (int)strcspn(tag, "\r"), tag);
}

static size_t responses(struct listener *one, char *bytes, size_t length, int64_t stamp) {
    size_t used = 0;
    for (;;) {
        char *head = bytes + used, *end = memmem(head, length - used, "\r\n\r\n", 4);
        if (!end) return used;
        size_t body = 0;
        *end = 0;
        const char *count = field(head, "\r\nContent-Length: ");
        if (count) body = strtoul(count, NULL, 10);
        int status = atoi(head + 9);
        keep_cursor(one, head);
        *end = '\r';
        char *text = end + 4, *text_end = text + body;
        if (text_end > bytes + length) return used;
        if (status == 200) {
            while (text < text_end) {
                char *line_end = memchr(text, '\n', text_end - text);
                took(one, text, (line_end ? line_end : text_end) - text, stamp);
                text = line_end ? line_end + 1 : text_end;
            }
        } else if (status != 204 && status != 304) {
            counts.wrong++;
        }
        used = text_end - bytes;
        request(one);
    }
}

size_t read_messages(struct listener *one, char *bytes, size_t length, int64_t stamp) {
    switch (mode) {
    case WS: return frames(one, bytes, length, stamp);
    case SSE: return events(one, bytes, length, stamp);
    default: return responses(one, bytes, length, stamp);
    }
}
