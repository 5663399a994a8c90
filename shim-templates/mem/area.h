/* Areas: the pieces of the one address space, and the lock that guards them with the page table. */
#pragma once
#include "mem.h"

enum area_flag {
    AREA_NO_HUGE = 1 << 0,   /* MADV_NOHUGEPAGE */
    AREA_SHARED = 1 << 1,    /* MAP_SHARED: for /proc/self/maps, and no copy on write */
    AREA_READ_ONLY = 1 << 2, /* the file was opened for reading: PROT_WRITE is EACCES */
};

struct area {
    uptr start, end;      /* page-aligned, end exclusive */
    u8 kind;              /* enum area_kind */
    u8 prot;
    u8 flags;             /* enum area_flag */
    u8 height;            /* of the subtree */
    struct inode *inode;  /* referenced; NULL for anonymous memory */
    u64 offset;           /* in the file, of `start` */
    const char *name;     /* for maps: "[heap]", a path that lives for ever; NULL */
    struct area *left, *right;
    /* Of the subtree: lowest start, highest end, largest gap between two of its areas. */
    uptr low, high;
    u64 gap;
};

struct address_space {
    struct spinlock lock; /* LOCK_MM: everything here, the areas, the user half of the page table */
    struct area *root;
    u32 area_count;
    struct area *spare;   /* areas set aside by areas_reserve(), linked by `right` */
    u64 mapped_bytes;
    u64 anon_pages, file_pages, peak_pages; /* resident */
    uptr brk_start, brk_end;
    struct area *dropped; /* removed areas whose inodes are put once the lock is released */
};
extern struct address_space space;

/* Linux's default of vm.mmap_min_addr: nil pointers with large offsets fault too. */
#define USER_BOTTOM 0x10000ul
/* Linux's default of vm.max_map_count. */
#define MAX_AREAS 65530
/* The first stack is an area at the top; what mmap chooses lies below the reach Linux reserves for
 * it (arch/x86/mm/mmap.c: at least 128 MiB). */
#define MMAP_TOP (USER_TOP - 128 * MIB)

void space_lock(void);
void space_unlock(void); /* also lets go of the inodes of removed areas */

/* Sets aside enough area structs for one operation (two splits and one new area). 0 or -ENOMEM. */
int areas_reserve(void);

struct area *area_at(uptr address);           /* that contains it; NULL */
struct area *area_from(uptr address);         /* that contains it or is the next above; NULL */
struct area *area_before(uptr address);       /* the last one that begins below it; NULL */
bool areas_cover(uptr start, uptr end);       /* no hole in the range */
/* The highest `size` bytes free in [low, high), aligned; 0 if there are none. */
uptr areas_find_gap(u64 size, uptr low, uptr high, u64 align);

/* Adds an area like `like` and joins it with its neighbours where nothing distinguishes them. Takes
 * over one reference to the inode. Invariant: the range is free, areas_reserve() was called. */
void area_add(const struct area *like);
/* Cuts areas so that none crosses `address`. */
void areas_split_at(uptr address);
/* Cuts an area to what of it lies in [start, end): the area that is now there, or NULL if there are too many.
 * Differs: Linux still moves the border of two areas then. */
struct area *area_cut(struct area *area, uptr start, uptr end);
/* Removes all areas of the range, already split at both ends. */
void areas_remove(uptr start, uptr end);
/* Changes prot and flags of an area (already cut), joining it with its neighbours after. Returns
 * the area that is now there. */
struct area *area_change(struct area *area, u32 prot, u32 flags);
/* The room between the areas around [start, end): page tables for it serve nobody else. */
void areas_surroundings(uptr start, uptr end, uptr *floor, uptr *ceiling);
