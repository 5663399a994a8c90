#pragma once
struct arch_thread { int unused; };
