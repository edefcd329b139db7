# The version stands in the public header, where programs can compare it; the build reads it
# from there. Sets GPUC_HEADER_VERSION.
set(header ${CMAKE_CURRENT_SOURCE_DIR}/include/gpuclassify.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${header})
file(READ ${header} text)
foreach(part MAJOR MINOR PATCH)
  if(NOT text MATCHES "#define GPUC_VERSION_${part} ([0-9]+)")
    message(FATAL_ERROR "${header} has no GPUC_VERSION_${part}")
  endif()
  list(APPEND parts ${CMAKE_MATCH_1})
endforeach()
list(JOIN parts . GPUC_HEADER_VERSION)
