/* The rootfs.tar as the tree's first contents. fs/tar.c */
#pragma once
#include "types.h"

void tar_mount(const void *archive, u64 size);
