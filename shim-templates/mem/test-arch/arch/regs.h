#pragma once
struct regs { int unused; };
