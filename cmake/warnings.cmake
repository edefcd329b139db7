# The interface target that every target of the project links: language level, warnings,
# sanitizers and include paths, so that no global flag is needed.
add_library(gpuc_flags INTERFACE)
target_compile_definitions(gpuc_flags INTERFACE _XOPEN_SOURCE=700)
target_include_directories(gpuc_flags INTERFACE
  ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
target_compile_options(gpuc_flags INTERFACE
  # Every engine must round as the reference does: no fused multiply-add behind our back.
  -ffp-contract=off
  -fvisibility=hidden
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
  -Wundef -Wvla -Wcast-qual -Wwrite-strings -Wformat=2 -Wimplicit-fallthrough
  -Wdouble-promotion -Wswitch-enum)
if(GPUC_WERROR)
  target_compile_options(gpuc_flags INTERFACE -Werror)
endif()
if(GPUC_SANITIZE)
  target_compile_options(gpuc_flags INTERFACE
    -fsanitize=${GPUC_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_link_options(gpuc_flags INTERFACE -fsanitize=${GPUC_SANITIZE})
endif()
