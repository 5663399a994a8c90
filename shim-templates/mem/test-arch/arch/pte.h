#pragma once
#include "../../../arch/amd64/pte.h"
