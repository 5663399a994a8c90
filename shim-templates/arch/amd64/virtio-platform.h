/* Where virtio devices are on PC-like machines. virtio-platform.c */
#pragma once

void virtio_find_entropy(const char *command_line);
