#pragma once
#include "types.h"
typedef u64 pte_t;
