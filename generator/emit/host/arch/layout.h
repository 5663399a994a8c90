#pragma once
#define PHYSMAP_BASE 0ull
#define USER_TOP 0x0000800000000000ull
