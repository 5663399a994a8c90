/* What Go programs need of every hart. platform.c */
#pragma once

struct hart;
/* The first extension that is missing ("d"); NULL if none is. */
const char *lacking_extension(const struct hart *hart);
