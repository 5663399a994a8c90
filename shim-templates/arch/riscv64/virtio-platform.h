/* The virtio devices of the device tree. virtio-platform.c */
#pragma once

void virtio_find_devices(void); /* after clock_init() */
