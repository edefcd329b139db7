# libcsv ships neither a pkg-config file nor a CMake package.
find_path(LIBCSV_INCLUDE_DIR csv.h REQUIRED)
find_library(LIBCSV_LIBRARY csv REQUIRED)
add_library(gpuc_libcsv INTERFACE)
target_include_directories(gpuc_libcsv SYSTEM INTERFACE ${LIBCSV_INCLUDE_DIR})
target_link_libraries(gpuc_libcsv INTERFACE ${LIBCSV_LIBRARY})

if(GPUC_OPENCL)
  pkg_check_modules(OPENCL REQUIRED IMPORTED_TARGET OpenCL)
endif()
if(GPUC_BUILD_TESTS)
  pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
  pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
endif()
