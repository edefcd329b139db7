# What `cmake --install` puts where, and the package that `cpack` makes of it.
include(CMakePackageConfigHelpers)

install(TARGETS gpuclassify RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS gpuc_shared gpuc_static
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES include/gpuclassify.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${CMAKE_BINARY_DIR}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
install(FILES tools/completion/gpuclassify.bash RENAME gpuclassify
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES tools/completion/gpuclassify.zsh RENAME _gpuclassify
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES tools/completion/gpuclassify.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Both files find everything from where they are themselves, so a tree can be moved.
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/gpuclassify)
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH GPUC_PREFIX_FROM_PC /${pc_dir} /)
set(GPUC_PRIVATE_LIBRARIES csv)
set(GPUC_PRIVATE_MODULES "zlib, libzstd")
if(GPUC_OPENCL)
  string(APPEND GPUC_PRIVATE_MODULES ", OpenCL")
endif()
configure_file(cmake/gpuclassify.pc.in ${CMAKE_BINARY_DIR}/gpuclassify.pc @ONLY)
configure_package_config_file(cmake/gpuclassifyConfig.cmake.in
  ${CMAKE_BINARY_DIR}/gpuclassifyConfig.cmake INSTALL_DESTINATION ${package_dir}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/gpuclassifyConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/gpuclassify.pc DESTINATION ${pc_dir})
install(FILES ${CMAKE_BINARY_DIR}/gpuclassifyConfig.cmake
  ${CMAKE_BINARY_DIR}/gpuclassifyConfigVersion.cmake DESTINATION ${package_dir})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME gpuclassify)
set(CPACK_PACKAGE_CONTACT "The gpuclassify authors <gpuclassify@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "pocl-opencl-icd | opencl-icd")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "Classifies every row of a CSV file with a model of XGBoost or LightGBM, or with the
black box, on every core and every OpenCL device of the machine. The output is the
same bytes whatever computes it.")

# What Debian wants among the documents of every package.
configure_file(cmake/debian/changelog.in ${CMAKE_BINARY_DIR}/changelog @ONLY)
execute_process(COMMAND gzip -9nf ${CMAKE_BINARY_DIR}/changelog COMMAND_ERROR_IS_FATAL ANY)
install(FILES cmake/debian/copyright ${CMAKE_BINARY_DIR}/changelog.gz
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
include(CPack)
