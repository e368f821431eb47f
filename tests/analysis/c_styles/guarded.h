#ifndef SAMPLE_GUARDED_H
#define SAMPLE_GUARDED_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) && !defined(SAMPLE_STATIC)
#  define SAMPLE_API __declspec(dllimport)
#else
#  define SAMPLE_API
#endif

/** @brief A pair; "first" isn't null. */
typedef struct sample_pair {
    const char *first;
    enum { LEFT, RIGHT } side; /**< which */
} sample_pair;

union sample_value { int i; float f; };

extern int sample_count;
int sample_open(const char *path, sample_pair **out);

static inline int sample_clamp(int value, int low, int high) {
    if (value < low) return low;
    else if (value > high) { return high; }
    return value;
}

#ifdef __cplusplus
}  /* extern "C" */
#endif

#endif /* SAMPLE_GUARDED_H */
