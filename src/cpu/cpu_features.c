/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/cpu_features.h"

#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)

#  include <cpuid.h>

struct feature {
    bool present;
    const char *name;
};

static bool all_present(const struct feature *features, size_t n_features, char *reason,
                        size_t reason_size)
{
    for (size_t i = 0; i < n_features; i++) {
        if (!features[i].present) {
            snprintf(reason, reason_size, "this CPU has no %s", features[i].name);
            return false;
        }
    }
    snprintf(reason, reason_size, "%s", "");
    return true;
}

/* The compiler's test includes whether the operating system keeps the registers. */
#  define FEATURE(id, text)                                                              \
    {                                                                                    \
      .present = __builtin_cpu_supports(id) != 0, .name = (text)                         \
    }

bool gpuc_cpu_supports(enum gpuc_cpu_isa isa, char *reason, size_t reason_size)
{
    const struct feature sse42[] = {
        FEATURE("ssse3", "SSSE3"),
        FEATURE("sse4.2", "SSE4.2"),
    };
    const struct feature avx2[] = {
        FEATURE("avx2", "AVX2"),
        FEATURE("bmi", "BMI1"),
        FEATURE("bmi2", "BMI2"),
    };
    const struct feature avx512[] = {
        FEATURE("avx512f", "AVX-512 F"),
        FEATURE("avx512bw", "AVX-512 BW"),
        FEATURE("avx512dq", "AVX-512 DQ"),
        FEATURE("avx512vl", "AVX-512 VL"),
    };
    switch (isa) {
    case GPUC_ISA_SCALAR:
        break;
    case GPUC_ISA_SSE42:
        return all_present(sse42, sizeof sse42 / sizeof *sse42, reason, reason_size);
    case GPUC_ISA_AVX2:
        return all_present(avx2, sizeof avx2 / sizeof *avx2, reason, reason_size);
    case GPUC_ISA_AVX512:
        return all_present(avx512, sizeof avx512 / sizeof *avx512, reason, reason_size);
    }
    return all_present(NULL, 0, reason, reason_size);
}

bool gpuc_cpu_has_sha(void)
{
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0)
        return false;
    return (ebx & bit_SHA) != 0 && __builtin_cpu_supports("sse4.1");
}

bool gpuc_cpu_has_vbmi(void)
{
    return __builtin_cpu_supports("avx512vbmi") != 0;
}

bool gpuc_cpu_has_vbmi2(void)
{
    return __builtin_cpu_supports("avx512vbmi2") != 0;
}

bool gpuc_cpu_has_pclmul(void)
{
    return __builtin_cpu_supports("pclmul") != 0;
}

void gpuc_cpu_name(char *name, size_t name_size)
{
    char brand[49] = {0};
    for (unsigned leaf = 0; leaf < 3; leaf++) {
        unsigned words[4] = {0};
        if (__get_cpuid(0x80000002u + leaf, &words[0], &words[1], &words[2], &words[3]) ==
            0)
            break;
        memcpy(brand + sizeof words * leaf, words, sizeof words);
    }
    /* Padded by blanks, on either side. */
    const char *first = brand + strspn(brand, " ");
    size_t size = strlen(first);
    while (size > 0 && first[size - 1] == ' ')
        size--;
    if (size == 0)
        snprintf(name, name_size, "x86-64 CPU");
    else
        snprintf(name, name_size, "%.*s", (int)size, first);
}

#else

bool gpuc_cpu_supports(enum gpuc_cpu_isa isa, char *reason, size_t reason_size)
{
    snprintf(reason, reason_size, "%s",
             isa == GPUC_ISA_SCALAR ? "" : "this CPU is not an x86-64");
    return isa == GPUC_ISA_SCALAR;
}

bool gpuc_cpu_has_sha(void)
{
    return false;
}

bool gpuc_cpu_has_vbmi(void)
{
    return false;
}

bool gpuc_cpu_has_vbmi2(void)
{
    return false;
}

bool gpuc_cpu_has_pclmul(void)
{
    return false;
}

void gpuc_cpu_name(char *name, size_t name_size)
{
    snprintf(name, name_size, "CPU");
}

#endif
