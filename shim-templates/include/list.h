/* Doubly linked rings. The head is a `struct list` of its own; an element embeds one. */
#pragma once
#include "types.h"

struct list {
    struct list *next, *prev;
};

static inline void list_init(struct list *head) { head->next = head->prev = head; }
static inline bool list_empty(const struct list *head) { return head->next == head; }

static inline void list_insert_between(struct list *item, struct list *before, struct list *after) {
    item->prev = before;
    item->next = after;
    before->next = item;
    after->prev = item;
}

static inline void list_push_back(struct list *head, struct list *item) {
    list_insert_between(item, head->prev, head);
}

static inline void list_push_front(struct list *head, struct list *item) {
    list_insert_between(item, head, head->next);
}

/* After removal the item is a ring of its own, so that removing it twice is harmless. */
static inline void list_remove(struct list *item) {
    item->prev->next = item->next;
    item->next->prev = item->prev;
    list_init(item);
}

static inline struct list *list_pop_front(struct list *head) {
    if (list_empty(head)) return NULL;
    struct list *item = head->next;
    list_remove(item);
    return item;
}

#define list_each(pos, head) for (struct list *pos = (head)->next; pos != (head); pos = pos->next)
#define list_each_safe(pos, head)                                                                  \
    for (struct list *pos = (head)->next, *pos##_next = pos->next; pos != (head);                  \
         pos = pos##_next, pos##_next = pos->next)
